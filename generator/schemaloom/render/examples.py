"""A request that is valid under a model's schema, for documents and for trying things out."""

from __future__ import annotations

from collections.abc import Mapping

from schemaloom.ir.model import Model
from schemaloom.ir.relations import admits
from schemaloom.ir.schema import (
    AnyValue,
    Array,
    Boolean,
    Choice,
    NoValue,
    Null,
    Number,
    Object,
    Reference,
    Schema,
    String,
    Union,
)
from schemaloom.ir.values import JsonValue, json_value

_PICTURE = "https://example.com/input.png"
_DEEPEST = 8


def example_request(model: Model) -> dict[str, JsonValue] | None:
    """The required parameters of `model` with plausible values; None if none are known to be valid."""
    if model.request is None:
        return None
    try:
        value = _example(model.request, "", model.definitions, 0)
    except _NoExample:
        return None
    return value if isinstance(value, dict) and admits(model.request, value) else None


def full_request(model: Model, example: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Every parameter of `model` for which a valid value is known, those of its `example_request` first."""
    value = dict(example)
    for item in model.request.properties if model.request else ():
        if item.name not in value and not isinstance(item.schema, NoValue):
            try:
                found = _example(item.schema, item.name, model.definitions, 1)
            except _NoExample:
                continue
            if admits(item.schema, found):
                value[item.name] = found
    return value


class _NoExample(LookupError):
    """A value would have to be found by trying, and nothing here can tell when it was."""


def _example(schema: Schema, name: str, definitions: Mapping[str, Object], depth: int) -> JsonValue:
    if schema.texts.default is not None and admits(schema, json_value(schema.texts.default)):
        return json_value(schema.texts.default)
    match schema:
        case Choice():
            return json_value(schema.values[0])
        case String():
            return _text(schema, name)
        case Number():
            return _number(schema)
        case Boolean():
            return False
        case Array():
            items = [*schema.prefix, *[schema.items] * max(0, max(schema.min_items, 1) - len(schema.prefix))]
            return [_example(item, name, definitions, depth + 1) for item in items[: schema.max_items]]
        case Object() if depth < _DEEPEST:
            required = [item for item in schema.properties if item.required]
            return {item.name: _example(item.schema, item.name, definitions, depth + 1) for item in required}
        case Reference() if depth < _DEEPEST and schema.name in definitions:
            return _example(definitions[schema.name], name, definitions, depth + 1)
        case Union():
            return _alternative(schema, name, definitions, depth + 1)
        case AnyValue():
            return _PICTURE if _is_link(name) else "text"
        case Null() | NoValue() | Object() | Reference():
            return None


def _alternative(schema: Union, name: str, definitions: Mapping[str, Object], depth: int) -> JsonValue:
    value = _example(schema.branches[0], name, definitions, depth)
    if schema.exclusive and sum(admits(branch, value) for branch in schema.branches) > 1:
        raise _NoExample
    return value


def _text(schema: String, name: str) -> str:
    if schema.pattern is not None:
        raise _NoExample
    text = _PICTURE if schema.texts.format == "uri" or _is_link(name) else "A lighthouse at dusk, long exposure"
    return text.ljust(schema.min_length, ".")[: schema.max_length]


def _number(schema: Number) -> int | float:
    low = schema.minimum if schema.minimum is not None else schema.exclusive_minimum
    high = schema.maximum if schema.maximum is not None else schema.exclusive_maximum
    for value in (1, low, (low or 0) + 1, high, (high or 0) - 1, ((low or 0) + (high or 0)) / 2):
        if value is not None and admits(schema, int(value) if float(value).is_integer() else value):
            return int(value) if float(value).is_integer() else value
    return 0


def _is_link(name: str) -> bool:
    return any(word in name.lower() for word in ("image", "url", "video", "audio", "mask", "file"))
