"""JSON values as text, so that they can be compared, hashed and kept in frozen classes."""

from __future__ import annotations

import json
import marshal
from typing import NewType, TypeAlias, cast

JsonText = NewType("JsonText", str)
"""Canonical JSON of one value: sorted keys, no spaces, ``1.0`` spelled ``1``."""

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, JsonValue]


# Tens of thousands of small values go through these, and json.dumps would make an encoder for each.
_ENCODER = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"))
_DECODER = json.JSONDecoder()


def json_text(value: JsonValue) -> JsonText:
    """Canonical text of a JSON value; equal values (``1`` and ``1.0``) have equal texts."""
    if type(value) is int:  # no boolean; most values are, and an encoder takes ten times as long
        return JsonText(str(value))
    text = _ENCODER.encode(value)
    return JsonText(_ENCODER.encode(_integral(value)) if ".0" in text else text)


def json_value(text: JsonText) -> JsonValue:
    """The value that `json_text` was given, up to ``1`` for ``1.0``."""
    return cast("JsonValue", _DECODER.raw_decode(text)[0])


def json_type(value: JsonValue) -> str:
    """The JSON Schema type of a value: null, boolean, integer, number, string, array or object."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "number"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"


def _integral(value: JsonValue) -> JsonValue:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, list):
        return [_integral(item) for item in value]
    if isinstance(value, dict):
        return {key: _integral(item) for key, item in value.items()}
    return value


class Content:
    """The names and strings in a JSON value, to be searched in a small part of the time of a walk."""

    def __init__(self, value: JsonValue) -> None:
        # Strings are plain UTF-8 in it, and it takes a third of the time of `repr`.
        self._content = marshal.dumps(value, 2)

    def may_mention(self, *words: str) -> bool:
        """Whether a name or a string may contain one of `words`; False is certain."""
        return any(word.encode() in self._content for word in words)


def may_mention(value: JsonValue, *words: str) -> bool:
    """Whether a name or a string in `value` may contain one of `words`; False is certain."""
    return Content(value).may_mention(*words)


def object_or_empty(value: JsonValue) -> JsonObject:
    """Return an object as it is, and an empty one for any other value."""
    return value if isinstance(value, dict) else {}


def list_or_empty(value: JsonValue) -> list[JsonValue]:
    """Return a list as it is, and an empty one for any other value."""
    return value if isinstance(value, list) else []
