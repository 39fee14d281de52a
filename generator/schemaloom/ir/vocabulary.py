"""The keywords of JSON Schema that reject values, those that hold schemas, and the schemas that a schema holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, JsonValue

SCHEMA_MAPS: Final = frozenset(
    {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"}
)
"""Keywords whose values are objects of schemas."""
SCHEMA_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems", "items"})
"""Keywords whose values may be lists of schemas."""
SCHEMAS: Final = frozenset(
    {
        "items", "additionalItems", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else",
        "unevaluatedItems", "unevaluatedProperties",
    }
)  # fmt: skip
"""Keywords whose values are schemas."""
IN_PLACE: Final = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"}
)
"""Keywords whose schemas judge the same value as the schema around them."""
REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")
"""Keywords whose values refer to a schema elsewhere, which judges the same value."""
KEYWORDS: Final = frozenset(
    {
        *SCHEMA_MAPS, *SCHEMA_LISTS, *SCHEMAS, *REFERENCES, "type", "enum", "const",
        "nullable", "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "multipleOf", "minItems", "maxItems", "uniqueItems", "minContains", "maxContains", "required",
        "minProperties", "maxProperties", "dependentRequired",
    }
)  # fmt: skip
"""Keywords that reject values or hold schemas; any other is an annotation."""

ANNOTATIONS: Final = frozenset(
    {
        "title", "description", "default", "examples", "example", "deprecated", "readOnly", "writeOnly", "format",
        "$comment", "$schema", "$id", "id", "$defs", "definitions", "$anchor", "discriminator", "xml", "externalDocs",
        "contentMediaType", "contentEncoding", "contentSchema",
    }
)  # fmt: skip
"""Keywords that never reject a value, and those that hold definitions."""


def subschemas(node: JsonObject, keywords: Collection[str] = KEYWORDS) -> Iterator[tuple[str, JsonValue]]:
    """Yield every direct subschema of a schema (below some keywords), with its pointer below the schema."""
    for keyword, value in node.items():
        if keyword not in keywords:
            continue
        if keyword in SCHEMA_MAPS and isinstance(value, dict):
            for name, part in value.items():
                yield pointer_of(keyword, name), part
        elif keyword in SCHEMA_LISTS and isinstance(value, list):
            for number, part in enumerate(value):
                yield pointer_of(keyword, str(number)), part
        elif keyword in SCHEMAS:
            yield pointer_of(keyword), value


def all_schemas(schema: JsonValue, pointer: str = "") -> Iterator[tuple[str, JsonObject]]:
    """Yield a schema and every schema in it, with their pointers; only objects, because booleans hold nothing."""
    pending = [(pointer, schema)]
    while pending:
        place, node = pending.pop()
        if isinstance(node, dict):
            yield place, node
            pending += [(place + below, part) for below, part in subschemas(node)]
