"""Search of the catalogue by plain words: BM25 over names, descriptions, capabilities and parameters.

The ranking depends on the catalogue and the query alone: the same query gives the same models.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

from .words import SYNONYMS, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..models.catalogue import ModelInfo

_SATURATION, _LENGTH = 1.2, 0.5
"""The parameters k1 and b of BM25."""
_SYNONYM_WEIGHT = 0.5
_LIMIT = re.compile(
    r"\b(?P<strict>under|below|less than|cheaper than)?(?(strict)|(?:at most|up to|no more than|maximum|max))\s+"
    r"(?P<amount>\d+(?:\.\d+)?)\s*(?P<currency>[a-z]+)s?\b(?:\s*(?:/|per|an?|each)\s*(?P<unit>image|picture|second|job|video))?",
    re.IGNORECASE,
)


class PriceLimit(NamedTuple):
    """The most that a model may cost."""

    amount: float
    unit: str | None = None
    """Unit that the price must have; any if None."""
    strict: bool = False
    """Whether `amount` itself is too much."""

    def admits(self, info: ModelInfo) -> bool:
        """Whether the published price is known and low enough; of several, the lowest counts."""
        price = info.price
        if price is None or (self.unit is not None and price.unit != self.unit):
            return False
        amounts = [*price.by_resolution.values(), *([] if price.amount is None else [price.amount])]
        return bool(amounts) and (min(amounts) < self.amount or (min(amounts) == self.amount and not self.strict))


class SearchIndex:
    """The words of every model, weighted by where they are.  Built once, from the catalogue alone."""

    def __init__(self, catalogue: Mapping[str, ModelInfo], currency: str) -> None:
        self._infos = list(catalogue.values())
        self._currency = currency.casefold()
        self._postings: dict[str, list[tuple[int, float]]] = {}
        self._lengths: list[float] = []
        for number, info in enumerate(self._infos):
            weights = _weights(info)
            for word, weight in weights.items():
                self._postings.setdefault(word, []).append((number, weight))
            self._lengths.append(sum(weights.values()))
        self._mean = sum(self._lengths) / len(self._lengths) if self._lengths else 1.0

    def find(
        self,
        query: str,
        *,
        kind: str | None = None,
        parameter: str | None = None,
        max_price: float | None = None,
        limit: int = 5,
    ) -> list[ModelInfo]:
        """Return the best models, the best first; without a query, those that pass the filters, by id.

        A limit of the price in the query, such as *under 2 credits a second*, is a filter too.

        :param kind: the modality, such as ``video``.
        :param parameter: a parameter that the model has.
        :param max_price: the most of its price for one unit, whatever that is.
        """
        query, limits = self._price_limits(query)
        if max_price is not None:
            limits.append(PriceLimit(max_price))
        scores = self._scores(query)
        found = [
            (-scores.get(number, 0.0), info.id, info)
            for number, info in enumerate(self._infos)
            if (number in scores or not query.strip())
            and (kind is None or (info.modality or "").casefold() == kind.casefold())
            and (parameter is None or parameter in info.parameters)
            and all(each.admits(info) for each in limits)
        ]
        return [info for _, _, info in sorted(found)[:limit]]

    def _price_limits(self, query: str) -> tuple[str, list[PriceLimit]]:
        """Return `query` without its limits of the price, and these."""
        limits: list[PriceLimit] = []

        def take(found: re.Match[str]) -> str:
            if found["currency"].casefold().removesuffix("s") != self._currency.removesuffix("s"):
                return found[0]
            unit = (found["unit"] or "").casefold().replace("picture", "image") or None
            limits.append(PriceLimit(float(found["amount"]), None if unit == "video" else unit, bool(found["strict"])))
            return " "

        return _LIMIT.sub(take, query), limits

    def _scores(self, query: str) -> dict[int, float]:
        scores: dict[int, float] = {}
        for word, share in _expanded(query).items():
            postings = self._postings.get(word, ())
            rarity = math.log(1 + (len(self._infos) - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, weight in postings:
                damping = _SATURATION * (1 - _LENGTH + _LENGTH * self._lengths[number] / self._mean)
                score = share * rarity * weight * (_SATURATION + 1) / (weight + damping)
                scores[number] = scores.get(number, 0.0) + score
        return scores


def _weights(info: ModelInfo) -> dict[str, float]:
    """Return the weight of each word of a model: how often it occurs, times the weight of the place."""
    weights: dict[str, float] = {}
    for text, weight in _places(info):
        for word in words(text):
            weights[word] = weights.get(word, 0.0) + weight
    return weights


def _places(info: ModelInfo) -> Iterator[tuple[str, float]]:
    yield info.id, 2
    yield info.name, 2
    yield info.modality or "", 2
    yield " . ".join(info.capabilities), 2
    yield info.description, 1
    yield " . ".join(info.parameters), 0.5


def _expanded(query: str) -> dict[str, float]:
    """Return the words of a query with their weights: its own have 1, their synonyms less."""
    own = list(words(query))
    expanded = {other: _SYNONYM_WEIGHT for word in own for other in SYNONYMS.get(word, ())}
    return {**expanded, **dict.fromkeys(own, 1.0)}
