"""The rules of JSON Schema that hold no schema: types, values, sizes, bounds and patterns."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from pydantic_core import SchemaError, SchemaValidator, core_schema

from ..core.json_document import compact
from .json_types import is_multiple, json_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..core.json_document import JsonValue

    _Schema = dict[str, JsonValue]

_TYPES = {"boolean": bool, "string": str, "array": list, "object": dict}


def scalar_violations(schema: _Schema, value: JsonValue) -> Iterator[tuple[str, str]]:
    """Yield rule and message of every keyword without subschemas that rejects the value."""
    yield from _type_violations(schema, value)
    if isinstance(value, str):
        yield from size_violations(schema, len(value), "Length", "characters")
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and not matches(pattern, value):
            yield "pattern", f"expected a string that matches {compact(pattern)}, got {compact(value)}"
    elif isinstance(value, list):
        yield from size_violations(schema, len(value), "Items", "items")
        if schema.get("uniqueItems") is True and len(set(map(json_key, value))) < len(value):
            yield "uniqueItems", "expected items that all differ"
    elif isinstance(value, dict):
        yield from size_violations(schema, len(value), "Properties", "properties")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _bound_violations(schema, value)


def _type_violations(schema: _Schema, value: JsonValue) -> Iterator[tuple[str, str]]:
    kinds = schema.get("type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    if kinds is not None and not any(_is_of_type(kind, value) for kind in listed):
        yield "type", f"expected {' or '.join(map(str, listed))}, got {compact(value)}"
    if "const" in schema and json_key(value) != json_key(schema["const"]):
        yield "const", f"expected {compact(schema['const'])}, got {compact(value)}"
    choices = schema.get("enum")
    if isinstance(choices, list) and json_key(value) not in map(json_key, choices):
        yield "enum", f"expected one of {compact(choices)}, got {compact(value)}"


def _bound_violations(schema: _Schema, value: float) -> Iterator[tuple[str, str]]:
    checks: tuple[tuple[str, str, Callable[[float], bool]], ...] = (
        ("minimum", "at least", lambda limit: value >= limit),
        ("maximum", "at most", lambda limit: value <= limit),
        ("exclusiveMinimum", "more than", lambda limit: value > limit),
        ("exclusiveMaximum", "less than", lambda limit: value < limit),
        ("multipleOf", "a multiple of", lambda step: step <= 0 or is_multiple(value, step)),
    )
    for rule, words, holds in checks:
        limit = _number(schema, rule)
        if limit is not None and not holds(limit):
            yield rule, f"expected {words} {compact(limit)}, got {compact(value)}"


def size_violations(schema: _Schema, size: int, suffix: str, unit: str) -> Iterator[tuple[str, str]]:
    """Yield rule and message where ``min`` or ``max`` with `suffix` rejects a size, which is counted in `unit`."""
    least, most = _number(schema, f"min{suffix}"), _number(schema, f"max{suffix}")
    if least is not None and size < least:
        yield f"min{suffix}", f"expected at least {compact(least)} {unit}, got {size}"
    if most is not None and size > most:
        yield f"max{suffix}", f"expected at most {compact(most)} {unit}, got {size}"


def _is_of_type(kind: JsonValue, value: JsonValue) -> bool:
    if kind == "null":
        return value is None
    if kind in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return kind == "number" or isinstance(value, int) or value.is_integer()
    expected = _TYPES.get(kind) if isinstance(kind, str) else None
    return expected is None or isinstance(value, expected)


def _number(schema: _Schema, keyword: str) -> float | None:
    limit = schema.get(keyword)
    return limit if isinstance(limit, int | float) and not isinstance(limit, bool) else None


def matches(pattern: str, text: str) -> bool:
    """Return whether a string contains a match, or the pattern needs a backtracking engine."""
    engine = _compiled(pattern)
    return engine is None or engine.isinstance_python(text)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> SchemaValidator | None:
    """Return pydantic's linear-time engine for a pattern; None if it cannot run it."""
    try:
        return SchemaValidator(cast("core_schema.CoreSchema", core_schema.str_schema(pattern=pattern)))
    except SchemaError:
        return None
