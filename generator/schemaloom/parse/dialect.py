"""Note the effect of ``$schema`` on a schema's rules, above all where it names an unknown dialect.

The keywords of the core and those that apply schemas mean the same in every dialect.  Those that
reject values belong to a vocabulary that the dialect may leave out, or give another meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Final

from schemaloom.ir.references import is_known_dialect
from schemaloom.ir.vocabulary import KEYWORDS, SCHEMA_LISTS, SCHEMA_MAPS, SCHEMAS, subschemas
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.parse.source_schema import SourceSchema

_ASSERTIONS: Final = KEYWORDS - SCHEMA_MAPS - SCHEMA_LISTS - SCHEMAS - {"$ref", "$dynamicRef", "$recursiveRef"}
"""Keywords that reject values by themselves, ``type`` among them."""

_CONTENT: Final = frozenset({"contentEncoding", "contentMediaType"})


def dialect_notes(node: JsonObject, pointer: str, *, decodes_content: bool) -> Iterator[tuple[str, str]]:
    """Yield pointer and sentence of what a validator of a schema's dialect may reject and the classes do not."""
    dialect = node.get("$schema")
    if isinstance(dialect, str) and not is_known_dialect(dialect):
        sentence = "unknown dialect; only names of properties are certain, types and limits are not checked"
        yield f"{pointer}/$schema", sentence
    elif dialect is not None and not isinstance(dialect, str):
        yield f"{pointer}/$schema", "expected a string; $schema is ignored"
    if decodes_content and not _CONTENT.isdisjoint(node):
        yield pointer, "validators of draft 7 may decode the content of the string; it is not checked"


def without_unknown_rules(source: SourceSchema) -> SourceSchema:
    """Return the schema without the keywords that may reject values, wherever the dialect is unknown.

    Properties keep their names, and every schema its place.
    """
    if not source.may_mention("$schema"):  # as in most documents
        return source
    document = deepcopy(source.root)
    waiting: list[tuple[JsonValue, bool]] = [(document, False)]
    while waiting:
        node, unknown = waiting.pop()
        if not isinstance(node, dict):
            continue
        if isinstance(node.get("$schema"), str):
            unknown = not is_known_dialect(node["$schema"])
        for keyword in _ASSERTIONS & node.keys() if unknown else ():
            del node[keyword]
        waiting += [(part, unknown) for _, part in subschemas(node)]
    return SourceSchema(document)
