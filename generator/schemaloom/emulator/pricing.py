"""The cost and number of files of a job, from its parameters.

A schema does not mark the parameter that counts files or seconds, so the names that published
catalogues use are recognised.  A parameter that is not sent has the schema's default.
"""

from __future__ import annotations

import re
from decimal import Decimal

from schemaloom.emulator.validation import InputCheck
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.snapshot.model import Price

COUNTS = ("num_images", "num_outputs", "number_of_images", "numberOfImages", "numberResults", "n")
DURATIONS = ("duration", "video_duration", "duration_seconds", "seconds")
RESOLUTIONS = ("resolution", "megapixels")
DEFAULT_SECONDS = Decimal(5)
"""Length of a video whose request and schema name none: the length that published examples assume."""
MOST_FILES = 100


def file_count(check: InputCheck, parameters: JsonObject) -> int:
    """Return the number of files that a request asks for, 1 to `MOST_FILES`."""
    for name in COUNTS:
        value = check.value(parameters, name)
        if isinstance(value, int) and not isinstance(value, bool):
            return min(max(value, 1), MOST_FILES)
    return 1


def cost(price: Price | None, check: InputCheck, parameters: JsonObject, files: int) -> Decimal:
    """Price of one job: per image, per second, or (any other unit) per job; 0 where none is known."""
    if price is None:
        return Decimal(0)
    rate = _rate(price, check, parameters)
    if price.unit == "image":
        return rate * files
    if price.unit == "second":
        return rate * _seconds(check, parameters)
    return rate


def plain(amount: Decimal) -> int | float:
    """A decimal as the JSON number a provider would print."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _seconds(check: InputCheck, parameters: JsonObject) -> Decimal:
    for name in DURATIONS:
        value = check.value(parameters, name)
        found = None if isinstance(value, bool) else re.match(r"\d+(\.\d+)?", str(value))
        if found is not None:
            return Decimal(found[0])
    return DEFAULT_SECONDS


def _rate(price: Price, check: InputCheck, parameters: JsonObject) -> Decimal:
    """The price of one unit: that of the resolution asked for, where the price depends on it."""
    table = {_spelling(name): amount for name, amount in price.by_resolution}
    bare = {_bare(name): amount for name, amount in table.items()}
    for name in RESOLUTIONS:
        wanted = _spelling(check.value(parameters, name))
        # Parameters and price lists spell it differently: 720 and 720p, 1 and 1 MP.
        amount = table.get(wanted, bare.get(_bare(wanted)))
        if amount is not None:
            return Decimal(str(amount))
    for name in (*parameters, *check.properties):
        amount = table.get(_spelling(check.value(parameters, name)))
        if amount is not None:
            return Decimal(str(amount))
    return Decimal(str(price.amount))


def _spelling(value: JsonValue) -> str:
    return "".join(value.casefold().split()) if isinstance(value, str) else str(value)


def _bare(text: str) -> str:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)[a-z]*", text)
    return found[1] if found else text
