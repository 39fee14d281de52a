"""Reading JSON documents of which nothing is certain.

Every reader here answers "absent" instead of raising, so that a field a provider renames,
drops or retypes never breaks a call that has already been paid for.
"""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from functools import lru_cache
from typing import Final, TypeAlias, cast, final

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"


@final
class Absent:
    """The type of `ABSENT`: no value, as opposed to ``null``."""

    __slots__ = ()


ABSENT: Final = Absent()
_MOST_PARTS, _LONGEST_SENTENCE = 100, 10_000
"""Strings and characters of a message: an answer can hold megabytes."""
_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*", re.DOTALL)
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
"""Without leading zeros (RFC 6901 §4); no list here has more items."""


def parse(content: bytes) -> JsonValue | Absent:
    """The document in a response body; `ABSENT` when it is empty, truncated or not JSON."""
    try:
        document = cast("JsonValue", json.loads(content))
        # Only an escape can bring half of a surrogate pair, which no URL, file or database takes.
        return _encodable(document) if b"\\u" in content else document
    except (ValueError, RecursionError):
        return ABSENT


def _encodable(document: JsonValue) -> JsonValue:
    if isinstance(document, str):
        return document.encode("utf-8", "replace").decode()
    if isinstance(document, list):
        return [_encodable(item) for item in document]
    if isinstance(document, dict):
        return {name.encode("utf-8", "replace").decode(): _encodable(value) for name, value in document.items()}
    return document


def find(document: JsonValue, pointer: str) -> JsonValue | Absent:
    """Return the value at a JSON Pointer (RFC 6901); the empty pointer is the document itself.

    `ABSENT` if there is none, and for what is no pointer.
    """
    if not _POINTER.fullmatch(pointer):
        return ABSENT
    value = document
    for name in _names(pointer):
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and _INDEX.fullmatch(name) and int(name) < len(value):
            value = value[int(name)]
        else:
            return ABSENT
    return value


@lru_cache(maxsize=256)  # the pointers of a profile, for every document
def _names(pointer: str) -> tuple[str, ...]:
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def values(document: JsonValue, pointers: tuple[str, ...]) -> list[JsonValue]:
    """Return the value at each pointer, in order, without missing values and ``null``."""
    found = [find(document, pointer) for pointer in pointers]
    return [value for value in found if value is not None and not isinstance(value, Absent)]


# The readers below look for themselves: a dozen of them read each document.


def text(document: JsonValue, pointers: tuple[str, ...]) -> str | None:
    """The first non-empty string, or a number as text (ids come as either)."""
    for pointer in pointers:
        value = find(document, pointer)
        if isinstance(value, str):
            if value:
                return value
        elif isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return None


def sentence(document: JsonValue, pointers: tuple[str, ...]) -> str | None:
    """The first strings or numbers at a pointer, which may have the token ``*``, in one line of bounded length."""
    for pointer in pointers:
        found = [value for _, value in find_all(document, pointer)]
        items = [item for value in found for item in (value if isinstance(value, list) else [value])]
        if parts := [part for item in items[:_MOST_PARTS] if (part := text(item, ("",))) is not None]:
            return "; ".join(parts)[:_LONGEST_SENTENCE]
    return None


def number(document: JsonValue, pointers: tuple[str, ...]) -> float | None:
    """The first finite number."""
    for pointer in pointers:
        value = find(document, pointer)
        if isinstance(value, int | float) and not isinstance(value, bool) and _finite(value):
            return value
    return None


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer of more than 308 digits
        return False


def moment(document: JsonValue, pointers: tuple[str, ...]) -> datetime | None:
    """The first ISO 8601 timestamp."""
    for pointer in pointers:
        value = find(document, pointer)
        if isinstance(value, str):
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                continue
    return None


def find_all(document: JsonValue, pointer: str) -> list[tuple[str, JsonValue]]:
    """The values at a pointer whose token ``*`` is every item of a list, with their own pointers."""
    before, star, after = pointer.partition("/*")
    if not star or (after and not after.startswith("/")):
        value = find(document, pointer)
        return [] if isinstance(value, Absent) else [(pointer, value)]
    items = find(document, before)
    return [
        (f"{before}/{index}{inner}", value)
        for index, item in enumerate(items if isinstance(items, list) else [])
        for inner, value in find_all(item, after)
    ]


def strings(value: JsonValue | Absent) -> tuple[str, ...]:
    """The strings of a result: one string, an object with ``url``, or a list of either, nested at any depth."""
    found: list[str] = []
    left = [value]
    while left:
        item = left.pop()
        if isinstance(item, list):
            left += reversed(item)
        elif isinstance(string := item.get("url") if isinstance(item, dict) else item, str) and string:
            found.append(string)
    return tuple(found)


def compact(document: JsonValue) -> str:
    """One line of JSON for a message, cut at 500 characters."""
    line = json.dumps(document, ensure_ascii=False, separators=(", ", ": "))
    return line if len(line) <= 500 else f"{line[:499]}…"


def place(document: JsonValue, pointer: str, value: JsonValue) -> JsonValue:
    """Return `document` with `value` at a pointer; containers on the way are copied, missing objects made."""
    return _placed(document, _names(pointer), value)


def _placed(document: JsonValue, names: tuple[str, ...], value: JsonValue) -> JsonValue:
    if not names:
        return value
    if isinstance(document, list) and names[0].isdecimal() and int(names[0]) < len(document):
        index = int(names[0])
        return [*document[:index], _placed(document[index], names[1:], value), *document[index + 1 :]]
    known = document if isinstance(document, dict) else {}
    return {**known, names[0]: _placed(known.get(names[0]), names[1:], value)}
