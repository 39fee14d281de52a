"""Dialects of JSON Schema, and the keywords that each of them reads.

A keyword that a dialect lacks is an annotation there: it rejects nothing.  So are the keywords
beside a ``$ref`` in drafts 4 to 7 and in OpenAPI 3.0.  A schema that states no dialect may use the
spellings of all at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from enum import IntEnum
from types import MappingProxyType
from typing import Final, NamedTuple, cast

from schemaloom.ir.vocabulary import KEYWORDS, all_schemas, subschemas
from schemaloom.json.pointer import resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue, may_mention


class Dialect(IntEnum):
    """A dialect with rules of its own, the oldest first."""

    DRAFT_4 = 4
    OPENAPI_3_0 = 5
    DRAFT_6 = 6
    DRAFT_7 = 7
    DRAFT_2019_09 = 2019
    DRAFT_2020_12 = 2020

    def __str__(self) -> str:
        kind, _, number = self.name.partition("_")
        return "OpenAPI 3.0" if self is Dialect.OPENAPI_3_0 else f"{kind.lower()} {number.replace('_', '-')}"


_BY_NAME: Final = {
    "draft-04": Dialect.DRAFT_4, "oas/3.0": Dialect.OPENAPI_3_0, "draft-06": Dialect.DRAFT_6,
    "draft-07": Dialect.DRAFT_7, "2019-09": Dialect.DRAFT_2019_09, "2020-12": Dialect.DRAFT_2020_12,
    "oas/3.1": Dialect.DRAFT_2020_12, "oas/3.2": Dialect.DRAFT_2020_12,
}  # fmt: skip


def _from(first: Dialect, last: Dialect = Dialect.DRAFT_2020_12) -> frozenset[Dialect]:
    return frozenset(dialect for dialect in Dialect if first <= dialect <= last)


_ALL: Final = frozenset(Dialect)
_JSON_SCHEMA: Final = _ALL - {Dialect.OPENAPI_3_0}
DIALECTS_OF: Final[Mapping[str, frozenset[Dialect]]] = MappingProxyType(
    {
        **dict.fromkeys(KEYWORDS, _ALL),
        **dict.fromkeys(("const", "contains", "propertyNames"), _from(Dialect.DRAFT_6)),
        **dict.fromkeys(("if", "then", "else"), _from(Dialect.DRAFT_7)),
        **dict.fromkeys(
            ("dependentRequired", "dependentSchemas", "maxContains", "minContains", "unevaluatedItems",
             "unevaluatedProperties"),
            _from(Dialect.DRAFT_2019_09),
        ),
        **dict.fromkeys(("prefixItems", "$dynamicRef"), _from(Dialect.DRAFT_2020_12)),
        "$recursiveRef": frozenset({Dialect.DRAFT_2019_09}),
        "dependencies": _from(Dialect.DRAFT_4, Dialect.DRAFT_7) & _JSON_SCHEMA,
        "additionalItems": _from(Dialect.DRAFT_4, Dialect.DRAFT_2019_09) & _JSON_SCHEMA,
        "patternProperties": _JSON_SCHEMA,
        "nullable": frozenset({Dialect.OPENAPI_3_0}),
    }
)  # fmt: skip
"""The dialects that have a keyword; those that hold definitions count in every dialect."""
_LISTS_OF_ITEMS: Final = _from(Dialect.DRAFT_4, Dialect.DRAFT_2019_09) & _JSON_SCHEMA
"""The dialects in which ``items`` may be a list."""
_REPLACING: Final = _from(Dialect.DRAFT_4, Dialect.DRAFT_7)
"""The dialects in which ``$ref`` disables the keywords beside it."""
_ALWAYS: Final = frozenset({"$ref", "$defs", "definitions"})
_BOUNDS: Final = ("exclusiveMinimum", "exclusiveMaximum")


class IgnoredKeyword(NamedTuple):
    """A keyword of a schema that the stated dialect does not read."""

    pointer: str
    """JSON Pointer of the schema that has the keyword."""
    keyword: str
    value: JsonValue
    dialect: Dialect
    is_beside_reference: bool
    """Whether it is ignored because of a ``$ref`` beside it."""

    @property
    def is_followed(self) -> bool:
        """Whether requests follow it all the same.

        Providers mean ``nullable`` in every dialect, and drafts since 2019-09 let a validator read ``dependencies``.
        """
        return self.keyword == "nullable" or (self.keyword == "dependencies" and self.dialect >= Dialect.DRAFT_2019_09)

    @property
    def is_often_meant(self) -> bool:
        """Whether providers write it and mean it all the same."""
        return self.is_followed or (self.is_beside_reference and self.dialect is Dialect.OPENAPI_3_0)

    @property
    def reason(self) -> str:
        """The reason, as a clause for a message."""
        beside = f"{self.dialect} ignores keywords beside $ref"
        return beside if self.is_beside_reference else f"{self.dialect} does not have this keyword"


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


def stating_dialect(schema: JsonObject, document: JsonObject) -> JsonObject:
    """Return a schema taken out of an OpenAPI document, with its dialect stated if that ignores one of its keywords."""
    dialect = openapi_dialect(document)
    if "$schema" in schema or next(ignored_keywords(schema, dialect), None) is None:
        return schema
    own = document.get("jsonSchemaDialect")
    version = "3.0/schema/2024-10-18" if dialect is Dialect.OPENAPI_3_0 else "3.1/dialect/base"
    return {"$schema": own if isinstance(own, str) else f"https://spec.openapis.org/oas/{version}", **schema}


def ignored_keywords(schema: JsonObject, dialect: Dialect | None = None) -> Iterator[IgnoredKeyword]:
    """Yield the keywords that the dialect of a schema ignores, each once and in no part of another.

    `dialect` counts where no ``$schema`` states one; without either, nothing is ignored.
    """
    if dialect is None and not may_mention(schema, "$schema"):  # as in most documents
        return
    waiting: list[tuple[str, JsonValue, Dialect | None]] = [("", schema, dialect)]
    while waiting:
        pointer, node, around = waiting.pop()
        if not isinstance(node, dict):
            continue
        own = dialect_of(node) if isinstance(node.get("$schema"), str) else around
        is_replaced = "$ref" in node and own in _REPLACING
        counted: set[str] = set()
        for keyword in sorted(KEYWORDS & node.keys()):
            if own is not None and _is_ignored(keyword, node[keyword], own, is_replaced=is_replaced):
                yield IgnoredKeyword(pointer, keyword, node[keyword], own, is_replaced)
            else:
                counted.add(keyword)
        waiting += [(pointer + below, part, own) for below, part in subschemas(node, counted)]


def as_read(schema: JsonObject, dialect: Dialect | None = None) -> JsonObject:
    """Return a schema without the keywords that its dialect ignores; see `ignored_keywords`."""
    return _without(schema, [*ignored_keywords(schema, dialect)])


def as_accepted(schema: JsonObject) -> JsonObject:
    """Return a schema as `as_read` does, but with the keywords that requests follow all the same."""
    return _without(schema, [found for found in ignored_keywords(schema) if not found.is_followed])


def _without(schema: JsonObject, ignored: list[IgnoredKeyword]) -> JsonObject:
    if not ignored:
        return schema
    schema = deepcopy(schema)
    for found in ignored:
        del cast("JsonObject", resolve_pointer(schema, found.pointer))[found.keyword]
    return schema


def _is_ignored(keyword: str, value: JsonValue, dialect: Dialect, *, is_replaced: bool) -> bool:
    if keyword in _ALWAYS:
        return False
    if keyword == "items" and isinstance(value, list) and dialect not in _LISTS_OF_ITEMS:
        return True
    return is_replaced or dialect not in DIALECTS_OF[keyword]


def invalid_keywords(schema: JsonObject, dialect: Dialect | None) -> Iterator[tuple[str, str]]:
    """Yield the keywords whose values have a form that the dialect does not allow: pointer of the schema, keyword."""
    if dialect is None:
        return
    has_flags = dialect <= Dialect.OPENAPI_3_0
    for pointer, node in all_schemas(schema):
        for keyword in _BOUNDS:
            if keyword in node and isinstance(node[keyword], bool) != has_flags:
                yield pointer, keyword
        if isinstance(node.get("items"), list) and dialect not in _LISTS_OF_ITEMS:
            yield pointer, "items"
        if dialect is Dialect.OPENAPI_3_0 and (isinstance(node.get("type"), list) or node.get("type") == "null"):
            yield pointer, "type"
