"""`Comparison`: the state that every part of a schema comparison shares."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import NamedTuple

from schemaloom.drift.change import Polarity
from schemaloom.drift.difference import Delta
from schemaloom.drift.location import Location
from schemaloom.drift.message import name
from schemaloom.drift.rules import narrows, widens
from schemaloom.drift.subschema.keyword_fields import with_keyword
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.drift.subschema.subschema import Subschema
from schemaloom.ir.schema import Schema
from schemaloom.json.values import JsonText, JsonValue


class Narrowing(NamedTuple):
    """Whether values are lost, and whether some are gained, by the change at a location."""

    narrows: bool
    widens: bool


class Comparison(ABC):
    """Two sides, the proofs between them, and the differences found so far."""

    def __init__(
        self, old: ResolvedSchemas, new: ResolvedSchemas, *, polarity: Polarity, renames: Mapping[str, str]
    ) -> None:
        self.old = old
        self.new = new
        self.polarity = polarity
        self.renames = renames
        """Confirmed new names of the parameters of a request."""
        self.deltas: list[Delta] = []
        self.explained = [0, 0]
        """How many reasons were found for lost values, and for gained ones."""
        self.seen: set[tuple[int, int, Narrowing]] = set()
        self.substitutes: list[Schema] = []
        """Schemas made for the comparison: they stay, because what was seen is known by identity."""
        self.equal_is_same = old.same_definitions(new)
        """Whether equal schemas of the two sides need no second look."""
        self._kept = Subschema(new, old)
        self._own = Subschema(old, old), Subschema(new, new)

    @abstractmethod
    def node(self, old: Schema, new: Schema, place: Location, narrowing: Narrowing) -> None:
        """Compare the schemas at a place, and all below it."""

    def narrows(self, old: Schema, new: Schema) -> bool:
        """Whether a value of `old` may be none of `new`."""
        return not self._kept.is_subschema(new, old)

    def widens(self, old: Schema, new: Schema) -> bool:
        """Whether a value of `new` may be none of `old`."""
        return not self._kept.reverse.is_subschema(old, new)

    def narrowing(self, old: Schema, new: Schema, within: Narrowing) -> Narrowing:
        """Return the effect at a place, as far as it reaches the schema around it."""
        return Narrowing(within.narrows and self.narrows(old, new), within.widens and self.widens(old, new))

    def alone(self, old: Schema, new: Schema, keyword: str, within: Narrowing) -> Narrowing:
        """Return the effect of the change of one keyword, where all others stay as they are on its side.

        A keyword only rejects values, so a value that is lost is one that it alone rejects.
        """
        applied, reverted = with_keyword(old, new, keyword), with_keyword(new, old, keyword)
        if applied is None or reverted is None:
            return within
        self.substitutes += [applied, reverted]
        return Narrowing(
            within.narrows and not self._own[0].is_subschema(applied, old),
            within.widens and not self._own[1].is_subschema(reverted, new),
        )

    def mark_explained(self) -> None:
        """Record that the values lost and gained here are reported somewhere else."""
        self.explained[0] += 1
        self.explained[1] += 1

    def add(
        self,
        kind: str,
        place: Location,
        message: str,
        *,
        schemas: tuple[Schema, Schema],
        values: tuple[JsonValue, JsonValue] = (None, None),
        suffix: str = "",
        member: str | None = None,
        witnesses: tuple[JsonText, ...] = (),
    ) -> None:
        """Report a difference; `values` are the old and the new value at the location."""
        self.explained[0] += narrows(kind)
        self.explained[1] += widens(kind)
        delta = Delta(
            kind=kind, place=place, suffix=suffix, old=values[0], new=values[1], message=message,
            old_schema=schemas[0], new_schema=schemas[1], member=member, values=witnesses,
        )  # fmt: skip
        self.deltas.append(delta)

    def subject(self, place: Location) -> str:
        """Return the subject of a message: the request, the result, or one of their properties."""
        if not place.label:
            return "The request" if self.polarity is Polarity.INPUT else "The result"
        return f"{'Parameter' if self.polarity is Polarity.INPUT else 'Result field'} {name(place.label)}"
