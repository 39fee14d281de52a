"""A raw schema with its references followed: its size, whether it ends, and whether it equals another."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from schemaloom.ir.references import References, UnresolvedReference
from schemaloom.ir.vocabulary import IN_PLACE, KEYWORDS, all_schemas, subschemas
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, JsonValue, json_text

_DEFINITIONS: Final = frozenset({"$defs", "definitions"})
_HIDING: Final = frozenset({"readOnly", "writeOnly"})
_RULES: Final = (KEYWORDS | _HIDING) - _DEFINITIONS - {"$ref"}
"""Keywords that decide which values a schema accepts; a read-only property of a request is not required."""
_UNORDERED: Final = frozenset({"enum", "required", "type"})
_SCOPED: Final = frozenset({"$dynamicRef", "$recursiveRef"})
"""References whose target depends on the schemas around them."""
_MOST_PAIRS: Final = 20_000


class Unfolded(NamedTuple):
    """A schema as it is with each reference replaced by a copy of its target."""

    size: int
    """Number of subschemas, recursion cut."""
    is_recursive: bool


def unfold(schema: JsonObject) -> Unfolded:
    """Return how large a schema is with its references followed, and whether one leads back to itself."""
    references = References(schema)
    sizes: dict[str, int] = {}
    unfinished: set[str] = set()
    is_recursive = False

    def of_target(reference: JsonValue, pointer: str) -> int:
        nonlocal is_recursive
        try:
            place, target = references.target(reference, pointer)
        except UnresolvedReference:
            return 0
        is_recursive = is_recursive or place in unfinished or f"{pointer}/".startswith(f"{place}/")
        if place not in sizes:
            sizes[place] = 0
            unfinished.add(place)
            sizes[place] = of(target, place)
            unfinished.discard(place)
        return sizes[place]

    def of(node: JsonValue, place: str) -> int:
        found = list(all_schemas(node, place))
        return len(found) + sum(of_target(part["$ref"], pointer) for pointer, part in found if "$ref" in part)

    size = of({key: part for key, part in schema.items() if key not in _DEFINITIONS}, "")
    return Unfolded(size, is_recursive)


def most_in_place(schema: JsonObject, keywords: Collection[str]) -> int:
    """Return how many subschemas judge the same value as a schema that has one of `keywords`, references followed.

    It is the most for any such schema, and 0 if there is none.  A recursion is cut.
    """
    references = References(schema)
    sizes: dict[str, int] = {}

    def of(node: JsonValue, pointer: str) -> int:
        if not isinstance(node, dict):
            return 0
        size = 1 + sum(of(part, pointer + below) for below, part in subschemas(node, IN_PLACE))
        try:
            place, target = references.target(node.get("$ref"), pointer)
        except UnresolvedReference:
            return size
        if place not in sizes:
            sizes[place] = 0
            sizes[place] = of(target, place)
        return size + sizes[place]

    return max((of(part, pointer) for pointer, part in all_schemas(schema) if part.keys() & keywords), default=0)


def are_equal(old: JsonObject, new: JsonObject) -> bool:
    """Whether two schemas, each without what its dialect ignores, are proved to be the same.

    Annotations and the names of definitions do not count.  Each is compared as the tree, perhaps
    endless, that it is with its references followed.
    """
    return _Equality(old, new).is_proved(_Place("", old), _Place("", new))


def without_equal_properties(old: JsonObject, new: JsonObject) -> tuple[JsonObject, JsonObject]:
    """Return both schemas with every property of theirs that is proved the same replaced by one that accepts anything.

    Each property is a condition of its own, so if one of the results accepts all that the other
    does, that holds for the schemas too; the opposite does not follow.
    """
    ours, theirs = old.get("properties"), new.get("properties")
    if not (isinstance(ours, dict) and isinstance(theirs, dict)):
        return old, new
    equality = _Equality(old, new)
    anything: JsonObject = {}
    for name in ours.keys() & theirs.keys():
        pointer = pointer_of("properties", name)
        first, second = ours[name], theirs[name]
        if equality.is_proved(_Place(pointer, first), _Place(pointer, second)):
            anything[name] = {key: first[key] for key in _HIDING & first.keys()} if isinstance(first, dict) else {}
    return {**old, "properties": {**ours, **anything}}, {**new, "properties": {**theirs, **anything}}


class _Place(NamedTuple):
    """A schema in a document."""

    pointer: str
    node: JsonValue


class _Equality:
    """Compares two documents from the root down; a pair of places that is met again needs no second look."""

    def __init__(self, old: JsonObject, new: JsonObject) -> None:
        self._references = References(old), References(new)

    def is_proved(self, old: _Place, new: _Place) -> bool:
        """Whether the schemas at two places are proved the same."""
        pending = [(old, new)]
        met: set[tuple[str, str]] = set()
        while pending:
            first, second = pending.pop()
            pair = self._follow(first, 0), self._follow(second, 1)
            key = pair[0].pointer, pair[1].pointer
            if key in met:
                continue
            met.add(key)
            below = self._below(*pair)
            if below is None or len(met) > _MOST_PAIRS:
                return False
            pending += below
        return True

    def _follow(self, place: _Place, side: int) -> _Place:
        """Follow a reference that has no rules beside it."""
        seen: set[str] = set()
        while isinstance(place.node, dict) and "$ref" in place.node and place.pointer not in seen:
            if not _RULES.isdisjoint(place.node):
                break
            seen.add(place.pointer)
            try:
                place = _Place(*self._references[side].target(place.node["$ref"], place.pointer))
            except UnresolvedReference:
                break
        return place

    def _below(self, old: _Place, new: _Place) -> list[tuple[_Place, _Place]] | None:
        """Return the places that two schemas lead to, in pairs; None if the schemas differ themselves."""
        if not (isinstance(old.node, dict) and isinstance(new.node, dict)):
            return [] if json_text(old.node) == json_text(new.node) else None
        if _own_rules(old.node) != _own_rules(new.node) or not _SCOPED.isdisjoint(old.node):
            return None
        parts = [dict(subschemas(node, _RULES)) for node in (old.node, new.node)]
        if parts[0].keys() != parts[1].keys() or ("$ref" in old.node) != ("$ref" in new.node):
            return None
        found = [
            (_Place(old.pointer + step, part), _Place(new.pointer + step, parts[1][step]))
            for step, part in parts[0].items()
        ]
        if "$ref" in old.node:
            try:
                targets = [
                    _Place(*references.target(place.node["$ref"], place.pointer))
                    for references, place in zip(self._references, (old, new), strict=True)
                    if isinstance(place.node, dict)
                ]
            except UnresolvedReference:
                return None
            found.append((targets[0], targets[1]))
        return found


def _own_rules(node: JsonObject) -> dict[str, str]:
    """Return the keywords that reject values, as text; schemas in them count as there or not there."""
    found: dict[str, str] = {}
    for name in _RULES & node.keys():
        value = node[name]
        if name in _UNORDERED and isinstance(value, list):
            found[name] = ",".join(sorted(map(json_text, value)))
        else:
            found[name] = "" if any(True for _ in subschemas({name: value})) else json_text(value)
    return found
