"""Proof that one schema admits all that another does.

The answer yes is a proof, as far as the algebra expresses the schemas; the answer no means only
that none was found.  Recursion is coinductive: a pair of objects met again inside itself is
taken to hold, and is given up together with whatever rested on it when it fails.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from schemaloom.drift.subschema.interval_cover import cover_number, cover_string
from schemaloom.drift.subschema.normalize import listed_values
from schemaloom.drift.subschema.resolved import UNIVERSE, ResolvedSchemas
from schemaloom.ir.decimals import exact, plain
from schemaloom.ir.intervals import count_interval, cover
from schemaloom.ir.membership import are_disjoint, item_of
from schemaloom.ir.schema import (
    Anything,
    Array,
    Boolean,
    Enum,
    Never,
    Number,
    Object,
    Property,
    Schema,
    String,
    Union,
)
from schemaloom.json.values import JsonText, json_text, json_value

_MOST_STEPS = 200_000
"""Most pairs of schemas that are compared for one proof."""
_MOST_PIECES = 64
"""Parts that an object is cut into to be shared among several others."""
_MOST_CUTS = 2
"""Members that an object is cut along, one after the other."""
_MOST_VALUES = 1_000
"""Multiples that are tried one by one."""
Pair: TypeAlias = tuple[bool, int, int]


@dataclass(slots=True)
class ProofCache:
    """Proofs that were found or given up, in both directions; schemas are kept so that ids stay theirs."""

    steps: int = 0
    proved: dict[Pair, tuple[Schema, Schema]] = field(default_factory=dict[Pair, tuple[Schema, Schema]])
    failed: dict[Pair, tuple[Schema, Schema]] = field(default_factory=dict[Pair, tuple[Schema, Schema]])


class Subschema:
    """Whether schemas of one side, the wide one, admit all that schemas of the other do."""

    def __init__(self, wide: ResolvedSchemas, narrow: ResolvedSchemas, reverse: Subschema | None = None) -> None:
        self._wide = wide
        self._narrow = narrow
        self._proofs: ProofCache = reverse._proofs if reverse else ProofCache()  # noqa: SLF001  an instance of this class
        self._forward = reverse is None
        self._equal_is_same: bool = reverse._equal_is_same if reverse else wide.same_definitions(narrow)  # noqa: SLF001  as above
        self.reverse = reverse or Subschema(narrow, wide, self)
        """The same question asked the other way round."""

    def is_subschema(self, wide: Schema, narrow: Schema) -> bool:
        """Whether every value of `narrow` is proved to be one of `wide`; both as their sides read them."""
        self._proofs.steps = 0
        return self._is_subschema(wide, narrow)

    def _is_subschema(self, wide: Schema, narrow: Schema) -> bool:
        self._proofs.steps += 1
        if self._proofs.steps > _MOST_STEPS:
            return False
        if self._equal_is_same and wide == narrow:
            return True
        atoms = self._wide.atoms(wide)
        return all(self._atom(atoms, atom, 0) for atom in self._narrow.atoms(narrow))

    def _atom(self, wide: Sequence[Schema], narrow: Schema, cuts: int, whole: Schema | None = None) -> bool:
        """Whether the atoms `wide` together admit all that the atom `narrow` does.

        Where `narrow` is an alternative of a ``oneOf``, `whole`, only what that admits matters.
        """
        if any(isinstance(atom, Anything) for atom in wide):
            return True
        match narrow:
            case Anything():
                return all(self._atom(wide, atom, cuts) for atom in UNIVERSE)
            case Union():
                return self._same_union(wide, narrow) or all(
                    self._atom(wide, atom, cuts, narrow)
                    for branch in narrow.branches
                    for atom in self._narrow.atoms(branch)
                )
            case Enum():
                values = narrow.values
                if whole is not None:
                    values = tuple(value for value in values if self._narrow.is_valid(whole, json_value(value)))
                covered = self._values(wide, values)
            case Number():
                covered = cover_number(wide, narrow) or self._one_by_one(wide, narrow)
            case String():
                covered = cover_string(wide, narrow)
            case Array():
                covered = self._arrays(wide, narrow)
            case Object():
                covered = any(isinstance(atom, Object) and self._object(atom, narrow) for atom in wide)
                covered = covered or (cuts < _MOST_CUTS and self._split_on_property(wide, narrow, cuts))
            case _:
                covered = any(isinstance(atom, type(narrow)) for atom in wide)
        return covered or any(
            isinstance(atom, Union) and self._covered_by_one_branch(atom, narrow, cuts, whole or narrow)
            for atom in wide
        )

    def _values(self, wide: Sequence[Schema], values: Iterable[JsonText]) -> bool:
        plain = [atom for atom in wide if isinstance(atom, Enum)]
        others = [atom for atom in wide if not isinstance(atom, Enum)]
        return all(
            any(value in self._wide.value_set(atom) for atom in plain)
            or any(self._wide.is_valid(atom, json_value(value)) for atom in others)
            for value in values
        )

    def _covered_by_one_branch(self, wide: Union, narrow: Schema, cuts: int, whole: Schema) -> bool:
        """Whether exactly one branch of a ``oneOf`` admits all of `narrow`, and no other any of it."""
        for index, branch in enumerate(wide.branches):
            if self._atom(self._wide.atoms(branch), narrow, cuts):
                others = (other for place, other in enumerate(wide.branches) if place != index)
                return all(self._are_disjoint(other, narrow, whole) for other in others)
        return False

    def _are_disjoint(self, wide: Schema, narrow: Schema, whole: Schema) -> bool:
        """Whether certainly no value of `wide` is one of `narrow` and of `whole`, which it is an alternative of."""
        return all(
            not any(self._narrow.is_valid(whole, json_value(value)) for value in atom.values)
            if isinstance(atom, Enum) and not isinstance(narrow, Enum)
            else are_disjoint(atom, narrow, self._wide.resolve, self._narrow.resolve)
            for atom in self._wide.atoms(wide)
        )

    def _same_union(self, wide: Sequence[Schema], narrow: Union) -> bool:
        """Whether a ``oneOf`` of the wide side has equal branches: then it admits the same values."""
        for atom in wide:
            if not isinstance(atom, Union) or len(atom.branches) != len(narrow.branches):
                continue
            left = list(atom.branches)
            for branch in narrow.branches:
                equal = next((o for o in left if self._equal(o, branch)), None)
                if equal is None:
                    break
                left.remove(equal)
            if not left:
                return True
        return False

    def _equal(self, wide: Schema, narrow: Schema) -> bool:
        back = self.reverse
        return self._is_subschema(wide, narrow) and back._is_subschema(narrow, wide)  # noqa: SLF001  an instance of this class

    def _one_by_one(self, wide: Sequence[Schema], narrow: Number) -> bool:
        if narrow.minimum is None or narrow.maximum is None or not (narrow.integer or narrow.multiple_of):
            return False
        step = exact(narrow.multiple_of or 1)
        first, last = (math.floor(exact(bound) / step) for bound in (narrow.minimum, narrow.maximum))
        return last - first <= _MOST_VALUES and all(
            any(self._wide.is_valid(atom, plain(index * step)) for atom in wide if not isinstance(atom, Union))
            for index in range(first, last + 1)
        )

    def _arrays(self, wide: Sequence[Schema], narrow: Array) -> bool:
        fitting = [atom for atom in wide if isinstance(atom, Array) and self._items(atom, narrow)]
        ranges = [count_interval(atom.min_items, atom.max_items) for atom in fitting]
        return cover(ranges, count_interval(narrow.min_items, self._longest(narrow)))

    def _longest(self, narrow: Array) -> int | None:
        """Return how many items a list may have: unique ones are no more than their values."""
        values: set[JsonText] = set()
        for atom in (atom for item in (narrow.items, *narrow.prefix) for atom in self._narrow.atoms(item)):
            found = listed_values(atom)
            if found is None or not narrow.unique:
                return narrow.max_items
            values.update(found)
        return len(values) if narrow.max_items is None else min(narrow.max_items, len(values))

    def _items(self, wide: Array, narrow: Array) -> bool:
        if wide.unique and not narrow.unique and (narrow.max_items is None or narrow.max_items > 1):
            return False
        listed = max(len(wide.prefix), len(narrow.prefix))
        longest = listed + 1 if narrow.max_items is None else min(narrow.max_items, listed + 1)
        return all(self._is_subschema(item_of(wide, index), item_of(narrow, index)) for index in range(longest))

    def _object(self, wide: Object, narrow: Object) -> bool:
        proofs = self._proofs
        pair = (self._forward, id(wide), id(narrow))
        if pair in proofs.proved:
            return True
        if pair in proofs.failed:
            return False
        before = len(proofs.proved)
        proofs.proved[pair] = (wide, narrow)
        if self._members(wide, narrow):
            return True
        while len(proofs.proved) > before:  # what was proved since may rest on this pair
            proofs.proved.popitem()
        if proofs.steps <= _MOST_STEPS:
            proofs.failed[pair] = (wide, narrow)
        return False

    def _members(self, wide: Object, narrow: Object) -> bool:
        ours = {item.name: item for item in wide.properties}
        theirs = {item.name: item for item in narrow.properties}
        if any(item.required and not _required(theirs.get(item.name)) for item in wide.properties):
            return False
        fewest = max(narrow.min_properties, sum(item.required for item in narrow.properties))
        most = narrow.max_properties
        if isinstance(narrow.additional, Never):
            possible = sum(not isinstance(item.schema, Never) for item in narrow.properties)
            most = possible if most is None else min(most, possible)
        if wide.min_properties > fewest:
            return False
        if wide.max_properties is not None and (most is None or most > wide.max_properties):
            return False
        for name in (*ours, *(name for name in theirs if name not in ours)):
            mine = ours[name].schema if name in ours else wide.additional
            other = theirs[name].schema if name in theirs else narrow.additional
            if not self._is_subschema(mine, other):
                return False
        return self._is_subschema(wide.additional, narrow.additional)

    def _split_on_property(self, wide: Sequence[Schema], narrow: Object, cuts: int) -> bool:
        """Whether the wide side shares `narrow` among several objects, by the values of one member."""
        shares = [atom for atom in wide if isinstance(atom, Object)]
        if len(shares) < 2:
            return False
        for item in narrow.properties:
            pieces = list(self._split(item))
            if 1 < len(pieces) <= _MOST_PIECES and self._differ(shares, item.name):
                parts = [_with(narrow, piece) for piece in pieces]
                if all(self._atom(shares, part, cuts + 1) for part in parts):
                    return True
        return False

    def _split(self, item: Property) -> Iterator[Property]:
        for atom in self._narrow.atoms(item.schema):
            match atom:
                case Enum():
                    for value in atom.values[: _MOST_PIECES + 1]:
                        yield replace(item, schema=Enum(values=(value,)), required=True)
                case Boolean():
                    for flag in (True, False):
                        yield replace(item, schema=Enum(values=(json_text(flag),)), required=True)
                case _:
                    yield replace(item, schema=atom, required=True)
        if not item.required:
            yield replace(item, schema=Never())

    def _differ(self, shares: Sequence[Schema], name: str) -> bool:
        found = [
            next((item for item in atom.properties if item.name == name), None)
            for atom in shares
            if isinstance(atom, Object)
        ]
        return any(item != found[0] for item in found[1:])


def _required(item: Property | None) -> bool:
    return item is not None and item.required


def _with(schema: Object, piece: Property) -> Object:
    return replace(schema, properties=tuple(piece if item.name == piece.name else item for item in schema.properties))
