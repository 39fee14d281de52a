"""`compare_schemas`: every difference between two schemas, each once, at the place it was made.

A difference that takes values away is reported only where values are really lost, and one that
adds values only where some are really gained: inclusion decides, structure explains.  Where
inclusion cannot be proved and structure explains nothing, the kinds ``narrowed`` and ``widened``
say so, so that silence about lost values is a proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from schemaloom.drift.change import Polarity
from schemaloom.drift.difference import Delta
from schemaloom.drift.location import Location
from schemaloom.drift.rules import narrows, widens
from schemaloom.drift.schema.annotations import compare_annotations, compare_keywords, keyword_delta
from schemaloom.drift.schema.comparison import Comparison, Narrowing
from schemaloom.drift.schema.enums import compare_enums
from schemaloom.drift.schema.excerpt import excerpt
from schemaloom.drift.schema.match_alternatives import match
from schemaloom.drift.schema.objects import compare_objects
from schemaloom.drift.schema.required_choice import without_choice
from schemaloom.drift.schema.scalars import compare_numbers, compare_sizes, compare_strings
from schemaloom.drift.schema.wording import alternative_name, alternative_words, type_names, types_words
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.drift.subschema.type_groups import JSON_TYPES, JsonType, TypeGroups, group_by_type, type_of
from schemaloom.ir.membership import item_of
from schemaloom.ir.schema import (
    Anything,
    Array,
    Enum,
    Number,
    Object,
    Schema,
    String,
)
from schemaloom.json.values import JsonText

Pairs: TypeAlias = tuple[Schema, Schema]


def compare_schemas(
    old: ResolvedSchemas, old_schema: Schema, new: ResolvedSchemas, new_schema: Schema, *, polarity: Polarity,
    renames: Mapping[str, str], narrowing: Narrowing,
) -> list[Delta]:  # fmt: skip
    """The differences between two schemas that their sides have read.

    For inputs, if none of them explains lost values then every value of the old schema is one of
    the new; for outputs the other way round.  `narrowing` is the effect on the schema as a whole, if
    that is known.
    """
    walk = _Walk(old, new, polarity=polarity, renames=renames)
    walk.node(old_schema, new_schema, Location(), narrowing)
    if walk.met_unknown_type:
        return walk.deltas
    kinds_found = [delta.kind for delta in walk.deltas]
    lost = narrowing.narrows and not any(map(narrows, kinds_found)) and walk.narrows(old_schema, new_schema)
    gained = narrowing.widens and not any(map(widens, kinds_found)) and walk.widens(old_schema, new_schema)
    walk.unexplained(old_schema, new_schema, Location(), Narrowing(lost, gained))
    return walk.deltas


class _Walk(Comparison):
    """Comparing node by node, from the root down."""

    met_unknown_type = False
    """Whether a change from or to a type that JSON Schema does not have was left to the change of its keyword."""

    def node(self, old: Schema, new: Schema, place: Location, narrowing: Narrowing) -> None:
        if self.equal_is_same and old == new:
            return
        narrowing = self.narrowing(old, new, narrowing)
        before = list(self.explained)
        atoms = group_by_type(self.old, old), group_by_type(self.new, new)
        if not atoms[0].every and not atoms[1].every:
            return  # both admit nothing, and the annotations of nothing depend on how it is spelled
        compare_keywords(self, (atoms[0].keywords, atoms[1].keywords), (old, new), place)
        retyped = self._types(old, new, atoms, place, narrowing)
        compare_annotations(
            self, (self.old.annotations(old), self.new.annotations(new)), (old, new), place, retyped=retyped
        )
        left = Narrowing(
            narrowing.narrows and self.explained[0] == before[0], narrowing.widens and self.explained[1] == before[1]
        )
        if left.narrows and atoms[1].exclusive and not atoms[0].exclusive:
            message = f"{self.subject(place)} must match exactly one alternative: anyOf changed to oneOf"
            self.add("union.became-exclusive", place, message, schemas=(old, new), values=("anyOf", "oneOf"))
            left = left._replace(narrows=False)
        if left.widens and atoms[0].exclusive and not atoms[1].exclusive:
            message = f"{self.subject(place)} may match several alternatives: oneOf changed to anyOf"
            self.add("union.became-inclusive", place, message, schemas=(old, new), values=("oneOf", "anyOf"))
            left = left._replace(widens=False)
        self.unexplained(old, new, place, left)

    def unexplained(self, old: Schema, new: Schema, place: Location, narrowing: Narrowing) -> None:
        """Report lost and gained values that nothing else explains."""
        for wanted, kind, amount in ((narrowing.narrows, "narrowed", "fewer"), (narrowing.widens, "widened", "more")):
            if wanted:
                message = f"{self.subject(place)} may allow {amount} values than before"
                values = (excerpt(self.old, old), excerpt(self.new, new))
                self.add(kind, place, message, schemas=(old, new), values=values)

    def _types(
        self, old: Schema, new: Schema, atoms: tuple[TypeGroups, TypeGroups], place: Location, narrowing: Narrowing
    ) -> bool:
        """Compare kind by kind; True when the type is another one altogether."""
        anything = [any(isinstance(atom, Anything) for atom in side.every) for side in atoms]
        if all(anything):
            return False
        if any(anything) and all(side.has_every_type() for side in atoms):  # a rule of one type came or went
            atoms = atoms[0].spelled_out(), atoms[1].spelled_out()
        elif any(anything):
            self._type(old, new, place, Narrowing(narrowing.narrows and anything[0], narrowing.widens and anything[1]))
            return True
        values = atoms[0].values(), atoms[1].values()
        json_types = [
            {*(type_of(a) for a in s.every if not isinstance(a, Enum)), *v} for s, v in zip(atoms, values, strict=True)
        ]
        common = [json_type for json_type in JSON_TYPES if json_type in json_types[0] and json_type in json_types[1]]
        if not any(json_type != "null" for json_type in common) and json_types[0] != json_types[1]:
            self._type(old, new, place, narrowing)
            return True
        self._null((old, new), json_types, place, narrowing)
        gone, come = json_types[0] - json_types[1] - {"null"}, json_types[1] - json_types[0] - {"null"}
        lost_types = {json_type for json_type in gone if atoms[0].without_choices(json_type)}
        new_types = {json_type for json_type in come if atoms[1].without_choices(json_type)}
        self._type(
            old, new, place, Narrowing(narrowing.narrows and bool(lost_types), narrowing.widens and bool(new_types))
        )
        compare_enums(self, (old, new), atoms, values, place, narrowing)
        for json_type in common:
            self._alternatives(json_type, (old, new), atoms, place, narrowing)
        return False

    def _type(self, old: Schema, new: Schema, place: Location, narrowing: Narrowing) -> None:
        if not any(narrowing):
            return
        if any(_has_unknown_type(side, schema) for side, schema in ((self.old, old), (self.new, new))):
            self.met_unknown_type = True
            self.mark_explained()
            return
        names = type_names(self.old, old), type_names(self.new, new)
        kind = "type.changed" if all(narrowing) else "type.narrowed" if narrowing.narrows else "type.widened"
        if all(narrowing) and set(names[0]) & set(names[1]):
            self._type(old, new, place, Narrowing(narrows=True, widens=False))
            self._type(old, new, place, Narrowing(narrows=False, widens=True))
            return
        message = f"{self.subject(place)}: type changed from {types_words(names[0])} to {types_words(names[1])}"
        if ["nothing"] in names:
            what = "accepts values now" if names[0] == ["nothing"] else "accepts no value any more"
            message = f"{self.subject(place)} {what}"
        self.add(kind, place, message, schemas=(old, new), values=([*names[0]], [*names[1]]))

    def _null(self, schemas: Pairs, json_types: list[set[JsonType]], place: Location, narrowing: Narrowing) -> None:
        was, is_now = "null" in json_types[0], "null" in json_types[1]
        if was and not is_now and narrowing.narrows:
            message = f"{self.subject(place)} may no longer be null"
            self.add("nullable.removed", place, message, schemas=schemas, values=(True, False), witnesses=(_NULL,))
        if is_now and not was and narrowing.widens:
            message = f"{self.subject(place)} may now be null"
            self.add("nullable.added", place, message, schemas=schemas, values=(False, True), witnesses=(_NULL,))

    def _alternatives(
        self,
        json_type: JsonType,
        schemas: Pairs,
        atoms: tuple[TypeGroups, TypeGroups],
        place: Location,
        narrowing: Narrowing,
    ) -> None:
        """Compare the alternatives of one type."""
        old, new = atoms[0].without_choices(json_type), atoms[1].without_choices(json_type)
        if not old or not new:
            return
        old, new = without_choice(self, (old, new), schemas, place, narrowing)
        pairs, gone, come = match(old, new, self.old, self.new)
        several = len(old) > 1 or len(new) > 1
        for before, after in pairs:
            inner = place
            if several:
                inner = place.branch(atoms[0].every.index(before), alternative_name(self.old, before))
            within = Narrowing(
                narrowing.narrows and self.narrows(before, schemas[1]),
                narrowing.widens and self.widens(schemas[0], after),
            )
            # The annotations of an only alternative are those of the place.
            is_only = before is self.old.resolve(schemas[0]) or after is self.new.resolve(schemas[1])
            if several and not is_only:
                compare_annotations(
                    self, (before.annotations, after.annotations), (before, after), inner, retyped=False
                )
            self._pair(before, after, inner, within)
        for atom in gone:
            if narrowing.narrows and self.narrows(atom, schemas[1]):
                message = f"{self.subject(place)}: alternative {alternative_words(self.old, atom)} was removed"
                inner, values = place.branch(atoms[0].every.index(atom), ""), (excerpt(self.old, atom), None)
                self.add("branch.removed", inner, message, schemas=(atom, schemas[1]), values=values)
        for atom in come:
            if narrowing.widens and self.widens(schemas[0], atom):
                message = f"{self.subject(place)}: alternative {alternative_words(self.new, atom)} was added"
                inner, added = place.branch(atoms[1].every.index(atom), ""), (None, excerpt(self.new, atom))
                self.add("branch.added", inner, message, schemas=(schemas[0], atom), values=added)

    def _pair(self, old: Schema, new: Schema, place: Location, narrowing: Narrowing) -> None:
        match old, new:
            case (Number(), Number()):
                compare_numbers(self, old, new, place, narrowing)
            case (String(), String()):
                compare_strings(self, old, new, place, narrowing)
            case (Array(), Array()):
                self._arrays(old, new, place, narrowing)
            case (Object(), Object()):
                compare_objects(self, old, new, place, narrowing)
            case _:
                pass  # null is null, and a boolean a boolean

    def _arrays(self, old: Array, new: Array, place: Location, narrowing: Narrowing) -> None:
        keyword_delta(self, old, new, place)
        compare_sizes(self, old, new, place, narrowing)
        listed = max(len(old.prefix), len(new.prefix))
        limits = [schema.max_items for schema in (old, new) if schema.max_items is not None]
        for index in range(min([listed + 1, *limits])):
            self.node(item_of(old, index), item_of(new, index), place.item(index, old, new), narrowing)


def _has_unknown_type(side: ResolvedSchemas, schema: Schema) -> bool:
    return any(keyword.name == "type" for keyword in group_by_type(side, schema).keywords)


_NULL = JsonText("null")
