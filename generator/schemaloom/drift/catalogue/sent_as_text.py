"""Values that are sent as text: in a URL, a header, a cookie or a form.

The text ``5`` is an integer to one schema and a string to another, and both accept it; ``null`` has
no text.  A comparison of schemas reads JSON, so its breaking changes are judged again here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain, islice, product
from typing import Final, NamedTuple

from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.change import Change, Severity
from schemaloom.drift.witness.search import find_payloads
from schemaloom.ir.raw_schema import RawSchema
from schemaloom.ir.vocabulary import KEYWORDS, SCHEMA_LISTS, SCHEMA_MAPS, SCHEMAS, all_schemas
from schemaloom.json.values import JsonObject, JsonValue, json_text, json_type

TEXT_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_SCALARS: Final = ("string", "integer", "number", "boolean")
_LIMITS_OF_TEXT: Final = frozenset({"minLength", "maxLength", "pattern"})
_LIMITS_OF_NUMBERS: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
_LIMITS_OF_LISTS: Final = frozenset({"minItems", "maxItems", "uniqueItems", "contains", "prefixItems"})
_COMBINED: Final = frozenset({"allOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "unevaluatedItems"})
"""Keywords with which the texts of a whole are not those of its parts."""
_PATTERNS: Final = {
    "integer": "^-?(0|[1-9][0-9]*)$",
    "number": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$",
    "boolean": "^(true|false)$",
}
"""Texts of which each is the text of a value of a type."""
_OF_A_REFERENCE: Final = frozenset({"$ref", "$defs", "definitions"})
_MOST_READINGS: Final = 64
_MOST_TRIED: Final = 600
_UNSENT: Final[tuple[JsonValue, ...]] = (None, [], {})
"""Values that have no text."""
_SAMPLES: Final[tuple[JsonValue, ...]] = (0, 1, -1, 1000, 10**9, 0.5, True, "a", "", "a b")


def is_text_form(media: str, schema: JsonValue) -> bool:
    """Whether the properties of a body are sent as text; of multipart, those that are no object, which is JSON."""
    if media != _MULTIPART:
        return media == TEXT_FORM
    nested = [node for pointer, node in all_schemas(schema) if pointer]
    return not any("$ref" in node or "properties" in node or node.get("type") == "object" for node in nested)


class _Pair(NamedTuple):
    old: RawSchema
    """The old schema without ``null``."""
    new: RawSchema
    texts: RawSchema
    """The new schema with the values that have a text which it accepts."""


def judged_as_text(
    changes: Iterable[Change],
    documents: tuple[JsonObject, JsonObject],
    compare: Callable[[JsonObject, JsonObject], Iterable[Change]],
) -> Iterator[Change]:
    """Judge the breaking changes of a schema whose values are sent as text; the others stay as they are.

    `compare` yields the changes between two schemas of JSON values.  If the new schema accepts
    every text that the old one did, each breaking change is a change of the type alone.
    Or else its proof is a value whose text is refused, if there is one.
    """
    found = [*changes]
    if any(change.severity is Severity.BREAKING for change in found):
        found = [*_breaking_as_text(found, documents, compare)]
    for change in found:
        if change.rule == "input.default.changed" and _text(change.old) == _text(change.new):
            yield _of_type_alone(change, "as text both are the same")
        else:
            yield change


def _breaking_as_text(
    changes: Iterable[Change],
    documents: tuple[JsonObject, JsonObject],
    compare: Callable[[JsonObject, JsonObject], Iterable[Change]],
) -> Iterator[Change]:
    old, texts = _without_null(documents[0]), _with_texts(documents[1])
    others = [] if texts is None else [*compare(old, texts)]
    is_kept = texts is not None and not any(
        change.severity is Severity.BREAKING or change.rule == "schema.unknown-keyword" for change in others
    )
    pair = _Pair(_raw(old), _raw(documents[1]), _raw(texts or documents[1]))
    known: set[tuple[str, str]] = set()
    for change in changes:
        known.add((change.rule, change.pointer))
        if change.severity is not Severity.BREAKING:
            yield change
        elif is_kept:
            yield _of_type_alone(change, "what is sent is text, and all of it is still accepted")
        else:
            yield _proved(change, pair)
    if is_kept:  # a change of the default, which a change of the type covers as JSON
        yield from (
            change
            for change in others
            if change.severity is Severity.DANGEROUS and (change.rule, change.pointer) not in known
        )


def _of_type_alone(change: Change, reason: str) -> Change:
    return make_change(
        "api.parameter-type-changed", f"{change.markup}; {reason}", pointer=change.pointer, old=change.old,
        new=change.new,
    )  # fmt: skip


def _proved(change: Change, pair: _Pair) -> Change:
    own = (change.witness,) if change.proof == "witness" else ()
    searched = find_payloads(pair.old, pair.texts, most=_MOST_TRIED, objects=False)
    for value in chain(own, islice(chain(_SAMPLES, searched), _MOST_READINGS)):
        if value not in _UNSENT and pair.old.confirms(value, valid=True) and _is_refused(value, pair.new):
            return replace(change, proof="witness", witness=value)
    return replace(change, proof="unproven", witness=None)


def _raw(schema: JsonObject) -> RawSchema:
    return RawSchema(schema, opened=False, objects=False)


def _is_refused(value: JsonValue, schema: RawSchema) -> bool:
    """Whether a schema refuses every value that has the same text."""
    readings = [*islice(_readings(value), _MOST_READINGS + 1)]
    return len(readings) <= _MOST_READINGS and all(schema.confirms(reading, valid=False) for reading in readings)


def _readings(value: JsonValue) -> Iterator[JsonValue]:
    """Yield the values that have the same text."""
    if isinstance(value, list):
        for items in product(*(tuple(islice(_readings(item), _MOST_READINGS)) for item in value)):
            yield [*items]
            if len(items) == 1:
                yield items[0]
    elif isinstance(value, dict):
        for parts in product(*(tuple(islice(_readings(part), _MOST_READINGS)) for part in value.values())):
            yield dict(zip(value, parts, strict=True))
    else:
        yield from _scalar_readings(value)
        yield from ([reading] for reading in _scalar_readings(value))


def _scalar_readings(value: JsonValue) -> Iterator[JsonValue]:
    text = _text(value)
    yield text
    with suppress(ValueError, RecursionError):
        read: JsonValue = json.loads(text)
        if json_type(read) in _SCALARS and not isinstance(read, str):
            yield read
    if not isinstance(value, str):
        yield value


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else json_text(value)


def _without_null(schema: JsonObject) -> JsonObject:
    """Return a schema without ``null`` wherever it lists other types or values."""
    return _rewritten(schema, _node_without_null)


def _with_texts(schema: JsonObject) -> JsonObject | None:
    """Return a schema with the values that have a text which it accepts; None if that is not known.

    Some may be missing, and none is one too many.
    """
    if any(
        not _COMBINED.isdisjoint(node) or ("$ref" in node and not _rules(node) <= _OF_A_REFERENCE)
        for _, node in all_schemas(schema)
    ):
        return None
    texts = _rewritten(_without_null(schema), _node_with_texts)
    # The text of an only item is that of the list; a style without ``explode`` splits a text with commas.
    items = texts.get("items")
    if texts.get("type") == "array" and isinstance(items, dict) and _LIMITS_OF_LISTS.isdisjoint(texts):
        return {"anyOf": [texts, items]} if "string" in _strings(items) else texts
    return texts


def _rewritten(schema: JsonObject, rewrite: Callable[[JsonObject], JsonObject]) -> JsonObject:
    """Return a schema with every schema in it, the innermost first, replaced by what `rewrite` makes of it."""

    def part(value: JsonValue) -> JsonValue:
        return _rewritten(value, rewrite) if isinstance(value, dict) else value

    out: JsonObject = {}
    for keyword, value in schema.items():
        if keyword in SCHEMA_MAPS and isinstance(value, dict):
            out[keyword] = {name: part(inner) for name, inner in value.items()}
        elif keyword in SCHEMA_LISTS and isinstance(value, list):
            out[keyword] = [part(inner) for inner in value]
        else:
            out[keyword] = part(value) if keyword in SCHEMAS else value
    return rewrite(out)


def _node_without_null(node: JsonObject) -> JsonObject:
    node = {keyword: value for keyword, value in node.items() if keyword != "nullable"}
    for keyword, null in (("type", "null"), ("enum", None)):
        listed = node.get(keyword)
        if isinstance(listed, list) and any(item != null for item in listed):
            node[keyword] = [item for item in listed if item != null]
    alternatives = node.get("anyOf")
    if isinstance(alternatives, list):
        node["anyOf"] = [part for part in alternatives if part != {"type": "null"}] or alternatives
    return node


def _node_with_texts(node: JsonObject) -> JsonObject:
    kinds = node.get("type")
    types = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]
    if "enum" in node or "const" in node:
        listed = node["enum"] if "enum" in node else [node["const"]]
        return {"enum": _texts_of(listed, types)} if isinstance(listed, list) else node
    if "string" in types:
        if not _LIMITS_OF_TEXT.isdisjoint(node):
            return node
        kept = {keyword: value for keyword, value in node.items() if keyword not in _LIMITS_OF_NUMBERS}
        return {**kept, "type": [*dict.fromkeys((*types, *_SCALARS))]}
    if not _LIMITS_OF_NUMBERS.isdisjoint(node):
        return node
    texts: list[JsonValue] = [{"type": "string", "pattern": _PATTERNS[kind]} for kind in types if kind in _PATTERNS]
    return {"anyOf": [node, *texts]} if texts else node


def _texts_of(listed: list[JsonValue], types: list[str]) -> list[JsonValue]:
    """The listed values of the right type, and all that have the same text."""
    allowed = {*types, *(("integer",) if "number" in types else ())}
    kept = [value for value in listed if not types or json_type(value) in allowed]
    found = [reading for value in kept for reading in ([value] if value is None else _readings(value))]
    return [*{json_text([reading]): reading for reading in found}.values()]


def _strings(schema: JsonObject) -> tuple[str, ...]:
    kinds = schema.get("type")
    return tuple(map(str, kinds)) if isinstance(kinds, list) else ()


def _rules(schema: JsonObject) -> frozenset[str]:
    return KEYWORDS & schema.keys()
