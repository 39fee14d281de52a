"""The properties that a request may send where its schema declares some and is silent about others.

Such an object is closed: a misspelt parameter must not be sent.  All schemas that judge one object
(parts, alternatives, conditions, references) are closed together: a property that one of them names
may be sent beside those of the others.  So the closing is a schema of its own, written by the place
of a value and not by the place of a schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, TypeAlias

from schemaloom.ir.judging_parts import (
    Part,
    Role,
    UnknownSchema,
    accepted_patterns,
    distinct,
    is_open,
    listed_schemas,
    named_properties,
    parts_of_items,
    parts_of_others,
    parts_of_property,
)
from schemaloom.ir.references import MAX_DEPTH, References, UnresolvedReference
from schemaloom.ir.vocabulary import IN_PLACE, REFERENCES, SCHEMA_LISTS, SCHEMA_MAPS, SCHEMAS
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, JsonValue, object_or_empty

_CONDITIONAL: Final = ("if", "then", "else", "not")
_HOLDING: Final = frozenset({*SCHEMA_MAPS, *SCHEMA_LISTS, *SCHEMAS, *REFERENCES})
"""Keywords that hold schemas or refer to one: schemas without any close nothing."""
_APPLYING: Final = frozenset({*IN_PLACE, *REFERENCES})
"""Keywords with other schemas that judge the same value."""
_MOST_PLACES: Final = 5_000
"""Most objects and lists that are closed; further ones stay open."""


_Key: TypeAlias = frozenset[tuple[str, Role]]
"""Pointer and role of each schema of a group."""


class Closing:
    """Writes the closing of one request."""

    def __init__(self, root: JsonObject, references: References) -> None:
        self._root = root
        self._references = references
        self._names: dict[_Key, str] = {}
        self._writing: set[_Key] = set()
        self._listing: dict[str, bool] = {}
        """Whether the target of a reference lists properties, by its pointer: targets are shared."""
        self._places = 0
        self.definitions: JsonObject = {}
        """Closings of places that schemas reach by reference, by name."""

    def write(self) -> JsonObject:
        """Return a schema that rejects every property that the request may not send; empty if there is none."""
        closing = self._closing([Part("", self._root, "always")])
        return closing if isinstance(closing, dict) else {}

    def parts(self, node: JsonObject, pointer: str) -> Iterator[Part]:
        """Yield the schemas that judge the same value as the one at `pointer`, itself included."""
        with suppress(UnknownSchema, RecursionError):
            yield from self._parts(Part(pointer, node, "always"), set())

    def _closing(self, group: Iterable[Part]) -> JsonValue:
        """Return the closing of a value that all schemas of `group` judge; True if it closes nothing."""
        group = list(group)
        if all(_HOLDING.isdisjoint(part.node) for part in group):
            return True
        group = distinct(group)
        self._places += 1
        if self._places > _MOST_PLACES or any(part.pointer.count("/") > 2 * MAX_DEPTH for part in group):
            return True
        key: _Key = frozenset((part.pointer, part.role) for part in group)
        if key in self._names:
            return {"$ref": f"#/$defs/{self._names[key]}"}
        if not any(any(keyword in part.node for keyword in REFERENCES) for part in group):
            return self._written_once(group, key)
        name = self._names[key] = f"closed_{len(self._names) + 1}"
        self.definitions[name] = True  # while it is being written: recursion refers to it by name
        self.definitions[name] = written = self._written(group)
        return True if written is True else {"$ref": f"#/$defs/{name}"}

    def _written_once(self, group: list[Part], key: _Key) -> JsonValue:
        """Write a group without a reference of its own in place, or by name if it turns out to contain itself."""
        if key in self._writing:
            self._names[key] = f"closed_{len(self._names) + 1}"
            return {"$ref": f"#/$defs/{self._names[key]}"}
        self._writing.add(key)
        written = self._written(group)
        self._writing.discard(key)
        if key not in self._names:
            return written
        self.definitions[self._names[key]] = written
        return True if written is True else {"$ref": f"#/$defs/{self._names[key]}"}

    def _written(self, group: list[Part]) -> JsonValue:
        try:
            followed: set[tuple[str, Role]] = set()
            parts = distinct(found for part in group for found in self._parts(part, followed))
            patterns = accepted_patterns(parts)
            closed = self._is_closed(group) and not any(is_open(part.node) for part in parts)
        except (UnknownSchema, RecursionError):  # references that lead too deep are not followed either
            return True
        out: JsonObject = {}
        names: dict[str, None] = {}
        for part in parts:
            names |= dict.fromkeys(named_properties(part.node))
        # In an open object, a value that fits another alternative may have any form.
        counted = parts if closed else [part._replace(role=_unsure(part.role)) for part in parts]
        properties = {name: self._closing(parts_of_property(counted, name)) for name in sorted(names)}
        others = self._closing(parts_of_others(counted))
        if closed:
            out["additionalProperties"] = False
            if patterns:
                out["patternProperties"] = patterns
        elif others is not True:
            out["additionalProperties"] = others
        if properties := {name: rule for name, rule in properties.items() if closed or rule is not True or out}:
            out["properties"] = properties
        if (items := self._closing(parts_of_items(parts))) is not True:
            out["items"] = items
        return out or True

    def _is_closed(self, group: list[Part]) -> bool:
        """Whether the schemas of a group close the value; one that only a condition applies never does."""
        if any(part.role == "always" for part in group):
            return any(self._lists(part.node, part.pointer) for part in group if part.role == "always")
        alternatives = [part for part in group if part.role == "alternative"]
        return bool(alternatives) and all(self._lists(part.node, part.pointer) for part in alternatives)

    def _lists(self, node: JsonValue, pointer: str) -> bool:
        """Whether every object that the schema accepts is described by declared properties."""
        if not isinstance(node, dict):
            return False
        if _is_declared(node.get("properties")):
            return True
        if _APPLYING.isdisjoint(node):  # as most schemas
            return False
        if any(self._lists(part, place) for place, part in listed_schemas(node, pointer, "allOf")):
            return True
        for keyword in ("anyOf", "oneOf"):
            parts = listed_schemas(node, pointer, keyword)
            objects = [(place, part) for place, part in parts if self._references.accepts_objects(part, place)]
            if objects and all(self._lists(part, place) for place, part in objects):
                return True
        if "if" in node and all(self._lists(node.get(k), f"{pointer}/{k}") for k in ("then", "else")):
            return True
        for keyword in REFERENCES:
            try:
                place, target = self._references.target(node.get(keyword), pointer)
            except UnresolvedReference:
                continue
            if place not in self._listing:
                self._listing[place] = False  # what a reference back to it adds
                self._listing[place] = self._lists(target, place)
            if self._listing[place]:
                return True
        return False

    def _parts(self, part: Part, followed: set[tuple[str, Role]]) -> Iterator[Part]:
        """Yield the schemas that judge the same value; references in `followed` are not followed again.

        Raises `UnknownSchema`.
        """
        yield part
        if not _APPLYING.isdisjoint(part.node):  # as of few schemas
            yield from self._applied(part, followed)

    def _applied(self, part: Part, followed: set[tuple[str, Role]]) -> Iterator[Part]:
        pointer, node, role = part
        for keyword in ("allOf", "anyOf", "oneOf"):
            branches = list(listed_schemas(node, pointer, keyword))
            for place, inner in branches:
                if isinstance(inner, dict):
                    is_choice = role == "always" and keyword != "allOf" and len(branches) > 1
                    yield from self._parts(Part(place, inner, "alternative" if is_choice else role), followed)
        inners = [(f"{pointer}/{keyword}", node.get(keyword)) for keyword in _CONDITIONAL]
        for keyword in ("dependentSchemas", "dependencies"):
            named = object_or_empty(node.get(keyword)).items()
            inners += [(pointer + pointer_of(keyword, name), inner) for name, inner in named]
        for place, inner in inners:
            if isinstance(inner, dict):
                yield from self._parts(Part(place, inner, "condition"), followed)
        for keyword in REFERENCES:
            if keyword in node:
                try:
                    place, target = self._references.target(node[keyword], pointer)
                except UnresolvedReference:
                    raise UnknownSchema from None
                # A schema that embeds this one may name another target.
                if keyword == "$dynamicRef" or (keyword != "$ref" and self._references.is_scoped):
                    raise UnknownSchema
                if (place, role) not in followed and isinstance(target, dict):
                    followed.add((place, role))
                    yield from self._parts(Part(place, target, role), followed)


def _unsure(role: Role) -> Role:
    return "condition" if role == "alternative" else role


def _is_declared(value: JsonValue) -> bool:
    return isinstance(value, dict) and bool(value)
