"""Find the facts of a schema that its description states already, so that a docstring does not repeat them.

Only plain statements count ("1-8", "at most 8", "Default: 4"): a fact that is missed is repeated,
and none is lost.  A text is one line, as `sentence` returns it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, TypeAlias

from schemaloom.ir.schema import Array, Number, Schema, String, with_parts
from schemaloom.json.values import JsonValue

_BEGIN: Final = r"(?<![\w.,\-\u2013\u2014])"
_NUMBER: Final = r"(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
_END: Final = r"(?![\w%]|[.,-]\d)"
_UNIT: Final = r"(?:[ -](char(?:acter)?s?|items?|elements|entries)\b)?"
_OF: Final = r"(?: (?:of|is|value|length))*:? ?"
_RANGE: Final = re.compile(
    rf"{_BEGIN}{_NUMBER} ?(?:[-\u2013\u2014,]|\.\.\.?|to\b|and\b) ?{_NUMBER}{_END}{_UNIT}", re.IGNORECASE
)
_AT_LEAST: Final = re.compile(
    rf"\b(?:at least |no less than |min(?:imum)?\b\.?{_OF}){_NUMBER}{_END}{_UNIT}", re.IGNORECASE
)
_AT_MOST: Final = re.compile(
    rf"\b(?:up to |at most |no more than |max(?:imum)?\b\.?{_OF}){_NUMBER}{_END}{_UNIT}", re.IGNORECASE
)
_DEFAULT: Final = re.compile(r"\bdefaults?\b(?: (?:value|is|to|of))* ?[:=]? ?[\"'`\u2018-\u201d]?", re.IGNORECASE)
_WORD: Final = re.compile(r"[\w%]|[.,-]\w")
Bound: TypeAlias = int | float | None


def without_stated_limits(schema: Schema, text: str) -> Schema:
    """Return `schema` without those of its bounds that `text` states."""
    if not _stated(text):  # as of most
        return schema
    match schema:
        case Number():
            low, high = _unstated(text, schema.minimum, schema.maximum, "")
            return with_parts(schema, minimum=low, maximum=high)
        case String():
            low, high = _unstated(text, schema.min_length or None, schema.max_length, "char")
            return with_parts(schema, min_length=int(low or 0), max_length=None if high is None else int(high))
        case Array():
            low, high = _unstated(text, schema.min_items or None, schema.max_items, "item element entries")
            return with_parts(schema, min_items=int(low or 0), max_items=None if high is None else int(high))
        case _:
            return schema


def states_default(text: str, default: JsonValue) -> bool:
    """Whether `text` states that `default` is the default."""
    return any(_begins_with(text[found.end() :], default) for found in _DEFAULT.finditer(text))


def states_format(text: str, name: str) -> bool:
    """Whether `text` speaks of the format `name`, as "URL of the picture" does of ``uri``."""
    return name == "uri" and re.search(r"\bUR[LI]s?\b", text) is not None


def _unstated(text: str, low: Bound, high: Bound, units: str) -> tuple[Bound, Bound]:
    """Return the bounds without those that `text` states in one of `units`."""
    if low is None and high is None:
        return None, None
    stated = {(least, most) for least, most, unit in _stated(text) if _is_unit(unit, units)}
    if (low, high) in stated:
        return None, None
    return (None if (low, None) in stated else low), (None if (None, high) in stated else high)


@lru_cache(maxsize=4096)  # as many as of the lines of docstrings
def _stated(text: str) -> tuple[tuple[Bound, Bound, str | None], ...]:
    """Return the bounds that `text` states, of a range both and otherwise one, with their unit."""
    return (
        *((_value(found[1]), _value(found[2]), found[3]) for found in _RANGE.finditer(text)),
        *((_value(found[1]), None, found[2]) for found in _AT_LEAST.finditer(text)),
        *((None, _value(found[1]), found[2]) for found in _AT_MOST.finditer(text)),
    )


def _is_unit(word: str | None, units: str) -> bool:
    return units == "" if word is None else any(word.casefold().startswith(unit) for unit in units.split())


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def _begins_with(text: str, value: JsonValue) -> bool:
    """Whether `text` begins with a spelling of `value`, and not with a longer word."""
    return any(
        text[: len(spelling)].casefold() == spelling.casefold() and not _WORD.match(text, len(spelling))
        for spelling in _spellings(value)
    )


def _spellings(value: JsonValue) -> Iterator[str]:
    match value:
        case None:
            yield from ("null", "none")
        case bool():
            yield str(value)
        case int():
            yield from (str(value), f"{value:,}", f"{value}.0")
        case float():
            yield from (repr(value), f"{value:.2f}") if value == round(value, 2) else (repr(value),)
            if value.is_integer():
                yield str(int(value))
        case str() if value:
            yield value
        case _:
            return
