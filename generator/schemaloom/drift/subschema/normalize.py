"""Normal forms: schemas that admit the same values come to look the same.

A schema in normal form is an `Anything`, a `Never`, one atom, or a flat union of atoms, where an
atom is a single kind of value, a reference, or a ``oneOf`` that cannot be shown to be an
``anyOf``.  ``null`` and the booleans stand beside a choice and never in it, bounds are as tight
and as inclusive as their type allows, and members are sorted by name.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from schemaloom.ir.decimals import exact, plain
from schemaloom.ir.membership import are_disjoint
from schemaloom.ir.pattern_language import matches_every_string
from schemaloom.ir.schema import (
    Annotations,
    Anything,
    Array,
    Boolean,
    Enum,
    Never,
    Null,
    Number,
    Object,
    Property,
    Schema,
    String,
    Union,
    UnsupportedKeyword,
)
from schemaloom.json.values import JsonText, json_text

_BOOLEANS = (json_text(True), json_text(False))
_NULL = json_text(None)
_SPECIAL = frozenset({*_BOOLEANS, _NULL})


def normalize(schema: Schema, *, opened: bool) -> Schema:
    """The normal form of `schema`; if `opened`, objects silent about further members admit them."""
    match schema:
        case Enum():
            if not any(value in _SPECIAL for value in schema.values):
                return schema
            return _united(_choice_atoms(schema.values), schema.annotations, schema.unsupported)
        case Number():
            return _number(schema)
        case String():
            return _string(schema)
        case Array():
            return _array(schema, opened=opened)
        case Object():
            return _object(schema, opened=opened)
        case Union():
            branches = [normalize(branch, opened=opened) for branch in schema.branches]
            return _union(branches, schema)
        case _:
            return schema


def _choice_atoms(values: Iterable[JsonText]) -> list[Schema]:
    rest = list(dict.fromkeys(values))
    atoms: list[Schema] = []
    if all(value in rest for value in _BOOLEANS):
        atoms.append(Boolean())
        rest = [value for value in rest if value not in _BOOLEANS]
    if _NULL in rest:
        atoms.append(Null())
        rest.remove(_NULL)
    return [Enum(values=tuple(rest)), *atoms] if rest else atoms


def _united(atoms: list[Schema], annotations: Annotations, unsupported: tuple[UnsupportedKeyword, ...]) -> Schema:
    if not atoms:
        return Never(annotations=annotations, unsupported=unsupported)
    non_null = [atom for atom in atoms if not isinstance(atom, Null)]
    if len(non_null) == 1:  # one kind of value, and perhaps null: its annotations describe both
        annotations = annotations.merged_with(non_null[0].annotations)
    if len(atoms) == 1:
        return replace(atoms[0], annotations=annotations, unsupported=_together(unsupported, atoms[0].unsupported))
    return Union(branches=tuple(atoms), annotations=annotations, unsupported=unsupported)


def _together(*keywords: Iterable[UnsupportedKeyword]) -> tuple[UnsupportedKeyword, ...]:
    found = {keyword for group in keywords for keyword in group}
    return tuple(sorted(found, key=lambda keyword: (keyword.name, keyword.value)))


def _number(schema: Number) -> Schema:
    integer, step = schema.integer, None if schema.multiple_of is None else exact(schema.multiple_of)
    if integer and step is not None:
        step = Fraction(step.numerator)  # the integers among the multiples of 3/2 are those of 3
    integer = integer or (step is not None and step.denominator == 1)
    low, high = schema.minimum, schema.maximum
    above, below = schema.exclusive_minimum, schema.exclusive_maximum
    if integer or step is not None:
        low, high = _first_step(low, above, step or Fraction(1)), _last_step(high, below, step or Fraction(1))
        above = below = None
    else:
        if low is not None and above is not None:
            low, above = (None, above) if above >= low else (low, None)
        if high is not None and below is not None:
            high, below = (None, below) if below <= high else (high, None)
    multiple = None if step is None else plain(step)
    least, most = (low if above is None else above), (high if below is None else below)
    if least is not None and most is not None:
        if least > most or (least == most and (above is not None or below is not None)):
            return Never(annotations=schema.annotations, unsupported=schema.unsupported)
        if least == most:
            return Enum(values=(json_text(least),), annotations=schema.annotations, unsupported=schema.unsupported)
    normal = Number(
        integer=integer,
        minimum=_integral(low),
        maximum=_integral(high),
        exclusive_minimum=_integral(above),
        exclusive_maximum=_integral(below),
        multiple_of=None if multiple == 1 else multiple,
        written=schema,
        annotations=schema.annotations,
        unsupported=schema.unsupported,
    )
    return schema if normal == schema else normal


def _first_step(low: float | None, above: float | None, step: Fraction) -> int | float | None:
    """Return the lowest multiple of `step` within the lower bounds."""
    found = [math.ceil(exact(low) / step)] if low is not None else []
    found += [math.floor(exact(above) / step) + 1] if above is not None else []
    return plain(max(found) * step) if found else None


def _last_step(high: float | None, below: float | None, step: Fraction) -> int | float | None:
    """Return the highest multiple of `step` within the upper bounds."""
    found = [math.floor(exact(high) / step)] if high is not None else []
    found += [math.ceil(exact(below) / step) - 1] if below is not None else []
    return plain(min(found) * step) if found else None


def _integral(value: float | None) -> int | float | None:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _string(schema: String) -> Schema:
    pattern = None if schema.pattern is None or matches_every_string(schema.pattern) else schema.pattern
    if schema.max_length is not None and schema.max_length < schema.min_length:
        return Never(annotations=schema.annotations, unsupported=schema.unsupported)
    if schema.max_length == 0 and pattern is None:
        return Enum(values=(json_text(""),), annotations=schema.annotations, unsupported=schema.unsupported)
    return schema if pattern == schema.pattern else replace(schema, pattern=pattern)


def _array(schema: Array, *, opened: bool) -> Schema:
    prefix = [normalize(item, opened=opened) for item in schema.prefix]
    items = normalize(schema.items, opened=opened)
    longest = schema.max_items
    blocked = next((index for index, item in enumerate(prefix) if isinstance(item, Never)), None)
    if blocked is None and isinstance(items, Never):
        blocked = len(prefix)
    if blocked is not None:
        longest = blocked if longest is None else min(longest, blocked)
    while prefix and longest != len(prefix) and prefix[-1] == items:
        prefix.pop()
    if longest is not None and longest < schema.min_items:
        return Never(annotations=schema.annotations, unsupported=schema.unsupported)
    unique = schema.unique and (longest is None or longest > 1)
    return replace(schema, prefix=tuple(prefix), items=items, max_items=longest, unique=unique)


def _object(schema: Object, *, opened: bool) -> Schema:
    silent = not schema.additional_declared and isinstance(schema.additional, Never)
    additional = Anything() if opened and silent else normalize(schema.additional, opened=opened)
    properties: list[Property] = []
    for item in sorted(schema.properties, key=lambda item: item.name):
        member = normalize(item.schema, opened=opened)
        if isinstance(member, Never) and item.required:
            return Never(annotations=schema.annotations, unsupported=schema.unsupported)
        properties.append(item if member is item.schema else replace(item, schema=member))
    required = sum(item.required for item in properties)
    possible = sum(not isinstance(item.schema, Never) for item in properties)
    fewest, most = schema.min_properties, schema.max_properties
    closed = isinstance(additional, Never)
    if (most is not None and most < max(required, fewest)) or (closed and fewest > possible):
        return Never(annotations=schema.annotations, unsupported=schema.unsupported)
    return replace(
        schema,
        properties=tuple(properties),
        additional=additional,
        additional_declared=False,
        min_properties=0 if fewest <= required else fewest,
        max_properties=None if closed and most is not None and most >= possible else most,
    )


def _union(branches: list[Schema], source: Union) -> Schema:
    found = [branch for branch in branches if not isinstance(branch, Never)]
    if source.exclusive and not all(are_disjoint(a, b) for i, a in enumerate(found) for b in found[i + 1 :]):
        return replace(source, branches=tuple(found))
    unsupported = list(source.unsupported)
    atoms: list[Schema] = []
    for branch in found:
        if isinstance(branch, Union) and not branch.exclusive:
            unsupported.extend(branch.unsupported)
            atoms.extend(branch.branches)
        else:
            atoms.append(branch)
    if any(isinstance(atom, Anything) for atom in atoms):
        extra = (keyword for atom in atoms for keyword in atom.unsupported)
        return Anything(annotations=source.annotations, unsupported=_together(unsupported, extra))
    return _united(_merged(atoms), source.annotations, _together(unsupported))


def _merged(atoms: list[Schema]) -> list[Schema]:
    """`atoms` with all plain choices in one, each atom once, and none that a wider scalar makes needless."""
    plain = [atom for atom in atoms if isinstance(atom, Enum | Null | Boolean) and not atom.unsupported]
    values = [value for atom in plain for value in listed_values(atom) or ()]
    annotations = next((atom.annotations for atom in plain if not isinstance(atom, Null)), Annotations())
    merged = [
        atom if isinstance(atom, Null) else replace(atom, annotations=annotations) for atom in _choice_atoms(values)
    ]
    distinct: dict[Schema, Schema] = {}
    for atom in [*merged, *(atom for atom in atoms if not any(atom is one for one in plain))]:
        distinct.setdefault(replace(atom, annotations=Annotations()), atom)
    if Boolean() in distinct:
        drop = [atom for atom in distinct if isinstance(atom, Enum) and set(atom.values) <= set(_BOOLEANS)]
        for atom in drop:
            del distinct[atom]
    wide = {type(atom) for atom in distinct if atom in (String(), Number())}
    return [
        atom
        for bare, atom in distinct.items()
        if bare in (String(), Number()) or type(bare) not in wide or bare.unsupported
    ]


def listed_values(atom: Schema) -> tuple[JsonText, ...] | None:
    """Return every value that an atom admits, if they are few; otherwise None."""
    match atom:
        case Null():
            return (_NULL,)
        case Boolean():
            return _BOOLEANS
        case Enum():
            return atom.values
        case _:
            return None
