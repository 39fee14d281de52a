"""The atoms of a schema by family: the kinds of value that one compares with each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.ir.membership import kinds
from schemaloom.ir.schema import Array, Enum, Object, Reference, Schema, Union, UnsupportedKeyword
from schemaloom.json.values import JsonText, json_type, json_value

Family: TypeAlias = str
"""``null``, ``boolean``, ``number`` (whole ones too), ``string``, ``array`` or ``object``."""
FAMILIES: tuple[Family, ...] = ("null", "boolean", "number", "string", "array", "object")


@dataclass(frozen=True, slots=True)
class TypeGroups:
    """The atoms of one schema, alternatives of a ``oneOf`` among them, by family."""

    every: tuple[Schema, ...]
    exclusive: bool
    keywords: tuple[UnsupportedKeyword, ...]

    def of(self, family: Family) -> list[Schema]:
        """The atoms of one family that are no choices."""
        return [atom for atom in self.every if not isinstance(atom, Enum) and family_of(atom) == family]

    def values(self) -> dict[Family, list[JsonText]]:
        """The values of choices, by family."""
        found: dict[Family, list[JsonText]] = {}
        for atom in self.every:
            for value in atom.values if isinstance(atom, Enum) else ():
                found.setdefault(_family_of_value(value), []).append(value)
        return found


def families_of(side: ResolvedSchemas, schema: Schema) -> TypeGroups:
    """The atoms of a schema of `side`."""
    every: list[Schema] = []
    keywords = list(schema.unsupported) if isinstance(schema, Union | Reference) else []
    exclusive = False
    for atom in side.atoms(schema):
        if isinstance(atom, Union):
            exclusive = True
            every.extend(inner for branch in atom.branches for inner in families_of(side, branch).every)
        else:
            every.append(atom)
    keywords += [k for atom in every if not isinstance(atom, Object | Array) for k in atom.unsupported]
    return TypeGroups(tuple(every), exclusive, tuple(keywords))


def family_of(atom: Schema) -> Family:
    """The family of an atom that is no choice."""
    found = kinds(atom)
    return "number" if "integer" in found else next(family for family in FAMILIES if family in found)


def _family_of_value(value: JsonText) -> Family:
    found = json_type(json_value(value))
    return next((family for family in FAMILIES if family == found), "number")
