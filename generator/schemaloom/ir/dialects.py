"""Dialects of JSON Schema, and what each of them reads in the same text.

Readers accept the spellings of all dialects at once.  Between two schemas of different dialects that
would hide a change: the same text may allow other values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from schemaloom.ir.vocabulary import KEYWORDS, SCHEMA_LISTS, SCHEMA_MAPS, SCHEMAS, all_schemas
from schemaloom.json.values import JsonObject, JsonValue


class Dialect(IntEnum):
    """A dialect with rules of its own, the oldest first."""

    DRAFT_4 = 4
    OPENAPI_3_0 = 5
    DRAFT_6 = 6
    DRAFT_7 = 7
    DRAFT_2019_09 = 2019
    DRAFT_2020_12 = 2020


_BY_NAME: Final = {
    "draft-04": Dialect.DRAFT_4, "oas/3.0": Dialect.OPENAPI_3_0, "draft-06": Dialect.DRAFT_6,
    "draft-07": Dialect.DRAFT_7, "2019-09": Dialect.DRAFT_2019_09, "2020-12": Dialect.DRAFT_2020_12,
    "oas/3.1": Dialect.DRAFT_2020_12, "oas/3.2": Dialect.DRAFT_2020_12,
}  # fmt: skip
_SINCE: Final = {
    **dict.fromkeys(("const", "contains", "propertyNames"), Dialect.DRAFT_6),
    **dict.fromkeys(("if", "then", "else"), Dialect.DRAFT_7),
    **dict.fromkeys(
        ("dependentRequired", "dependentSchemas", "maxContains", "minContains", "unevaluatedItems",
         "unevaluatedProperties", "$recursiveRef"),
        Dialect.DRAFT_2019_09,
    ),
    **dict.fromkeys(("prefixItems", "$dynamicRef"), Dialect.DRAFT_2020_12),
}  # fmt: skip
"""The dialect that introduced a keyword; any other is as old as draft 4."""
_UNTIL: Final = {
    "dependencies": Dialect.DRAFT_7, "additionalItems": Dialect.DRAFT_2019_09, "$recursiveRef": Dialect.DRAFT_2019_09,
}  # fmt: skip
"""The last dialect that has a keyword."""
_NOT_IN_OPENAPI_3_0: Final = frozenset({"patternProperties", "dependencies", "additionalItems"})
_ALWAYS: Final = frozenset({"$ref", "$defs", "definitions"})
_BOUNDS: Final = ("exclusiveMinimum", "exclusiveMaximum")


def dialect_of(schema: JsonObject) -> Dialect | None:
    """Return the dialect that a schema declares; None if it declares none that is known."""
    declared = schema.get("$schema")
    named = (dialect for name, dialect in _BY_NAME.items() if isinstance(declared, str) and name in declared)
    return next(named, None)


def openapi_dialect(document: JsonObject) -> Dialect | None:
    """Return the dialect of the schemas of an OpenAPI document; None if its version is not known."""
    if re.match(r"3\.0(\.|$)", str(document.get("openapi"))):
        return Dialect.OPENAPI_3_0
    if "jsonSchemaDialect" in document:
        return dialect_of({"$schema": document["jsonSchemaDialect"]})
    return Dialect.DRAFT_2020_12 if re.match(r"3\.\d", str(document.get("openapi"))) else None


def as_read_in(schema: JsonObject, dialect: Dialect | None) -> JsonObject:
    """Return a schema without what its dialect ignores: keywords that it lacks, and those beside ``$ref``.

    Every schema that is left keeps its place.
    """
    if dialect is None:
        return schema
    read = _counted(schema, dialect)
    waiting = [read]
    while waiting:
        node = waiting.pop()
        for keyword in KEYWORDS & node.keys():
            node[keyword], parts = _with_parts(keyword, node[keyword], dialect)
            waiting += parts
    return read


def each_as_read(old: JsonObject | None, new: JsonObject | None) -> tuple[JsonObject | None, JsonObject | None]:
    """Return two schemas, each as its dialect reads it, if they declare different ones; or else as they are."""
    if old is None or new is None or (dialects := (dialect_of(old), dialect_of(new)))[0] is dialects[1]:
        return old, new
    return as_read_in(old, dialects[0]), as_read_in(new, dialects[1])


def invalid_keywords(schema: JsonObject, dialect: Dialect | None) -> Iterator[tuple[str, str]]:
    """Yield the keywords whose values have a form that the dialect does not allow: pointer of the schema, keyword."""
    if dialect is None:
        return
    has_flags = dialect <= Dialect.OPENAPI_3_0
    for pointer, node in all_schemas(schema):
        for keyword in _BOUNDS:
            if keyword in node and isinstance(node[keyword], bool) != has_flags:
                yield pointer, keyword
        if isinstance(node.get("items"), list) and dialect in {Dialect.OPENAPI_3_0, Dialect.DRAFT_2020_12}:
            yield pointer, "items"
        if dialect is Dialect.OPENAPI_3_0 and (isinstance(node.get("type"), list) or node.get("type") == "null"):
            yield pointer, "type"


def _counted(node: JsonObject, dialect: Dialect) -> JsonObject:
    """Return the keywords of one schema that its dialect reads."""
    alone = "$ref" in node and dialect <= Dialect.DRAFT_7
    return {key: part for key, part in node.items() if (key in _ALWAYS if alone else not _is_ignored(key, dialect))}


def _with_parts(keyword: str, value: JsonValue, dialect: Dialect) -> tuple[JsonValue, list[JsonObject]]:
    """Return the value of a keyword with the schemas in it copied as `_counted` does, and these copies."""
    parts: list[JsonObject] = []

    def copied(part: JsonValue) -> JsonValue:
        if not isinstance(part, dict):
            return part
        parts.append(_counted(part, dialect))
        return parts[-1]

    if keyword in SCHEMA_MAPS and isinstance(value, dict):
        value = {name: copied(part) for name, part in value.items()}
    elif keyword in SCHEMA_LISTS and isinstance(value, list):
        value = [copied(part) for part in value]
    elif keyword in SCHEMAS:
        value = copied(value)
    return value, parts


def _is_ignored(keyword: str, dialect: Dialect) -> bool:
    if keyword == "nullable":
        return dialect is not Dialect.OPENAPI_3_0
    if dialect is Dialect.OPENAPI_3_0 and keyword in _NOT_IN_OPENAPI_3_0:
        return True
    return not _SINCE.get(keyword, Dialect.DRAFT_4) <= dialect <= _UNTIL.get(keyword, Dialect.DRAFT_2020_12)
