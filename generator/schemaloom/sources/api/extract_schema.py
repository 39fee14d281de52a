"""Find a model's schemas inside a response."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from schemaloom.ir.dialects import stating_dialect
from schemaloom.json.pointer import resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.catalogue import Catalogue, SchemaSource
from schemaloom.snapshot.bundle_refs import bundle
from schemaloom.snapshot.fetch_result import PublishedSchema
from schemaloom.snapshot.lock import Entry
from schemaloom.snapshot.property_order import property_order
from schemaloom.sources.api.list_item import without

_SHAPES = frozenset({"$ref", "additionalProperties", "allOf", "anyOf", "oneOf", "properties", "type"})


def extract_schema(
    answer: JsonObject, source: SchemaSource, entry: Entry, catalogue: Catalogue, *, keep_dangling: bool = False
) -> PublishedSchema | None:
    """Read the schemas in `answer` at the pointers of `source`; None if there are none.

    With `keep_dangling`, references that cannot be followed stay.

    Raises `LookupError` with a sentence if the value there cannot be used.
    """
    # Without a document around it, references resolve against the schema itself.
    root = _part(answer, source.pointer if source.document is None else source.document)
    place = "" if source.document is None else source.pointer
    if root is None or _part(root, place) is None:
        return None
    schema = _bundled(root, place, catalogue.volatile, keep_dangling=keep_dangling)
    if catalogue.supplied:
        # Again, because the definitions that only those parameters need go with them.
        schema = bundle(without_parameters(schema, catalogue.supplied), keep_dangling=True)
    kind = schema.get("type", "object")
    if not schema.keys() & _SHAPES or "object" not in (kind if isinstance(kind, list) else [kind]):
        raise LookupError("it does not describe an object of parameters")
    output = _output(answer, root, source, catalogue.volatile, keep_dangling=keep_dangling)
    return PublishedSchema(
        input=schema,
        output=output,
        parameter_order=parameter_order(schema, catalogue.order),
        property_order={place: names for place, names in property_order(schema).items() if place} or None,
        output_order=(property_order(output) or None) if output is not None else None,
        entry=entry,
    )


def without_parameters(schema: JsonObject, names: Sequence[str]) -> JsonObject:
    """Return an object's schema without the properties `names`, also those of its ``$ref`` and ``allOf``."""
    found = dict(schema)
    properties, required = found.get("properties"), found.get("required")
    if isinstance(properties, dict):
        found["properties"] = {name: part for name, part in properties.items() if name not in names}
    if isinstance(required, list):
        found["required"] = [name for name in required if name not in names]
        if not found["required"]:
            del found["required"]
    reference, definitions = found.get("$ref"), found.get("$defs")
    if isinstance(reference, str) and isinstance(definitions, dict):
        target = unquote(reference).removeprefix("#/$defs/")
        if isinstance(part := definitions.get(target), dict):
            found["$defs"] = {**definitions, target: without_parameters(part, names)}
    parts = found.get("allOf")
    if isinstance(parts, list):
        found["allOf"] = [without_parameters(part, names) if isinstance(part, dict) else part for part in parts]
    return found


def _output(
    answer: JsonObject, root: JsonValue, source: SchemaSource, volatile: Sequence[str], *, keep_dangling: bool
) -> JsonObject | None:
    if source.output is None:
        return None
    if source.document is None:
        root, place = _part(answer, source.output), ""
    else:
        place = source.output
    if root is None or _part(root, place) is None:
        return None
    return _bundled(root, place, volatile, keep_dangling=keep_dangling)


def _bundled(root: JsonValue, place: str, volatile: Sequence[str], *, keep_dangling: bool) -> JsonObject:
    schema = bundle(root, place, keep_dangling=keep_dangling)
    stripped = without(schema, volatile)
    schema = stripped if isinstance(stripped, dict) else schema
    return stating_dialect(schema, root) if isinstance(root, dict) else schema


def parameter_order(schema: JsonObject, keywords: Sequence[str] = ()) -> tuple[str, ...]:
    """Names of the top-level parameters in the order the provider wrote them, or that `keywords` give.

    They are read from ``properties`` of the schema and of its ``$ref`` and ``allOf`` targets.
    """
    names: dict[str, JsonValue] = {}
    listed: list[JsonValue] = []
    pending = [schema]
    followed: set[str] = set()
    while pending:
        part = pending.pop(0)
        properties, reference, parts = part.get("properties"), part.get("$ref"), part.get("allOf")
        for name, found in properties.items() if isinstance(properties, dict) else ():
            names.setdefault(name, found)
        for keyword in keywords:
            order = part.get(keyword)
            listed += order if isinstance(order, list) else []
        following = parts if isinstance(parts, list) else []
        if isinstance(reference, str) and reference not in followed:
            followed.add(reference)
            following = [_part(schema, unquote(reference[1:])), *following]
        pending = [*(item for item in following if isinstance(item, dict)), *pending]
    ranks = {name: rank for rank, name in reversed([*enumerate(listed)]) if isinstance(name, str)}
    last = len(listed)
    return tuple(sorted(names, key=lambda name: (ranks.get(name, last), _number(names[name], keywords))))


def _number(schema: JsonValue, keywords: Sequence[str]) -> float:
    """Return the place of a property by the first of `keywords` that is a number; the last place without one."""
    found = [schema.get(keyword) for keyword in keywords] if isinstance(schema, dict) else []
    return next((float(n) for n in found if isinstance(n, int | float) and not isinstance(n, bool)), float("inf"))


def _part(value: JsonValue, pointer: str) -> JsonValue:
    try:
        return resolve_pointer(value, pointer)
    except LookupError:
        return None
