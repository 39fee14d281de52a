"""Find the rules of a schema that the annotations of a class cannot express."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemaloom.ir.alternatives import Widening
from schemaloom.ir.schema import (
    Anything,
    Array,
    Never,
    Number,
    Object,
    Property,
    Schema,
    String,
    Union,
    with_parts,
)
from schemaloom.json.values import JsonObject, JsonValue

MAX_LEVELS: Final = 24
"""Deepest nesting of arrays and objects that annotations describe.

Python's parser and pydantic descend recursively into annotations and classes, and give up at some
forty levels.
"""
_MOST_COUNTED: Final = 2**53
"""Longest string, list or object that the validators of classes count to; there is none that is longer."""
_NO_RULES: Final = frozenset({"readOnly", "writeOnly"})


def is_expressible(request: Object, definitions: Mapping[str, Object]) -> bool:
    """Whether a class accepts exactly what its request's schema accepts."""
    classes = (request, *definitions.values())
    sized = (bool(target.min_properties) or target.max_properties is not None for target in classes)
    widening = Widening(definitions)
    if any(sized) or not all(_is_expressible(schema, widening, MAX_LEVELS) for schema in classes):
        return False
    widening.finish()
    return widening.targets == definitions


def within_class_limits(schema: Schema, levels: int = MAX_LEVELS) -> Schema:
    """Return `schema` with sizes that classes count to, and with anything accepted deeper than `levels`."""
    if isinstance(schema, Array | Object | Union) and not levels:
        return Anything()
    match schema:
        case String() if max(schema.min_length, schema.max_length or 0) >= _MOST_COUNTED:
            least, most = _counted(schema.min_length, schema.max_length)
            return with_parts(schema, min_length=least, max_length=most)
        case Array():
            prefix = tuple(within_class_limits(item, levels - 1) for item in schema.prefix)
            least, most = _counted(schema.min_items, schema.max_items)
            items = within_class_limits(schema.items, levels - 1)
            return with_parts(schema, items=items, prefix=prefix, min_items=least, max_items=most)
        case Object():
            properties = tuple(
                item.with_schema(within_class_limits(item.schema, levels - 1)) for item in schema.properties
            )
            least, most = _counted(schema.min_properties, schema.max_properties)
            others = within_class_limits(schema.additional, levels - 1)
            return with_parts(
                schema, properties=properties, additional=others, min_properties=least, max_properties=most
            )
        case Union():
            return with_parts(schema, branches=tuple(within_class_limits(branch, levels) for branch in schema.branches))
        case _:
            return schema


def _counted(least: int, most: int | None) -> tuple[int, int | None]:
    return min(least, _MOST_COUNTED), most if most is None or most < _MOST_COUNTED else None


def without_inexact_bounds(schema: Number) -> Number:
    """Return `schema` without bounds that are no binary float, if it is compared as one."""
    if schema.integer:
        return schema
    return with_parts(
        schema,
        minimum=_exact(schema.minimum),
        maximum=_exact(schema.maximum),
        exclusive_minimum=_exact(schema.exclusive_minimum),
        exclusive_maximum=_exact(schema.exclusive_maximum),
    )


def _has_exact_bounds(schema: Number) -> bool:
    bounds = (schema.minimum, schema.maximum, schema.exclusive_minimum, schema.exclusive_maximum)
    return all(bound == _exact(bound) for bound in bounds)


def _exact(bound: float | None) -> float | None:
    return bound if bound is not None and float(bound) == bound else None


def _is_expressible(schema: Schema, widening: Widening, levels: int) -> bool:
    if schema.unsupported and any(keyword.name not in _NO_RULES for keyword in schema.unsupported):
        return False
    match schema:
        case Number():
            return schema.integer or _has_exact_bounds(schema)
        case Array() | Object() | Union() if not levels:
            return False
        case Array():
            return not schema.prefix and _is_expressible(schema.items, widening, levels - 1)
        case Object():
            sized = bool(schema.min_properties) or schema.max_properties is not None
            closed = isinstance(schema.additional, Never)
            excluded = any(
                isinstance(item.schema, Never) and (item.required or not closed) for item in schema.properties
            )
            return (
                not (schema.properties and sized)
                and not excluded
                and all(
                    _is_expressible(part, widening, levels - 1)
                    for part in (schema.additional, *(item.schema for item in schema.properties))
                )
            )
        case Union():
            return (
                not schema.exclusive
                and all(_is_expressible(branch, widening, levels) for branch in schema.branches)
                and widening.alternatives(schema) is schema
            )
        case _:
            return True


def _is_expressible_alone(item: Property, definitions: Mapping[str, Object]) -> bool:
    if definitions:
        return is_expressible(Object(properties=(item,)), definitions)
    return not isinstance(item.schema, Never) and _is_expressible(item.schema, Widening({}), MAX_LEVELS - 1)


def rules_beyond(
    request: Object, definitions: Mapping[str, Object], rules: JsonObject, closing: JsonObject
) -> JsonObject:
    """Return those of a request's rules, and of its closing, that the annotations of its class do not express."""
    closed = isinstance(request.additional, Never)
    expressed = {
        item.name
        for item in request.properties
        if (closed and isinstance(item.schema, Never)) or _is_expressible_alone(item, definitions)
    }
    kept: dict[str, JsonValue] = {keyword: value for keyword, value in rules.items() if keyword != "type"}
    evaluated = not closed or "unevaluatedProperties" in rules or rules.get("additionalProperties") not in (None, False)
    kept["properties"] = {
        name: True if name in expressed else rule
        for name, rule in _properties(rules).items()
        if name not in expressed or evaluated
    }
    if closed and rules.get("additionalProperties") is False:
        del kept["additionalProperties"]
    demanded = {item.name for item in request.properties if item.required and not isinstance(item.schema, Never)}
    required = kept.get("required")
    if isinstance(required, list):
        kept["required"] = [name for name in required if name not in demanded]
    inner: JsonObject = {name: rule for name, rule in _properties(closing).items() if name not in expressed}
    shut = dict(closing)
    if closed:
        shut.pop("additionalProperties", None)
        inner = {name: rule for name, rule in inner.items() if rule is not True}
    elif "additionalProperties" in closing:
        inner = dict(_properties(closing))
    shut["properties"] = inner
    if shut := _without_empty(shut):
        if "unevaluatedProperties" in kept:  # the closing must not evaluate a property for it
            targets = kept.pop("$defs", {})
            kept = {"allOf": [_without_empty(kept)], "$defs": targets}
        joined = kept.get("allOf")
        parts: list[JsonValue] = [*(joined if isinstance(joined, list) else []), shut]
        kept["allOf"] = parts
    if isinstance(targets := kept.pop("$defs", None), dict):
        used = _used_definitions(kept, targets)
        kept["$defs"] = {name: rule for name, rule in targets.items() if name in used}
    return _without_empty(kept)


def _properties(rules: JsonObject) -> JsonObject:
    properties = rules.get("properties")
    return properties if isinstance(properties, dict) else {}


def _without_empty(rules: JsonObject) -> JsonObject:
    return {keyword: value for keyword, value in rules.items() if value not in ({}, [])}


def _used_definitions(rules: JsonObject, definitions: JsonObject) -> set[str]:
    """Return the names of the definitions that the rules refer to."""
    used: set[str] = set()
    waiting: list[JsonValue] = [rules]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            name = str(part.get("$ref", "")).removeprefix("#/$defs/")
            if name in definitions and name not in used:
                used.add(name)
                waiting.append(definitions[name])
    return used
