"""`read_number`: the type ``number`` or ``integer`` of a schema object, with its bounds."""

from __future__ import annotations

from schemaloom.ir.schema import Number
from schemaloom.parse.keywords import KeywordReader


def read_number(keywords: KeywordReader, *, integer: bool) -> Number:
    """Return the numbers that a schema object accepts."""

    def bound(keyword: str) -> int | float | None:
        value = keywords.number(keyword)
        # Beside an integer, pydantic compares with the exact value of an integer only.
        return int(value) if integer and isinstance(value, float) and value.is_integer() else value

    minimum, maximum = bound("minimum"), bound("maximum")
    bounds: dict[str, int | float | None] = {}
    for name, plain in (("exclusiveMinimum", minimum), ("exclusiveMaximum", maximum)):
        value = keywords.node.get(name)
        # OpenAPI 3.0 and draft 4 spell an exclusive bound as a flag beside the plain one.
        bounds[name] = (plain if value else None) if isinstance(value, bool) else bound(name)
        if value is True:
            minimum, maximum = (None, maximum) if name == "exclusiveMinimum" else (minimum, None)
    return Number(
        integer=integer,
        minimum=minimum,
        maximum=maximum,
        exclusive_minimum=bounds["exclusiveMinimum"],
        exclusive_maximum=bounds["exclusiveMaximum"],
        multiple_of=keywords.divisor(),
    )
