"""A model as a signature with ranges, in a few lines: the facts that a caller needs to write a request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from ..core.plain_text import one_line
from ..core.price import price_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import JsonValue

    from ..models.catalogue import ModelInfo

_LONGEST = 600
"""Characters up to which parameters are explained; names, types and ranges are never left out."""
_LONGEST_DESCRIPTION = 200
_LONGEST_REMARK = 60
_LONGEST_VALUE = 40
_MOST_CHOICES = 12
_DEEPEST = 3
_LONGEST_TYPE = 400
_BOUNDS = (("minimum", ">="), ("exclusiveMinimum", ">"), ("maximum", "<="), ("exclusiveMaximum", "<"))
_SIZES = (
    ("minLength", "maxLength", "characters"),
    ("minItems", "maxItems", "items"),
    ("minProperties", "maxProperties", "properties"),
)
_RULES = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "dependentRequired", "dependentSchemas"})

Schema = dict[str, "JsonValue"]


def signature(info: ModelInfo, currency: str) -> str:
    """Return kind, price, description, and a line for each parameter: ``seed?: integer 0..100 = 7``.

    A parameter with a question mark may be left out; the value after ``=`` is its documented default.
    """
    request = info.load()
    schema = cast("Schema", request.model_json_schema(by_alias=True))
    lines = [summary(info, currency)]
    if info.description:
        lines.append(clipped(info.description, _LONGEST_DESCRIPTION))
    if not info.parameters:
        return "\n".join([*lines, "The provider publishes no parameters; it may take any, such as prompt."])
    rows = list(parameter_lines(schema))
    named = {row.partition(":")[0].removesuffix("?") for row, _ in rows}
    rows += [(f"{one_line(name)}?: any", "") for name in info.parameters if one_line(name) not in named]
    room = _LONGEST - sum(len(line) + 1 for line in [*lines, *(row for row, _ in rows)])
    for row, remark in rows:
        fits = bool(remark) and len(remark) + 4 <= room
        room -= len(remark) + 4 if fits else 0
        lines.append(f"{row}  # {remark}" if fits else row)
    if _RULES & set(schema):
        lines.append("More rules hold between the parameters: they are in the JSON Schema.")
    return "\n".join(lines)


def summary(info: ModelInfo, currency: str) -> str:
    """Return id, name, kind and price on one line."""
    price = price_text(info.price, currency) or "price unknown"
    if info.price and info.price.by_resolution:
        price += f" ({', '.join(f'{name}: {amount:g}' for name, amount in info.price.by_resolution.items())})"
    return one_line(f"{info.id} ({info.name}): {info.modality or 'kind unknown'}, {price}")


def clipped(text: str, longest: int) -> str:
    """Return untrusted text on one line of at most `longest` characters."""
    text = one_line(text)
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def parameter_lines(schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield the line of each parameter, and the provider's remark about it."""
    for name, value, required in _properties(schema, schema):
        default = f" = {_value(value['default'])}" if "default" in value else ""
        kind = clipped(_type(value, schema, 1), _LONGEST_TYPE)
        text = f"{one_line(name)}{'' if required else '?'}: {kind}{default}"
        yield text, clipped(str(value.get("description", "")), _LONGEST_REMARK)


def _properties(schema: Schema, root: Schema) -> Iterator[tuple[str, Schema, bool]]:
    """Yield name and schema of each property, and whether it is required."""
    target = _resolved(schema, root)
    required = target.get("required")
    for name, value in _object(target.get("properties")).items():
        yield name, _object(value), isinstance(required, list) and name in required


def _type(schema: Schema, root: Schema, depth: int) -> str:
    if depth > _DEEPEST:
        return "any"  # a schema may hold itself
    schema = _resolved(schema, root)
    if "const" in schema or "enum" in schema:
        return _choices(schema)
    for keyword in ("anyOf", "oneOf"):
        branches = schema.get(keyword)
        if isinstance(branches, list):
            return _union([{**_around(schema), **_object(each)} for each in branches], root, depth)
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return _union([{**schema, "type": kind} for kind in kinds], root, depth)
    match kinds:
        case "array":
            items = schema.get("items")
            inner = _type(_object(items), root, depth + 1) if isinstance(items, dict) else "any"
            return f"{f'({inner})' if ' ' in inner else inner}[]{_size(schema)}"
        case "object":
            return f"{_members(schema, root, depth)}{_size(schema)}"
        case str():
            return f"{one_line(kinds)}{_range(schema)}{_size(schema)}{_format(schema)}"
        case _:
            return f"any{_range(schema)}"


def _union(branches: list[Schema], root: Schema, depth: int) -> str:
    shown = dict.fromkeys(_type(each, root, depth + 1) for each in branches[:_MOST_CHOICES])
    return " | ".join([*shown, *_more(len(branches))]) or "any"


def _more(count: int) -> list[str]:
    """Return how many of `count` alternatives are not shown, if any."""
    return [f"{count - _MOST_CHOICES} more"] if count > _MOST_CHOICES else []


def _around(schema: Schema) -> Schema:
    """Return the bounds beside a union, which hold for each of its branches."""
    names = {"type", *(name for name, _ in _BOUNDS), *(name for row in _SIZES for name in row[:2])}
    return {name: value for name, value in schema.items() if name in names}


def _members(schema: Schema, root: Schema, depth: int) -> str:
    listed = list(_properties(schema, root))
    if depth >= _DEEPEST or not listed:
        return "object"
    shown = [
        f"{one_line(name)}{'' if required else '?'}: {_type(value, root, depth + 1)}"
        for name, value, required in listed[:_MOST_CHOICES]
    ]
    return f"{{{', '.join([*shown, *_more(len(listed))])}}}"


def _choices(schema: Mapping[str, JsonValue]) -> str:
    listed = schema.get("enum", [schema.get("const")])
    values = listed if isinstance(listed, list) else []
    shown = [_value(value) for value in values[:_MOST_CHOICES]]
    return " | ".join([*shown, *_more(len(values))])


def _range(schema: Mapping[str, JsonValue]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None and not {"exclusiveMinimum", "exclusiveMaximum"} & set(schema):
        shown = f" {_value(low)}..{_value(high)}"
    else:
        bounds = [f"{sign} {_value(schema[keyword])}" for keyword, sign in _BOUNDS if keyword in schema]
        shown = f" {', '.join(bounds)}" if bounds else ""
    step = schema.get("multipleOf")
    return shown if step is None else f"{shown} step {_value(step)}"


def _size(schema: Mapping[str, JsonValue]) -> str:
    for least, most, noun in _SIZES:
        low, high = schema.get(least), schema.get(most)
        if low is not None or high is not None:
            low, high = ("" if bound is None else _value(bound) for bound in (low, high))
            return f" {low}..{high} {noun}"
    return ""


def _format(schema: Mapping[str, JsonValue]) -> str:
    form = schema.get("format")
    return f" ({clipped(form, _LONGEST_VALUE)})" if isinstance(form, str) else ""


def _value(value: JsonValue) -> str:
    return clipped(json.dumps(value, ensure_ascii=False), _LONGEST_VALUE)


def _resolved(schema: Schema, root: Schema) -> Schema:
    """Follow local references; one that leads nowhere, or in a circle, becomes any value."""
    seen: set[str] = set()
    while isinstance(reference := schema.get("$ref"), str):
        if reference in seen or not reference.startswith("#/"):
            return {}
        seen.add(reference)
        target: JsonValue = root
        for token in reference[2:].split("/"):
            target = target.get(token.replace("~1", "/").replace("~0", "~")) if isinstance(target, dict) else None
        schema = {**_object(target), **{name: value for name, value in schema.items() if name != "$ref"}}
    return schema


def _object(value: JsonValue) -> Schema:
    return value if isinstance(value, dict) else {}
