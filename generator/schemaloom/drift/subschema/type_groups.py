"""The atoms of a schema, grouped by JSON type, so that those of one type are compared with each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from schemaloom.drift.subschema.resolved import UNIVERSE, ResolvedSchemas
from schemaloom.ir.membership import kinds
from schemaloom.ir.schema import Anything, Array, Enum, Object, Reference, Schema, Union, UnsupportedKeyword
from schemaloom.json.values import JsonText, json_type, json_value

JsonType: TypeAlias = str
"""``null``, ``boolean``, ``number`` (whole ones too), ``string``, ``array`` or ``object``."""
JSON_TYPES: tuple[JsonType, ...] = ("null", "boolean", "number", "string", "array", "object")


@dataclass(frozen=True, slots=True)
class TypeGroups:
    """The atoms of one schema, alternatives of a ``oneOf`` among them, by type."""

    every: tuple[Schema, ...]
    exclusive: bool
    keywords: tuple[UnsupportedKeyword, ...]

    def has_every_type(self) -> bool:
        """Whether values of every type are admitted, or some of them."""
        found = {type_of(atom) for atom in self.spelled_out().every if not isinstance(atom, Enum)}
        return found == {*JSON_TYPES}

    def spelled_out(self) -> TypeGroups:
        """Return the groups with an atom of each type in place of one that is any value."""
        is_any = any(isinstance(atom, Anything) for atom in self.every)
        return replace(self, every=UNIVERSE) if is_any else self

    def without_choices(self, json_type: JsonType) -> list[Schema]:
        """Return the atoms of a type, without lists of values."""
        return [atom for atom in self.every if not isinstance(atom, Enum) and type_of(atom) == json_type]

    def values(self) -> dict[JsonType, list[JsonText]]:
        """Return the listed values, by type."""
        found: dict[JsonType, list[JsonText]] = {}
        for atom in self.every:
            for value in atom.values if isinstance(atom, Enum) else ():
                found.setdefault(_type_of_value(value), []).append(value)
        return found


def group_by_type(side: ResolvedSchemas, schema: Schema) -> TypeGroups:
    """Group the atoms of a schema of `side`."""
    every: list[Schema] = []
    keywords = list(schema.unsupported) if isinstance(schema, Union | Reference) else []
    exclusive = False
    for atom in side.atoms(schema):
        if isinstance(atom, Union):
            exclusive = True
            every.extend(inner for branch in atom.branches for inner in group_by_type(side, branch).every)
        else:
            every.append(atom)
    keywords += [k for atom in every if not isinstance(atom, Object | Array) for k in atom.unsupported]
    return TypeGroups(tuple(every), exclusive, tuple(keywords))


def type_of(atom: Schema) -> JsonType:
    """Return the type of an atom that is not a list of values."""
    found = kinds(atom)
    return "number" if "integer" in found else next(json_type for json_type in JSON_TYPES if json_type in found)


def _type_of_value(value: JsonText) -> JsonType:
    found = json_type(json_value(value))
    return next((json_type for json_type in JSON_TYPES if json_type == found), "number")
