"""Estimate the cost of a request from the price in the catalogue, without a request to the API.

A schema does not state which parameter counts files or seconds, so the names that published
catalogues use are recognised.  An estimate is unknown rather than guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from ..core.price import Estimate
from ..models.request import require_request, to_wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from ..core.price import Price
    from ..models.request import Request

_COUNTS = ("num_images", "num_outputs", "number_of_images", "numberOfImages", "n")
_DURATIONS = ("duration", "video_duration", "duration_seconds", "seconds")
_RESOLUTIONS = ("resolution", "megapixels")
_WHOLE_JOBS = ("job", "request", "run")
"""Units that every job is one of."""


def estimate(request: Request[object], currency: str, extra: Mapping[str, JsonValue]) -> Estimate:
    """Estimate the cost of `request` with the `extra` parameters: by image, by second or flat.

    Raises `ConfigurationError` for anything but a request.
    """
    require_request(request)
    price = request.__price__
    if price is None:
        return Estimate(None, currency, f"the catalogue names no price for {request.__model_id__!r}")
    sent = {**to_wire(request), **extra}
    # What is not sent counts as the default that the schema documents.
    parameters = {**request.__defaults__, **sent}
    rate, at = _rate(price, sent, request.__defaults__)
    if rate is None:
        return Estimate(None, currency, at)
    shown = f"{rate}{at} per {price.unit}"
    if price.unit in _WHOLE_JOBS:
        return Estimate(_plain(rate), currency, shown)
    if price.unit == "image":
        count = _count(parameters)
        return Estimate(_plain(rate * count), currency, f"{shown}, times {count}")
    if price.unit == "second":
        seconds = _seconds(parameters)
        if seconds is None:
            return Estimate(None, currency, f"{shown}, and no parameter gives the seconds")
        return Estimate(_plain(rate * seconds), currency, f"{shown}, times {seconds}")
    return Estimate(None, currency, f"{rate}{at} per {price.unit or 'unit that the catalogue does not name'}")


def _plain(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _count(parameters: Mapping[str, JsonValue]) -> int:
    """Return how many files are requested: one, unless a parameter sets another number."""
    for name in _COUNTS:
        value = parameters.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return max(value, 1)
    return 1


def _seconds(parameters: Mapping[str, JsonValue]) -> Decimal | None:
    for name in _DURATIONS:
        value = parameters.get(name)
        # "5", "5s" and 5 are all in use.
        found = None if isinstance(value, bool) else re.match(r"\d+(\.\d+)?", str(value))
        if found is not None:
            return Decimal(found[0])
    return None


def _rate(price: Price, sent: Mapping[str, JsonValue], defaults: Mapping[str, JsonValue]) -> tuple[Decimal | None, str]:
    """The price of one unit and the resolution it is for, or else ``None`` and why it is unknown."""
    table = {_spelling(name): (name, amount) for name, amount in price.by_resolution.items()}
    bare = {_bare(name): entry for name, entry in table.items()}
    parameters = {**defaults, **sent}
    for name in _RESOLUTIONS if table else ():
        wanted = _spelling(parameters.get(name))
        # Parameters and price lists spell it differently: 720 and 720p, 1 and 1 MP.
        entry = table.get(wanted) or bare.get(_bare(wanted))
        if entry is not None:
            return Decimal(str(entry[1])), f" at {entry[0]}"
        if parameters.get(name) is not None:
            return None, f"the catalogue names no price at {name} {parameters[name]!r}"
    for value in (*sent.values(), *defaults.values()):
        entry = table.get(_spelling(value))
        if entry is not None:
            return Decimal(str(entry[1])), f" at {entry[0]}"
    if price.amount is None:
        return None, "the catalogue names no price at this resolution"
    return Decimal(str(price.amount)), ""


def _spelling(value: JsonValue) -> str:
    return "".join(value.casefold().split()) if isinstance(value, str) else str(value)


def _bare(text: str) -> str:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)[a-z]*", text)
    return found[1] if found else text
