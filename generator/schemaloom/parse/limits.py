"""`limits`: the bounds and sizes of a schema, in the spelling of JSON Schema 2020-12."""

from __future__ import annotations

from typing import Final

from schemaloom.json.values import JsonObject, JsonValue

TYPES: Final = ("null", "boolean", "integer", "number", "string", "array", "object")
_NUMBERS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_EXCLUSIVE: Final = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}
_COUNTS: Final = (
    "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains",
)  # fmt: skip
LIMITS: Final = frozenset({*_NUMBERS, *_COUNTS, "multipleOf", "uniqueItems"})
"""Keywords that `limits` reads."""


def limits(node: JsonObject) -> JsonObject:
    """Return the bounds and sizes of a schema; a malformed one is left out."""
    out: JsonObject = {}
    if LIMITS.isdisjoint(node):  # as in most schemas
        return out
    for keyword in _NUMBERS:
        limit = node.get(keyword)
        exclusive = _EXCLUSIVE.get(keyword, keyword)
        if _is_number(limit):
            # OpenAPI 3.0 and draft 4 spell an exclusive bound as a flag beside the plain one.
            out[exclusive if node.get(exclusive) is True else keyword] = limit
    step = node.get("multipleOf")
    if isinstance(step, int | float) and step > 0 and step is not True:
        out["multipleOf"] = step
    for keyword in _COUNTS:
        if is_count(size := node.get(keyword)):
            out[keyword] = size
    if node.get("uniqueItems") is True:
        out["uniqueItems"] = True
    return out


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_count(value: JsonValue) -> bool:
    """Whether a value is a whole number from 0, as JSON Schema counts them: ``2.0`` is one."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and value >= 0
        and (isinstance(value, int) or value.is_integer())
    )
