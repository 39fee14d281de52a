"""The parameters of a model as rows of a table for people: type, range, default, choices."""

from __future__ import annotations

from dataclasses import dataclass

from schemaloom.ir.model import Model
from schemaloom.ir.schema import (
    Anything,
    Array,
    Boolean,
    Enum,
    Never,
    Null,
    Number,
    Object,
    Property,
    Reference,
    Schema,
    String,
    Union,
    is_open_choice,
)
from schemaloom.json.values import json_type, json_value
from schemaloom.render.documentation import limits


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow:
    """One parameter; every text may hold what the provider wrote."""

    name: str
    type: str
    """``string``, ``list of integer``, ``string or null``…"""
    required: bool
    limits: tuple[str, ...]
    """Such as ``at least 1``."""
    choices: tuple[str, ...]
    """JSON texts of the allowed or suggested values."""
    is_open: bool
    """Whether values beside `choices` are accepted."""
    default: str | None
    """JSON text."""
    description: str
    deprecated: bool


def parameter_rows(model: Model) -> tuple[ParameterRow, ...]:
    """Return a row for each parameter of the request, in the provider's order; none if they are not published."""
    if model.request is None:
        return ()
    return tuple(_row(item) for item in model.request.properties if not isinstance(item.schema, Never))


def result_rows(model: Model) -> tuple[ParameterRow, ...]:
    """Return a row for each property of the result; none if its schema is not published, or no object."""
    output = model.output
    if isinstance(output, Reference):
        output = model.output_definitions.get(output.name)
    return tuple(map(_row, output.properties)) if isinstance(output, Object) else ()


def _row(item: Property) -> ParameterRow:
    schema, texts = item.schema, item.schema.annotations
    bounded = _without_null(schema)
    return ParameterRow(
        name=item.name,
        type=type_words(schema),
        required=item.required,
        limits=(*limits(bounded), *([f"format {texts.format}"] if texts.format else [])),
        choices=tuple(_choices(schema)),
        is_open=is_open_choice(schema),
        default=texts.default,
        description=texts.description if texts.description.strip() else texts.title,
        deprecated=texts.deprecated,
    )


def type_words(schema: Schema) -> str:
    """Return the type of a schema in words, such as ``list of string``."""
    match schema:
        case Anything() | Never():
            return "any"
        case Null():
            return "null"
        case Boolean():
            return "boolean"
        case String():
            return "string"
        case Number():
            return "integer" if schema.integer else "number"
        case Enum():
            return " or ".join(dict.fromkeys(json_type(json_value(value)) for value in schema.values))
        case Array():
            return "list" if isinstance(schema.items, Anything) else f"list of {_grouped(schema.items)}"
        case Object() | Reference():
            return "object"
        case Union():
            return " or ".join(dict.fromkeys(type_words(branch) for branch in schema.branches))


def _grouped(schema: Schema) -> str:
    words = type_words(schema)
    return f"({words})" if " or " in words else words


def _without_null(schema: Schema) -> Schema:
    if isinstance(schema, Union):
        branches = [branch for branch in schema.branches if not isinstance(branch, Null)]
        return branches[0] if len(branches) == 1 else schema
    return schema


def _choices(schema: Schema) -> list[str]:
    match schema:
        case Enum():
            return [*schema.values]
        case Union():
            return [value for branch in schema.branches for value in _choices(branch)]
        case Array():
            return _choices(schema.items)
        case _:
            return []
