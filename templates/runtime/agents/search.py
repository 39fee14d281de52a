"""Search of the catalogue by plain words: BM25 over names, descriptions, capabilities and parameters.

The ranking depends on the catalogue and the query alone: the same query gives the same models.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

from .words import SYNONYMS, stem, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..models.catalogue import ModelInfo

_SATURATION, _LENGTH = 1.2, 0.5
"""The parameters k1 and b of BM25."""
_SYNONYM_WEIGHT = 0.5
_OTHER_KIND = 0.5
"""The factor of a score for a model whose result is of another kind than the query asks for."""
_KINDS = tuple(map(stem, ("video", "audio", "image")))
"""Of several in one query the first is asked for: a video is made from an image, and has audio."""
_LIMIT = re.compile(
    r"""
    (?P<before> (?P<strict> \b(?:under|below|less\ than|cheaper\ than)\b | <(?!=))
      | \b(?:at\ most|up\ to|within|(?:no|not)\ more\ than|max(?:imum)?(?:\ of)?)\b | <= | ≤ )? \s*
    (?: (?P<symbol>[$€£]) \s* (?P<sum>\d+(?:\.\d+)?)
      | \b (?P<amount>\d+(?:\.\d+)?|half\ an?|an?|one|two|three|five|ten) \s+ (?P<currency>[a-z]+) \b )
    (?: \s*(?:/|\b(?:per|an?|each)\b)\s* (?P<unit>image|picture|second|job|video)\b )?
    (?P<after> ,?\s*\b(?:or\ (?:less|cheaper)|at\ most|max(?:imum)?)\b )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NUMBERS = {"half a": 0.5, "half an": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "five": 5, "ten": 10}
_SYMBOLS = {"$": ("dollar", "usd"), "€": ("euro", "eur"), "£": ("pound", "gbp")}


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
        self._postings: dict[str, dict[int, float]] = {}
        self._lengths: list[float] = []
        for number, info in enumerate(self._infos):
            weights = _weights(info)
            for word, weight in weights.items():
                self._postings.setdefault(word, {})[number] = weight
            self._lengths.append(sum(weights.values()))
        self._kinds = {self._stem_of_kind(number) for number in range(len(self._infos))}
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
            if not (found["before"] or found["after"]) or not self._is_currency(found["currency"], found["symbol"]):
                return found[0]
            amount = (found["amount"] or found["sum"]).casefold()
            unit = (found["unit"] or "").casefold().replace("picture", "image") or None
            number = _NUMBERS[amount] if amount in _NUMBERS else float(amount)
            limits.append(PriceLimit(number, None if unit == "video" else unit, bool(found["strict"])))
            return " "

        return _LIMIT.sub(take, query), limits

    def _is_currency(self, word: str | None, symbol: str | None) -> bool:
        if symbol:
            return self._currency in _SYMBOLS[symbol]
        return (word or "").casefold().removesuffix("s") == self._currency.removesuffix("s")

    def _scores(self, query: str) -> dict[int, float]:
        """Return the score of each model that has a word of the query, or a synonym of one."""
        asked = dict.fromkeys(words(query))
        scores: dict[int, float] = {}
        for word in asked:
            for number, score in self._matches(word).items():
                scores[number] = scores.get(number, 0.0) + score
        kind = next((kind for kind in _KINDS if kind in self._kinds and asked.keys() & {kind, *SYNONYMS[kind]}), None)
        for number in scores if kind is not None else ():
            if self._stem_of_kind(number) not in {kind, ""}:
                scores[number] *= _OTHER_KIND
        return scores

    def _matches(self, word: str) -> dict[int, float]:
        """Return the score of each model that has `word` or a synonym: the better of the two, so that it counts once.

        All synonyms are as rare as the models that have one of them; a rare one is no better than a common one.
        """
        own = self._postings.get(word, {})
        concept = dict(own)
        for synonym in SYNONYMS.get(word, ()):
            for number, weight in self._postings.get(synonym, {}).items():
                concept[number] = max(weight, concept.get(number, 0.0))
        found = {
            number: _SYNONYM_WEIGHT * self._score(number, weight, len(concept)) for number, weight in concept.items()
        }
        for number, weight in own.items():
            found[number] = max(found[number], self._score(number, weight, len(own)))
        return found

    def _stem_of_kind(self, number: int) -> str:
        return stem((self._infos[number].modality or "").casefold())

    def _score(self, number: int, weight: float, having: int) -> float:
        """Return the BM25 score of a word that `having` models have, for one that has it with `weight`."""
        rarity = math.log(1 + (len(self._infos) - having + 0.5) / (having + 0.5))
        damping = _SATURATION * (1 - _LENGTH + _LENGTH * self._lengths[number] / self._mean)
        return rarity * weight * (_SATURATION + 1) / (weight + damping)


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
