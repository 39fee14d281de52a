"""Match the alternatives of the old schema with those of the new one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TypeVar

from schemaloom.drift.schema.required_choice import required_choices
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.ir.schema import Array, Enum, Object, Schema
from schemaloom.json.values import JsonText

AtomT = TypeVar("AtomT", bound=Schema)
MemberT = TypeVar("MemberT")

_LEAST = 0.3
"""Below this likeness two alternatives are strangers."""
_OF_REQUIRED = 0.2
"""How much the required properties count: only they distinguish either/or alternatives."""
_MOST_PAIRS = 4_096
"""With more of them, alternatives are matched by tag and title alone."""


def match(
    old: Sequence[AtomT], new: Sequence[AtomT], old_side: ResolvedSchemas, new_side: ResolvedSchemas
) -> tuple[list[tuple[AtomT, AtomT]], list[AtomT], list[AtomT]]:
    """Pairs of alternatives, and those that are left on either side.

    Tagged alternatives go by their tag, then titles count, then what they have in common.
    """
    if len(old) == len(new) == 1:
        return [(old[0], new[0])], [], []
    required = required_choices(old), required_choices(new)
    if required[0] and required[1]:
        return _matched_by_requirement(old, new, required)
    scored = sorted(_scores(old, new, old_side, new_side), key=lambda entry: (-entry[0], entry[1], entry[2]))
    left, right = dict(enumerate(old)), dict(enumerate(new))
    pairs: list[tuple[AtomT, AtomT]] = []
    for score, i, j in scored:
        if score >= _LEAST and i in left and j in right:
            pairs.append((left.pop(i), right.pop(j)))
    return pairs, list(left.values()), list(right.values())


def _matched_by_requirement(
    old: Sequence[AtomT], new: Sequence[AtomT], required: tuple[list[frozenset[str]], list[frozenset[str]]]
) -> tuple[list[tuple[AtomT, AtomT]], list[AtomT], list[AtomT]]:
    places = {names: index for index, names in enumerate(required[1])}
    pairs = [(atom, new[places[names]]) for atom, names in zip(old, required[0], strict=True) if names in places]
    gone = [atom for atom, names in zip(old, required[0], strict=True) if names not in places]
    come = [atom for atom, names in zip(new, required[1], strict=True) if names not in {*required[0]}]
    return pairs, gone, come


def _scores(
    old: Sequence[Schema], new: Sequence[Schema], old_side: ResolvedSchemas, new_side: ResolvedSchemas
) -> Iterator[tuple[float, int, int]]:
    old_tags = [tags_of(atom, old_side) for atom in old]
    new_tags = [tags_of(atom, new_side) for atom in new]
    if len(old) * len(new) > _MOST_PAIRS:
        places = {
            (atom.annotations.title, *sorted(tags.items())): j
            for j, (atom, tags) in enumerate(zip(new, new_tags, strict=True))
        }
        for i, (atom, tags) in enumerate(zip(old, old_tags, strict=True)):
            j = places.get((atom.annotations.title, *sorted(tags.items())))
            if j is not None:
                yield 1.0, i, j
        return
    for (i, a), (j, b) in product(enumerate(old), enumerate(new)):
        yield _score(a, b, old_tags[i], new_tags[j]), i, j


def _score(old: Schema, new: Schema, old_tags: dict[str, JsonText], new_tags: dict[str, JsonText]) -> float:
    shared = old_tags.keys() & new_tags.keys()
    equal = sum(old_tags[name] == new_tags[name] for name in shared)
    score = 4.0 * (2 * equal - len(shared)) if shared else 0.0
    if old.annotations.title and old.annotations.title == new.annotations.title:
        score += 2
    return score + _likeness(old, new)


def _likeness(old: Schema, new: Schema) -> float:
    if old == new:
        return 1.5
    if isinstance(old, Object) and isinstance(new, Object):
        ours = {(item.name, type(item.schema)) for item in old.properties}
        theirs = {(item.name, type(item.schema)) for item in new.properties}
        required = [{item.name for item in side.properties if item.required} for side in (old, new)]
        return _share(ours, theirs) + _OF_REQUIRED * _share(*required)
    if isinstance(old, Array) and isinstance(new, Array):
        return 1.0 if type(old.items) is type(new.items) else 0.4
    return 0.5


def _share(ours: set[MemberT], theirs: set[MemberT]) -> float:
    """Return the share that two sets have in common, from 0 to 1."""
    return len(ours & theirs) / len(ours | theirs) if ours or theirs else 1.0


def tags_of(atom: Schema, side: ResolvedSchemas) -> dict[str, JsonText]:
    """Members that an object requires to have one fixed value."""
    found: dict[str, JsonText] = {}
    for item in atom.properties if isinstance(atom, Object) else ():
        atoms = side.atoms(item.schema)
        if item.required and len(atoms) == 1 and isinstance(atoms[0], Enum) and len(atoms[0].values) == 1:
            found[item.name] = atoms[0].values[0]
    return found
