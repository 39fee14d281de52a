"""Alternatives of a union whose classes are too narrow for each other: one may reject or omit what another accepts.

A value becomes the class of an alternative that accepts it.  An object that two alternatives accept
has the properties of both, so the class of neither may reject the properties of the other, or omit
a null that only the other accepts.  Such classes are wider than their schemas, and rules decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from operator import is_
from typing import Final, TypeAlias

from schemaloom.ir.membership import are_disjoint, kinds
from schemaloom.ir.schema import (
    LEAVES,
    Anything,
    Array,
    Kind,
    Never,
    Null,
    Object,
    Property,
    Reference,
    Schema,
    Union,
    nullable,
)

_Definitions: TypeAlias = Mapping[str, Object]
_Change: TypeAlias = Callable[[Schema], Schema]
_NESTED: Final[frozenset[Kind]] = frozenset({"array", "object"})
_MOST_PAIRS: Final = 64
"""Alternatives of more objects are not compared with each other and count as overlapping."""


def with_wide_alternatives(request: Object, definitions: _Definitions) -> tuple[Object, dict[str, Object]]:
    """Return the request and its definitions, with classes that are wide enough for the alternatives of each union.

    An object that overlaps with another alternative is open; its optional properties send a null that
    the other may accept.  Both are returned as they are if every class is wide enough.
    """
    widening = Widening(definitions)
    found = widening.below(request)
    for name, target in definitions.items():
        widening.change(name, widening.below(target))
    widening.finish()
    return (found if isinstance(found, Object) else request), widening.targets


class Widening:
    """Widens the alternatives of one request; changes of definitions wait until `finish`."""

    def __init__(self, definitions: _Definitions) -> None:
        self._definitions = definitions
        self.targets = dict(definitions)
        self._waiting: list[tuple[str, Schema | None]] = []
        """Definitions to open (None), or whose properties send null where the schema accepts it."""
        self._met: set[tuple[str, Schema | None]] = set()

    def finish(self) -> None:
        """Apply the changes that wait."""
        while self._waiting:
            name, other = self._waiting.pop()
            target = self.targets[name]
            self.change(name, self._opened(target) if other is None else self._sending_null(target, other))

    def change(self, name: str, target: Schema) -> None:
        """Replace a definition."""
        if isinstance(target, Object):
            self.targets[name] = target

    def below(self, schema: Schema) -> Schema:
        """Widen the alternatives of every union in `schema`."""
        if isinstance(schema, LEAVES):
            return schema
        schema = _mapped(schema, self.below)
        match schema:
            case Union():
                return self.alternatives(schema)
            case Array() if schema.prefix:  # all positions share one type
                others = _items(schema)
                return _mapped(schema, lambda item: self._sending_null(item, others))
            case _:
                return schema

    def alternatives(self, union: Union) -> Schema:
        """Widen the alternatives of a union, not those in them; it is returned as it is if they are wide enough."""
        leaves = (leaf for branch in union.branches for leaf in self._leaves(branch))
        if sum(not kinds(leaf).isdisjoint(_NESTED) for leaf in leaves) <= 1:
            return union
        branches = self.widened(union.branches) if self._definitions else _widened(union.branches)
        return union if branches == union.branches else replace(union, branches=branches)

    def widened(self, alternatives: tuple[Schema, ...]) -> tuple[Schema, ...]:
        """Widen the alternatives of one union."""
        leaves = [list(self._leaves(branch)) for branch in alternatives]
        are_many = sum(map(len, leaves)) > _MOST_PAIRS
        branches = list(alternatives)
        accepting_null = {id(leaf) for theirs in leaves for leaf in theirs if _accepts_null_inside(leaf)}
        for index, ours in enumerate(leaves):
            others = [leaf for other, theirs in enumerate(leaves) if other != index for leaf in theirs]
            for left in ours:
                rivals = [right for right in others if kinds(left) & kinds(right) & _NESTED]
                if rivals and not are_many:
                    accepted = _accepted(left)
                    rivals = [right for right in rivals if not are_disjoint(accepted, _open(right))]
                if any(isinstance(left, Object) and not _covers(left, right) for right in rivals):
                    branches[index] = self._opened(branches[index])
                for right in rivals:
                    if id(right) in accepting_null:
                        branches[index] = self._sending_null(branches[index], right)
        return tuple(branches)

    def _leaves(self, schema: Schema) -> Iterator[Schema]:
        """Yield the alternatives of a schema that are no unions themselves, with references followed."""
        if isinstance(schema, Union):
            for branch in schema.branches:
                yield from self._leaves(branch)
        else:
            yield self._target(schema)

    def _target(self, schema: Schema) -> Schema:
        return self._definitions.get(schema.name, schema) if isinstance(schema, Reference) else schema

    def _later(self, name: str, other: Schema | None) -> None:
        if name in self.targets and (name, other) not in self._met:
            self._met.add((name, other))
            self._waiting.append((name, other))

    def _opened(self, schema: Schema) -> Schema:
        """Return `schema` with every object in it opened."""
        if isinstance(schema, Reference):
            self._later(schema.name, None)
        return _open(_mapped(schema, self._opened))

    def _sending_null(self, schema: Schema, other: Schema) -> Schema:
        """Return `schema` with properties that send null where it rejects it and `other` accepts it, at any depth."""
        if isinstance(schema, Reference):
            self._later(schema.name, other)
            return schema
        if isinstance(schema, Union):
            return _mapped(schema, lambda branch: self._sending_null(branch, other))
        if not isinstance(schema, Array | Object):
            return schema
        other = self._target(other)
        if isinstance(other, Union):
            for branch in other.branches:
                schema = self._sending_null(schema, branch)
            return schema
        if kinds(schema).isdisjoint(kinds(other)):
            return schema
        if isinstance(schema, Object):
            return self._properties(schema, other if isinstance(other, Object) else Object())
        items = _items(other) if isinstance(other, Array) else Anything()
        return _mapped(schema, lambda item: self._sending_null(item, items))

    def _properties(self, schema: Object, other: Object) -> Object:
        known = {item.name: item.schema for item in other.properties}
        properties = tuple(self._property(item, known.get(item.name, other.additional)) for item in schema.properties)
        rest = self._sending_null(schema.additional, other.additional)
        if _are_same((*properties, rest), (*schema.properties, schema.additional)):
            return schema
        return replace(schema, properties=properties, additional=rest)

    def _property(self, item: Property, other: Schema) -> Property:
        item = item.with_schema(self._sending_null(item.schema, other))
        is_omitted = not item.required and not item.sends_null and not nullable(item.schema)
        return replace(item, sends_null=True) if is_omitted and nullable(other) else item


@lru_cache(maxsize=1024)  # a catalogue repeats the same few, and each is widened for its rules and for its class
def _widened(alternatives: tuple[Schema, ...]) -> tuple[Schema, ...]:
    return Widening({}).widened(alternatives)


def _mapped(schema: Schema, change: _Change) -> Schema:
    """Return `schema` with every schema directly in it changed; itself if none changes.

    `change` returns `LEAVES` as they are.
    """
    match schema:
        case Array():
            parts = [*schema.prefix, schema.items]
            found = [change(part) for part in parts]
            return schema if _are_same(found, parts) else replace(schema, prefix=tuple(found[:-1]), items=found[-1])
        case Object():
            properties = tuple([item.changed(change) for item in schema.properties])
            rest = change(schema.additional)
            if _are_same((*properties, rest), (*schema.properties, schema.additional)):
                return schema
            return replace(schema, properties=properties, additional=rest)
        case Union():
            branches = tuple(map(change, schema.branches))
            return schema if _are_same(branches, schema.branches) else replace(schema, branches=branches)
        case _:
            return schema


def _are_same(found: Sequence[object], parts: Sequence[object]) -> bool:
    return all(map(is_, found, parts))


def _items(schema: Array) -> Schema:
    return Union(branches=(*schema.prefix, schema.items)) if schema.prefix else schema.items


def _accepts_null_inside(schema: Schema) -> bool:
    """Whether an object or a list that the schema accepts may hold a null; of listed values and references, it may."""
    match schema:
        case Object():
            inner = [*(item.schema for item in schema.properties), schema.additional]
        case Array():
            inner = [*schema.prefix, schema.items]
        case Union():
            return any(map(_accepts_null_inside, schema.branches))
        case _:
            return not kinds(schema).isdisjoint(_NESTED)
    return any(nullable(part) or _accepts_null_inside(part) for part in inner)


def _covers(left: Schema, right: Schema) -> bool:
    """Whether the class of `left` takes every property that `right` accepts, at any depth."""
    if isinstance(left, Anything) or kinds(left).isdisjoint(kinds(right) & _NESTED):
        return True
    match left, right:
        case Reference(), Reference():
            return left.name == right.name
        case Object(), Object():
            declared = {item.name: item.schema for item in left.properties}
            closed = isinstance(left.additional, Never) and not left.additional_declared
            rest = isinstance(right.additional, Never) or (not closed and _covers(left.additional, right.additional))
            return rest and all(
                _covers(declared[item.name], item.schema)
                if item.name in declared
                else not closed and _covers(left.additional, item.schema)
                for item in right.properties
            )
        case Array(), Array():
            return not left.prefix and not right.prefix and _covers(left.items, right.items)
        case _:
            return False


def _accepted(schema: Schema) -> Schema:
    """Return what the class of an open object accepts: it takes a null for any property that is not required."""
    schema = _open(schema)
    if not isinstance(schema, Object):
        return schema
    properties = (
        item if item.required else item.with_schema(Union(branches=(item.schema, Null()))) for item in schema.properties
    )
    return replace(schema, properties=tuple(properties))


def _open(schema: Schema) -> Schema:
    """Return `schema` open if it is an object that its source does not close itself."""
    if not isinstance(schema, Object) or schema.additional_declared or isinstance(schema.additional, Anything):
        return schema
    return replace(schema, additional=Anything())
