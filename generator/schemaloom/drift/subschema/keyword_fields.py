"""Keywords of one type, and schemas in which only one of them is edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from schemaloom.drift.subschema.normalize import normalize
from schemaloom.ir.schema import Array, Number, Object, Schema, String

FIELDS: Mapping[str, tuple[str, ...]] = {
    "type": ("integer",),
    "minimum": ("minimum", "exclusive_minimum"),
    "exclusiveMinimum": ("minimum", "exclusive_minimum"),
    "maximum": ("maximum", "exclusive_maximum"),
    "exclusiveMaximum": ("maximum", "exclusive_maximum"),
    "multipleOf": ("multiple_of",),
    "minLength": ("min_length",),
    "maxLength": ("max_length",),
    "pattern": ("pattern",),
    "minItems": ("min_items",),
    "maxItems": ("max_items",),
    "uniqueItems": ("unique",),
    "minProperties": ("min_properties",),
    "maxProperties": ("max_properties",),
}
"""Keywords of one type, and where the algebra keeps them."""


def with_keyword(schema: Schema, other: Schema, keyword: str) -> Schema | None:
    """Return `schema` with one keyword as `other` has it, in normal form; None if the two share no such field."""
    schema, other = as_written(schema), as_written(other)
    fields = FIELDS.get(keyword, ())
    if type(schema) is not type(other) or not isinstance(schema, Number | String | Array | Object):
        return None
    if not fields or not all(hasattr(schema, field) for field in fields):
        return None
    edited = replace(schema, **{field: getattr(other, field) for field in fields})
    return normalize(edited, opened=False) if isinstance(edited, Number) else edited


def as_written(schema: Schema) -> Schema:
    """Return a number with the bounds that the provider writes; another schema as it is."""
    return schema.written or schema if isinstance(schema, Number) else schema
