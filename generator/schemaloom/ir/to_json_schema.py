"""IR back to JSON Schema 2020-12, from an allow-list of keywords.

The result is what the type engine reads, what witnesses are checked against and what the
generated classes are tested against; no text of the source's own keywords survives in it.
"""

from __future__ import annotations

from typing import assert_never

from schemaloom.ir.schema import (
    Anything,
    Array,
    Boolean,
    Enum,
    Never,
    Null,
    Number,
    Object,
    Reference,
    Schema,
    String,
    Union,
)
from schemaloom.json.values import JsonValue, json_value

JsonSchema = dict[str, JsonValue]


def to_json_schema(schema: Schema) -> JsonSchema:
    """Return the JSON Schema of `schema`; references lead to ``$defs``, which it does not have."""
    match schema:
        case Anything():
            return {}
        case Never():
            return {"not": {}}
        case Null():
            return {"type": "null"}
        case Boolean():
            return {"type": "boolean"}
        case String():
            return _with_keywords(
                {"type": "string"}, minLength=schema.min_length or None, maxLength=schema.max_length,
                pattern=schema.pattern,
            )  # fmt: skip
        case Number():
            return _with_keywords(
                {"type": "integer" if schema.integer else "number"},
                minimum=schema.minimum,
                maximum=schema.maximum,
                exclusiveMinimum=schema.exclusive_minimum,
                exclusiveMaximum=schema.exclusive_maximum,
                multipleOf=schema.multiple_of,
            )
        case Enum():
            return {"enum": [json_value(value) for value in schema.values]}
        case Array():
            return _array(schema)
        case Object():
            return _object(schema)
        case Union():
            return {"oneOf" if schema.exclusive else "anyOf": [to_json_schema(branch) for branch in schema.branches]}
        case Reference():
            return {"$ref": f"#/$defs/{schema.name}"}
        case _:
            assert_never(schema)


def _array(schema: Array) -> JsonSchema:
    return _with_keywords(
        {"type": "array"},
        prefixItems=[to_json_schema(item) for item in schema.prefix] or None,
        items=None if isinstance(schema.items, Anything) else to_json_schema(schema.items),
        minItems=schema.min_items or None,
        maxItems=schema.max_items,
        uniqueItems=schema.unique or None,
    )


def _object(schema: Object) -> JsonSchema:
    additional: JsonValue = None
    if isinstance(schema.additional, Never):
        additional = False
    elif not isinstance(schema.additional, Anything):
        additional = to_json_schema(schema.additional)
    return _with_keywords(
        {"type": "object"},
        properties={item.name: to_json_schema(item.schema) for item in schema.properties} or None,
        required=[item.name for item in schema.properties if item.required] or None,
        additionalProperties=additional,
        minProperties=schema.min_properties or None,
        maxProperties=schema.max_properties,
    )


def _with_keywords(base: JsonSchema, **keywords: JsonValue) -> JsonSchema:
    return base | {keyword: value for keyword, value in keywords.items() if value is not None}
