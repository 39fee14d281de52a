"""`ResolvedSchemas`: one side of a comparison, its definitions resolved and its atoms at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemaloom.drift.subschema.normalize import normalize
from schemaloom.ir.membership import are_disjoint, is_valid, kinds
from schemaloom.ir.schema import (
    Annotations,
    Anything,
    Array,
    Boolean,
    Enum,
    Kind,
    Never,
    Null,
    Number,
    Object,
    Reference,
    Schema,
    String,
    Union,
)
from schemaloom.json.values import JsonText, JsonValue, json_text

UNIVERSE: tuple[Schema, ...] = (Null(), Boolean(), Number(), String(), Array(), Object())
"""The atoms that together are any value."""


class ResolvedSchemas:
    """The schemas of one model at one moment, in normal form.

    Schemas that a method takes must have come from `read`, from a part of one that did, or live
    as long as the side: answers are kept by identity.
    """

    def __init__(self, definitions: Mapping[str, Object], *, opened: bool) -> None:
        self._definitions = definitions
        self._opened = opened
        self._resolved: dict[str, Schema] = {}
        self._atoms: dict[int, tuple[Schema, tuple[Schema, ...]]] = {}
        self._members: dict[int, tuple[Enum, frozenset[JsonText]]] = {}

    def same_definitions(self, other: ResolvedSchemas) -> bool:
        """Whether equal schemas of the two sides mean the same."""
        return self._definitions == other._definitions and self._opened == other._opened

    def read(self, schema: Schema) -> Schema:
        """The normal form of a schema of this side."""
        return normalize(schema, opened=self._opened)

    def resolve(self, schema: Schema) -> Schema:
        """Return the target of a reference; any other schema as it is."""
        while isinstance(schema, Reference):
            name = schema.name
            if name not in self._resolved:
                target = self._definitions.get(name)
                self._resolved[name] = Anything() if target is None else self.read(target)
            schema = self._resolved[name]
        return schema

    def parts(self, schema: Schema) -> Iterator[Schema]:
        """Yield a schema and all schemas below it, each definition once."""
        seen: set[str] = set()
        pending = [schema]
        while pending:
            part = pending.pop()
            yield part
            match part:
                case Reference():
                    if part.name not in seen:
                        seen.add(part.name)
                        pending.append(self.resolve(part))
                case Object():
                    pending.extend((part.additional, *(item.schema for item in part.properties)))
                case Array():
                    pending.extend((part.items, *part.prefix))
                case Union():
                    pending.extend(part.branches)
                case _:
                    pass

    def annotations(self, schema: Schema) -> Annotations:
        """The annotations of a schema, completed by those of the definition it names."""
        return (
            schema.annotations.merged_with(self.resolve(schema).annotations)
            if isinstance(schema, Reference)
            else schema.annotations
        )

    def atoms(self, schema: Schema) -> tuple[Schema, ...]:
        """The atoms of a schema, references resolved; none at all for `Never`."""
        kept = self._atoms.get(id(schema))
        if kept is None:
            kept = self._atoms[id(schema)] = (schema, tuple(self._find_atoms(schema)))
        return kept[1]

    def value_set(self, choice: Enum) -> frozenset[JsonText]:
        """The values of a choice, as a set."""
        kept = self._members.get(id(choice))
        if kept is None:
            kept = self._members[id(choice)] = (choice, frozenset(choice.values))
        return kept[1]

    def kinds(self, schema: Schema) -> frozenset[Kind]:
        """The kinds of value that a schema may admit."""
        return frozenset[Kind]().union(*(kinds(atom) for atom in self.atoms(schema)))

    def is_valid(self, schema: Schema, value: JsonValue) -> bool:
        """Whether a schema admits a value, as far as the algebra expresses it."""
        schema = self.resolve(schema)
        if isinstance(schema, Enum):  # often of thousands of values, and asked about each
            return json_text(value) in self.value_set(schema)
        return is_valid(schema, value, self.resolve)

    def are_disjoint(self, left: Schema, right: Schema) -> bool:
        """Whether certainly no value is admitted by both."""
        return are_disjoint(left, right, self.resolve)

    def _find_atoms(self, schema: Schema) -> list[Schema]:
        schema = self.resolve(schema)
        if isinstance(schema, Never):
            return []
        if not isinstance(schema, Union):
            return [schema]
        found = list(schema.branches)
        if schema.exclusive and not all(self.are_disjoint(a, b) for i, a in enumerate(found) for b in found[i + 1 :]):
            return [schema]
        return [atom for branch in found for atom in self.atoms(branch)]
