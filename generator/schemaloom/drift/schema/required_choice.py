"""Alternatives that only require different properties: "an image or a URL"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from schemaloom.drift.location import Location
from schemaloom.drift.message import name
from schemaloom.drift.schema.comparison import Comparison, Narrowing
from schemaloom.drift.schema.excerpt import excerpt
from schemaloom.ir.schema import Object, Schema


def required_choices(atoms: Sequence[Schema]) -> list[frozenset[str]]:
    """Return the names that each of several objects alone requires, if only these distinguish them; else nothing."""
    objects = [atom for atom in atoms if isinstance(atom, Object)]
    if len(objects) < 2 or len(objects) < len(atoms):
        return []
    if len({frozenset(item.name for item in each.properties) for each in objects}) > 1:
        return []
    required = [frozenset(item.name for item in each.properties if item.required) for each in objects]
    common = required[0].intersection(*required[1:])
    own = [names - common for names in required]
    return own if len({*own}) == len(own) else []


def without_choice(
    comparison: Comparison, sides: tuple[list[Schema], list[Schema]], schemas: tuple[Schema, Schema], place: Location,
    narrowing: Narrowing,
) -> tuple[list[Schema], list[Schema]]:  # fmt: skip
    """Report a choice of required properties that came or went; then either side is one object.

    Otherwise both are returned as they are.
    """
    old, new = sides
    came = len(old) == 1
    many, one = (new, old) if came else (old, new)
    choices = required_choices(many)
    single, first = one[0], many[0]
    if not choices or len(one) != 1 or not isinstance(single, Object) or not isinstance(first, Object):
        return sides
    required = frozenset(item.name for item in single.properties if item.required)
    if any(names <= required for names in choices):  # one of the alternatives stays
        return sides
    if narrowing.narrows if came else narrowing.widens:
        words = " or ".join(sorted(" and ".join(map(name, sorted(names))) for names in choices))
        message = f"{comparison.subject(place)} {'now' if came else 'no longer'} requires {words}"
        values = (excerpt(comparison.old, schemas[0]), excerpt(comparison.new, schemas[1]))
        comparison.add("narrowed" if came else "widened", place, message, schemas=schemas, values=values)
    properties = tuple(replace(item, required=item.required and item.name in required) for item in first.properties)
    free = replace(first, properties=properties)
    comparison.substitutes.append(free)
    return (old, [free]) if came else ([free], new)
