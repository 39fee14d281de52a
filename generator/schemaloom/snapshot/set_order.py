"""Sets in schemas and documents, in one order: a provider that lists them in another has changed nothing."""

from __future__ import annotations

from dataclasses import replace

from schemaloom.json.values import JsonObject, JsonValue, json_text
from schemaloom.snapshot.bundle_refs import DEFINITIONS, MANY, NAMED, ONE
from schemaloom.snapshot.model import ModelDocument

_SETS = frozenset({"allOf", "anyOf", "enum", "examples", "oneOf", "required", "type"})


def with_sorted_sets(document: ModelDocument) -> ModelDocument:
    """Return `document` with its sets, and those of its schemas, sorted."""
    return replace(
        document,
        input=document.input and _schema(document.input),
        output=document.output and _schema(document.output),
        capabilities=tuple(sorted(document.capabilities)),
        documents=tuple(sorted(document.documents)),
        related=tuple(sorted(document.related)),
    )


def _schema(schema: JsonObject) -> JsonObject:
    return {keyword: _sorted(keyword, value) for keyword, value in schema.items()}


def _subschema(value: JsonValue) -> JsonValue:
    return _schema(value) if isinstance(value, dict) else value


def _sorted(keyword: str, value: JsonValue) -> JsonValue:
    """Return the value of a keyword; a value that is no schema, such as a default, is left as it is."""
    if isinstance(value, dict) and keyword in NAMED | DEFINITIONS | {"dependentRequired"}:
        return {
            name: sorted(part, key=json_text) if isinstance(part, list) else _subschema(part)
            for name, part in value.items()
        }
    if isinstance(value, list):
        parts = [_subschema(part) for part in value] if keyword in MANY else value
        return sorted(parts, key=json_text) if keyword in _SETS else parts
    return _subschema(value) if keyword in ONE else value
