"""Differences between two raw schemas, found without reading what their keywords mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schemaloom.ir.vocabulary import ANNOTATIONS, KEYWORDS, REFERENCES, SCHEMA_LISTS, SCHEMA_MAPS, SCHEMAS, all_schemas
from schemaloom.json.pointer import pointer_of, pointer_tokens
from schemaloom.json.values import JsonObject, JsonValue, json_text, object_or_empty

_OPENNESS = ("additionalProperties", "unevaluatedProperties")
_COMPOSITIONS = ("allOf", "anyOf", "oneOf")
_ABSENT: tuple[JsonValue, ...] = (None, False, "", [])
"""Values with which an annotation of JSON Schema is as good as missing."""


class RawDifference(NamedTuple):
    """A keyword of a schema that has another value, was added or was removed."""

    pointer: str
    """JSON Pointer of the schema that has the keyword."""
    keyword: str
    old: JsonValue
    new: JsonValue
    in_both: bool = True
    """Whether both sides have a schema at this place."""


class ChangedPlace(NamedTuple):
    """The innermost schema that holds all differences between two schemas."""

    pointer: str
    keywords: tuple[str, ...]
    """Its keywords that differ, sorted."""


def annotation_differences(old: JsonObject, new: JsonObject) -> Iterator[RawDifference]:
    """Yield the keywords that accept and reject nothing, and whose values changed.

    Between schemas that are composed in another way, an annotation that only moved is left out.
    """
    sides = [dict(_annotations(schema)) for schema in (old, new)]
    keys = [{_key(place, value) for place, value in side.items()} for side in sides]
    values = [{(name, value) for _, name, value in side} for side in keys]
    is_recomposed = _differ(_without_annotations(old), _without_annotations(new))
    moved = values[0] & values[1] if is_recomposed else set[tuple[str, str]]()
    changed = {key for key in keys[0] ^ keys[1] if key[1:] not in moved}
    places = [{pointer for pointer, _ in all_schemas(schema)} for schema in (old, new)]
    for pointer, name in sorted(sides[0].keys() | sides[1].keys()):
        found = [side.get((pointer, name)) for side in sides]
        if any((pointer, name) in side and _key((pointer, name), side[pointer, name]) in changed for side in sides):
            yield RawDifference(pointer, name, found[0], found[1], pointer in places[0] & places[1])


def selects_as_before(found: RawDifference) -> bool:
    """Whether a discriminator that changed still selects each alternative by the same values."""
    if not isinstance(found.old, dict) or not isinstance(found.new, dict):
        return True  # alternatives are distinguished by what they accept
    ours, theirs = (object_or_empty(side.get("mapping")) for side in (found.old, found.new))
    return found.old.get("propertyName") == found.new.get("propertyName") and all(
        _name_of(target) == _name_of(theirs.get(value)) for value, target in ours.items()
    )


def _name_of(target: JsonValue) -> JsonValue:
    """The name of a schema that a mapping gives by name or by pointer."""
    return target.rpartition("/")[2] if isinstance(target, str) else target


def closing_differences(old: JsonObject, new: JsonObject) -> Iterator[RawDifference]:
    """Yield the objects of both schemas that refuse unlisted properties on one side and are silent on the other.

    Requests are closed either way, so nothing is refused that was sent.  As many on both sides have only moved.
    """
    sides = [dict(all_schemas(schema)) for schema in (old, new)]
    stating = [sum(any(node.get(name) is False for name in _OPENNESS) for node in side.values()) for side in sides]
    if stating[0] == stating[1]:
        return
    for pointer in sorted(sides[0].keys() & sides[1].keys()):
        nodes = sides[0][pointer], sides[1][pointer]
        stated = [{name: node[name] for name in _OPENNESS if name in node} for node in nodes]
        found = stated[0] or stated[1]
        is_closing = {*map(json_text, found.values())} == {"false"}
        are_objects = all(_may_have(("properties",), node) for node in nodes)
        if is_closing and are_objects and not all(_may_have(_OPENNESS, node) for node in nodes):
            keyword = next(iter(found))
            yield RawDifference(pointer, keyword, stated[0].get(keyword), stated[1].get(keyword))


def _may_have(keywords: tuple[str, ...], node: JsonObject) -> bool:
    """Whether a schema, or one that it is composed of or refers to, may have one of the keywords."""
    parts = [part for name in _COMPOSITIONS if isinstance(found := node.get(name), list) for part in found]
    return any(name in node for name in (*keywords, *REFERENCES)) or any(
        _may_have(keywords, part) for part in parts if isinstance(part, dict)
    )


def changed_place(old: JsonObject, new: JsonObject) -> ChangedPlace:
    """Return the place of all differences between two schemas, as far down as there is only one."""
    pointer = ""
    while True:
        names = sorted(name for name in old.keys() | new.keys() if _differ(old.get(name), new.get(name)))
        step = _step(old, new, names[0]) if len(names) == 1 else None
        if step is None:
            return ChangedPlace(pointer, tuple(names))
        pointer, old, new = pointer + step[0], step[1], step[2]


def place_label(pointer: str) -> str:
    """Return the path of properties and items that a pointer passes, as people write it; empty at the root."""
    label = ""
    steps = iter(pointer_tokens(pointer))
    for step in steps:
        if step in {"properties", "patternProperties"}:
            name = next(steps, "") or '""'
            label = f"{label}.{name}" if label else name
        elif step in {"$defs", "definitions"}:
            label = next(steps, "")
        elif step in SCHEMA_MAPS:
            next(steps, "")
        elif step in {"items", "additionalItems", "contains", "unevaluatedItems"}:
            label += "[]"
        elif step == "prefixItems":
            label += f"[{next(steps, '')}]"
        elif step in SCHEMA_LISTS:
            next(steps, "")
        elif step in {"additionalProperties", "unevaluatedProperties"}:
            label = f"{label}.*" if label else "*"
    return label


def _annotations(schema: JsonObject) -> Iterator[tuple[tuple[str, str], JsonValue]]:
    for pointer, node in all_schemas(schema):
        for name, value in node.items():
            if name not in KEYWORDS and (name not in ANNOTATIONS or value not in _ABSENT):
                yield ((pointer, "examples"), [value]) if name == "example" else ((pointer, name), value)


def _key(place: tuple[str, str], value: JsonValue) -> tuple[str, str, str]:
    if place[1] == "examples" and isinstance(value, list):
        value = sorted(value, key=json_text)  # a set, whatever order it is listed in
    return *place, json_text(value)


def _without_annotations(schema: JsonObject) -> JsonValue:
    """Return the keywords that reject values, by place; the schemas in them have places of their own."""
    return {
        pointer: {name: _without_schemas(name, value) for name, value in node.items() if name in KEYWORDS}
        for pointer, node in all_schemas(schema)
    }


def _without_schemas(keyword: str, value: JsonValue) -> JsonValue:
    if keyword in SCHEMA_MAPS and isinstance(value, dict):
        return {name: None if isinstance(part, dict) else part for name, part in value.items()}
    if keyword in SCHEMA_LISTS and isinstance(value, list):
        return [None if isinstance(part, dict) else part for part in value]
    return None if keyword in SCHEMAS and isinstance(value, dict) else value


def _differ(old: JsonValue, new: JsonValue) -> bool:
    return json_text(old) != json_text(new)  # Python holds True and 1 to be equal


def _step(old: JsonObject, new: JsonObject, name: str) -> tuple[str, JsonObject, JsonObject] | None:
    """Return the only schema below a keyword that differs, on both sides; None if there are several or none."""
    before, after = old.get(name), new.get(name)
    if name in SCHEMA_MAPS and isinstance(before, dict) and isinstance(after, dict):
        found = [(pointer_of(name, key), before.get(key), after.get(key)) for key in before.keys() | after.keys()]
    elif name in SCHEMA_LISTS and isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            return None
        pairs = enumerate(zip(before, after, strict=True))
        found = [(pointer_of(name, index), first, second) for index, (first, second) in pairs]
    elif name in SCHEMAS:
        found = [(pointer_of(name), before, after)]
    else:
        return None
    differing = [(pointer, first, second) for pointer, first, second in found if _differ(first, second)]
    if len(differing) != 1:
        return None
    pointer, first, second = differing[0]
    return (pointer, first, second) if isinstance(first, dict) and isinstance(second, dict) else None
