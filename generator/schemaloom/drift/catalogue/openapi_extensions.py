"""Changes of extensions and notes anywhere in an OpenAPI document, in schemas too."""

from __future__ import annotations

from collections.abc import Container, Iterator

from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.change import Change
from schemaloom.drift.message import name
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, JsonValue, json_text

_NOTES = frozenset({"$comment", "example", "externalDocs", "xml"})
# What a schema may hold beside a reference, and is judged there.
_JUDGED_BESIDE_REFERENCE = frozenset(
    {"$anchor", "$defs", "$dynamicRef", "$ref", "additionalItems", "additionalProperties", "allOf", "anyOf", "const",
     "contains", "contentEncoding", "contentMediaType", "contentSchema", "default", "definitions", "dependencies",
     "dependentRequired", "dependentSchemas", "deprecated", "discriminator", "else", "enum", "exclusiveMaximum",
     "exclusiveMinimum", "examples", "format", "if", "items", "maxContains", "maxItems", "maxLength", "maxProperties",
     "maximum", "minContains", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "not", "nullable",
     "oneOf", "pattern", "patternProperties", "prefixItems", "properties", "propertyNames", "readOnly", "required",
     "then", "title", "type", "unevaluatedItems", "unevaluatedProperties", "uniqueItems", "writeOnly"}
)  # fmt: skip
_TEXTS = frozenset({"description", "summary"})
# The keys of these are names that the provider chose.
_NAMED = frozenset(
    {"$defs", "callbacks", "content", "definitions", "dependentSchemas", "encoding", "headers", "links", "mapping",
     "parameters", "pathItems", "patternProperties", "properties", "requestBodies", "responses", "schemas", "scopes",
     "securitySchemes", "variables"}
)  # fmt: skip
# The values of these are data.
_DATA = frozenset({"const", "default", "enum", "example", "examples", "value"})


def extension_changes(old: JsonObject, new: JsonObject, reported: Container[str]) -> Iterator[Change]:
    """Extensions and notes that differ at the same place of both documents, but those `reported` by pointer."""
    pending: list[tuple[str, JsonValue, JsonValue, bool]] = [("", old, new, False)]
    while pending:
        pointer, was, now, is_named = pending.pop()
        if isinstance(was, list) and isinstance(now, list):
            for index, pair in enumerate(zip(was, now, strict=False)):
                pending.append((pointer + pointer_of(index), *pair, False))
        if not isinstance(was, dict) or not isinstance(now, dict):
            continue
        for key in sorted(was.keys() | now.keys()):
            place = pointer + pointer_of(key)
            if not is_named and _is_note(key, was, now):
                if place not in reported and json_text([was.get(key)]) != json_text([now.get(key)]):
                    yield _change(key, place, was, now)
            elif key in was and key in now and (is_named or key not in _DATA):
                pending.append((place, was[key], now[key], not is_named and key in _NAMED))


def _is_note(key: str, was: JsonObject, now: JsonObject) -> bool:
    if "$ref" in was and "$ref" in now:
        return key not in _JUDGED_BESIDE_REFERENCE
    return key.startswith("x-") or key in _NOTES


def _change(key: str, pointer: str, was: JsonObject, now: JsonObject) -> Change:
    what = "added" if key not in was else "removed" if key not in now else "changed"
    rule = "api.text-changed" if key in _NOTES | _TEXTS else "api.extension-changed"
    return make_change(rule, f"{name(key)} was {what}", pointer=pointer, old=was.get(key), new=now.get(key))
