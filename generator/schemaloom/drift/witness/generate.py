"""`Generator`: small values of a schema, and values that distinguish it from another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from schemaloom.drift.subschema.interval_cover import string_coverage
from schemaloom.drift.subschema.resolved import UNIVERSE, ResolvedSchemas
from schemaloom.drift.witness.boundary_values import scalars
from schemaloom.drift.witness.fresh_names import fresh_names
from schemaloom.ir.membership import item_of
from schemaloom.ir.schema import (
    Anything,
    Array,
    Boolean,
    Enum,
    Null,
    Number,
    Object,
    Schema,
    String,
    Union,
)
from schemaloom.json.values import JsonObject, JsonValue, json_text, json_value

_LONGEST_LIST = 300
_MOST_PARTS = 3_000
"""Most JSON values in a sample; required members that share a definition could double at every level."""
_DEEPEST = 70
_MOST_SAMPLES = 200
"""Values tried at one place."""


class NotFound(Exception):
    """No value was found, or none small enough."""


class Generator:
    """Generates values of the schemas of one side, and those that the other side refuses."""

    def __init__(self, side: ResolvedSchemas, other: ResolvedSchemas) -> None:
        self._side = side
        self._other = other
        self._smallest: dict[int, tuple[Schema, JsonValue, int]] = {}

    def smallest(self, schema: Schema) -> JsonValue:
        """A small value that `schema` admits.

        Raises `NotFound`.
        """
        return self._sized(schema, 0)[0]

    def distinguishing(self, schema: Schema, other: Schema) -> Iterator[JsonValue]:
        """Values that `schema` admits and `other`, of the other side, does not; simplest first."""
        for value in islice(self._candidates(schema, other, 0), _MOST_SAMPLES):
            if self._side.is_valid(schema, value) and not self._other.is_valid(other, value):
                yield value

    def is_valid_for_other(self, schema: Schema, value: JsonValue) -> bool:
        """Whether a number or a text of the other side admits `value`."""
        return self._other.is_valid(schema, value)

    def object_with(self, schema: Schema, members: JsonObject, rival: Schema | None, *, without: str = "") -> JsonValue:
        """The smallest object of `schema` with `members` that `rival`, of the other side, admits otherwise.

        It lacks the member `without`, if `schema` does not require it.  Raises `NotFound`.
        """
        if not isinstance(schema, Object):
            raise NotFound
        held = dict(members)
        own = {item.name: item for item in schema.properties}
        others = {item.name: item for item in rival.properties} if isinstance(rival, Object) else {}
        required = [item.name for item in (*own.values(), *others.values()) if item.required]
        for name in dict.fromkeys(required):
            if name not in held and name in others and name != without:
                with suppress(NotFound):
                    mine = own[name].schema if name in own else schema.additional
                    held[name] = self._common(mine, others[name].schema)
        return self._object(schema, 0, held)[0]

    def _common(self, schema: Schema, other: Schema) -> JsonValue:
        """A small value that `schema` and `other`, of the other side, admit; or else one of `schema`."""
        smallest = self.smallest(schema)
        found = (v for v in (smallest, *islice(self._candidates(schema, other, 0), _MOST_SAMPLES)))
        return next((v for v in found if self._side.is_valid(schema, v) and self._other.is_valid(other, v)), smallest)

    def array_with(self, schema: Schema, index: int, value: JsonValue, rival: Schema | None = None) -> JsonValue:
        """The shortest list of `schema` with `value` at `index` that `rival`, of the other side, admits otherwise.

        Raises `NotFound`.
        """
        if not isinstance(schema, Array):
            raise NotFound
        least = max(schema.min_items, index + 1)
        if isinstance(rival, Array) and not schema.unique and not rival.unique:
            length = max(least, min(rival.min_items, rival.min_items if schema.max_items is None else schema.max_items))
            if length <= _LONGEST_LIST:
                items = [self._common(item_of(schema, place), item_of(rival, place)) for place in range(length)]
                return [*items[:index], value, *items[index + 1 :]]
        items = self._items(schema, least, 0)
        return [*items[:index], value, *items[index + 1 :]]

    def _sized(self, schema: Schema, depth: int) -> tuple[JsonValue, int]:
        kept = self._smallest.get(id(schema))
        if kept is not None:
            return kept[1], kept[2]
        if depth > _DEEPEST:
            raise NotFound
        for atom in self._side.atoms(schema):
            try:
                value, size = self._of_atom(atom, depth + 1)
            except NotFound:
                continue
            if self._side.is_valid(schema, value):
                self._smallest[id(schema)] = (schema, value, size)
                return value, size
        raise NotFound

    def _of_atom(self, atom: Schema, depth: int) -> tuple[JsonValue, int]:
        match atom:
            case Object():
                return self._object(atom, depth, {})
            case Array():
                items = self._items(atom, atom.min_items, depth)
                return items, 1 + sum(map(_size, items))
            case Union():
                for branch in atom.branches:
                    try:
                        return self._sized(branch, depth)
                    except NotFound:
                        continue
                raise NotFound
            case Null():
                return None, 1
            case Anything():
                return "x", 1
            case Enum():
                return json_value(atom.values[0]), 1
            case _:
                found = next((v for v in scalars(atom, atom) if self._side.is_valid(atom, v)), None)
                if found is None:
                    raise NotFound
                return found, 1

    def _object(self, schema: Object, depth: int, held: dict[str, JsonValue]) -> tuple[JsonValue, int]:
        if schema.min_properties > _MOST_PARTS:
            raise NotFound
        value, size = dict(held), 1 + sum(map(_size, held.values()))
        optional: list[str] = []
        for item in schema.properties:
            if item.name in value:
                continue
            if not item.required:
                optional.append(item.name)
                continue
            value[item.name], part = self._sized(item.schema, depth)
            size += part
            if size > _MOST_PARTS:
                raise NotFound
        known = {item.name: item.schema for item in schema.properties}
        extra = islice(fresh_names(schema), max(0, schema.min_properties) + len(value))
        for name in (name for name in (*optional, *extra) if name not in value):
            if len(value) >= schema.min_properties:
                break
            try:
                value[name] = self._sized(known.get(name, schema.additional), depth)[0]
            except NotFound:
                continue
        return value, size

    def _items(self, schema: Array, length: int, depth: int) -> list[JsonValue]:
        if length > _LONGEST_LIST:
            raise NotFound
        items: list[JsonValue] = []
        for index in range(length):
            item = item_of(schema, index)
            value = self._sized(item, depth)[0]
            if schema.unique and json_text(value) in {json_text(other) for other in items}:
                known = {json_text(other) for other in items}
                fresh = (v for v in islice(self._candidates(item, item, depth), 400) if json_text(v) not in known)
                value = next((v for v in fresh if self._side.is_valid(item, v)), value)
            items.append(value)
        return items

    def _candidates(self, schema: Schema, other: Schema, depth: int) -> Iterator[JsonValue]:
        """Candidates: values of `schema`, mostly where `other` may think differently."""
        if depth > 8:
            return
        rivals = _flat(self._other, other)
        listed = (value for rival in rivals if isinstance(rival, Enum) for value in rival.values[:40])
        yield from map(json_value, listed)
        for atom in _flat(self._side, schema):
            match atom:
                case Anything():
                    for part in UNIVERSE:
                        yield from self._candidates(part, other, depth + 1)
                case Enum():
                    values = (json_value(value) for value in atom.values)
                    yield from (value for value in values if not self._other.is_valid(other, value))
                    yield from (json_value(value) for value in atom.values[:40])
                case Array():
                    yield from self._arrays(atom, [rival for rival in rivals if isinstance(rival, Array)], depth)
                case Object():
                    yield from self._objects(atom, [rival for rival in rivals if isinstance(rival, Object)], depth)
                case Null():
                    yield None
                case Boolean():
                    yield from (True, False)
                case String():
                    if (found := string_coverage(rivals, atom).uncovered) is not None:
                        # At the end, some engines let $ match before a line break; JSON Schema's does not.
                        yield from (found + "x", found) if found.endswith("\n") else (found,)
                    yield from scalars(atom, *(rival for rival in rivals if isinstance(rival, String)))
                case _:
                    yield from scalars(atom, *(rival for rival in rivals if isinstance(rival, Number)))

    def _arrays(self, atom: Array, rivals: list[Array], depth: int) -> Iterator[JsonValue]:
        lengths = [atom.min_items, atom.min_items + 1, 0, 1, 2]
        for rival in rivals:
            lengths += [rival.min_items - 1, rival.min_items]
            lengths += [rival.max_items + 1, rival.max_items] if rival.max_items is not None else []
        for length in dict.fromkeys(lengths):
            if length >= 0 and (atom.max_items is None or length <= atom.max_items):
                try:
                    items = self._items(atom, length, depth)
                except NotFound:
                    continue
                yield list(items)
                if length > 1 and not atom.unique:
                    yield [items[0]] * length
        listed = max(len(array.prefix) for array in (atom, *rivals))
        for index in range(listed + 1):
            for rival in rivals or [atom]:
                near = self._candidates(item_of(atom, index), item_of(rival, index), depth + 1)
                for value in islice(near, 30):
                    try:
                        yield self.array_with(atom, index, value)
                    except NotFound:
                        break

    def _objects(self, atom: Object, rivals: list[Object], depth: int) -> Iterator[JsonValue]:
        try:
            base = self._object(atom, depth, {})[0]
        except NotFound:
            return
        yield base
        if not isinstance(base, dict):
            return
        known = {item.name: item.schema for item in atom.properties}
        sizes = [size for rival in rivals for size in (rival.min_properties - 1, (rival.max_properties or -2) + 1)]
        for size in sizes:
            try:
                yield self._object(replace(atom, min_properties=min(size, _LONGEST_LIST)), depth, {})[0]
            except NotFound:
                continue
        names = [*known, *(item.name for rival in rivals for item in rival.properties if item.name not in known)]
        fresh = next(fresh_names(atom, *rivals))
        for name in (*dict.fromkeys(names), fresh):
            mine = known.get(name, atom.additional)
            theirs = [
                next((item.schema for item in rival.properties if item.name == name), rival.additional)
                for rival in rivals
            ]
            for rival in theirs or [mine]:
                for value in islice(self._candidates(mine, rival, depth + 1), 30):
                    yield {**base, name: value}
        full: dict[str, JsonValue] = dict(base)
        for name, schema in known.items():
            try:
                full.setdefault(name, self.smallest(schema))
            except NotFound:
                continue
        yield full
        for name in known:
            yield {key: value for key, value in full.items() if key != name}


def _flat(side: ResolvedSchemas, schema: Schema) -> list[Schema]:
    found: list[Schema] = []
    for atom in side.atoms(schema):
        if isinstance(atom, Union):
            found.extend(inner for branch in atom.branches for inner in _flat(side, branch))
        else:
            found.append(atom)
    return found


def _size(value: JsonValue) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1
