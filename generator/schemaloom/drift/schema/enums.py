"""`compare_enums`: compares the values that enums list, for every type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from schemaloom.drift.location import Location
from schemaloom.drift.message import values as value_list
from schemaloom.drift.schema.comparison import Comparison, Narrowing
from schemaloom.drift.subschema.type_groups import JSON_TYPES, JsonType, TypeGroups
from schemaloom.ir.schema import Schema
from schemaloom.json.values import JsonText, JsonValue, json_value

_Pair: TypeAlias = tuple[Schema, Schema]
_Listed: TypeAlias = Mapping[JsonType, list[JsonText]]


def compare_enums(
    comparison: Comparison, schemas: _Pair, atoms: tuple[TypeGroups, TypeGroups], values: tuple[_Listed, _Listed],
    place: Location, narrowing: Narrowing,
) -> None:  # fmt: skip
    """Compare the listed values of every type that stays a list on both sides, or is on one only."""
    removed: list[JsonText] = []
    added: list[JsonText] = []
    for json_type in JSON_TYPES:
        listed = values[0].get(json_type, []), values[1].get(json_type, [])
        free = bool(atoms[0].without_choices(json_type)), bool(atoms[1].without_choices(json_type))
        if not any(listed):
            continue
        # A listed value need not be admitted: beside an overlapping branch of a oneOf it is not.
        listed = (
            [value for value in listed[0] if comparison.old.is_valid(schemas[0], json_value(value))],
            [value for value in listed[1] if comparison.new.is_valid(schemas[1], json_value(value))],
        )
        gone = [value for value in listed[0] if not comparison.new.is_valid(schemas[1], json_value(value))]
        come = [value for value in listed[1] if not comparison.old.is_valid(schemas[0], json_value(value))]
        removed += gone if narrowing.narrows else []
        added += come if narrowing.widens else []
        if all(free):
            _compare_suggestions(comparison, listed, {*gone, *come}, schemas, place)
        elif listed[0] and free[1] and narrowing.widens:
            _add_limit(comparison, "enum.lifted", (listed[0], None), schemas, place)
        elif listed[1] and free[0] and narrowing.narrows:
            _add_limit(comparison, "enum.set", (None, listed[1]), schemas, place)
    for kind, found in (("enum.value-removed", removed), ("enum.value-added", added)):
        _add_values(comparison, kind, found, "allowed", schemas, place)


def _compare_suggestions(
    comparison: Comparison, listed: tuple[list[JsonText], list[JsonText]], reported: set[JsonText],
    schemas: _Pair, place: Location,
) -> None:  # fmt: skip
    """Compare values that are listed beside others of their type, which are accepted as well."""
    known = {*listed[0], *reported}, {*listed[1], *reported}
    gone = [value for value in listed[0] if value not in known[1]]
    come = [value for value in listed[1] if value not in known[0]]
    for kind, found in (("enum.suggestion-removed", gone), ("enum.suggestion-added", come)):
        _add_values(comparison, kind, found, "suggested", schemas, place)


def _add_values(
    comparison: Comparison, kind: str, found: list[JsonText], status: str, schemas: _Pair, place: Location
) -> None:
    """Report values that were removed or added, if there are any."""
    if not found:
        return
    plain = [json_value(text) for text in found]
    is_removal = kind.endswith("removed")
    values: tuple[JsonValue, JsonValue] = (plain, None) if is_removal else (None, plain)
    noun = f"{status} value" if len(plain) == 1 else f"{status} values"
    change = f"{noun} {value_list(plain)} removed" if is_removal else f"new {noun} {value_list(plain)}"
    message = f"{comparison.subject(place)}: {change}"
    comparison.add(kind, place, message, schemas=schemas, values=values, suffix="/enum", witnesses=tuple(found))


def _add_limit(
    comparison: Comparison, kind: str, listed: tuple[list[JsonText] | None, list[JsonText] | None],
    schemas: _Pair, place: Location,
) -> None:  # fmt: skip
    """Report that a list came or went; None is the side that accepts any value."""
    old, new = (None if side is None else [json_value(text) for text in side] for side in listed)
    words = ["any" if side is None else value_list(side) for side in (old, new)]
    message = f"{comparison.subject(place)}: allowed values changed from {words[0]} to {words[1]}"
    comparison.add(kind, place, message, schemas=schemas, values=(old, new), suffix="/enum")
