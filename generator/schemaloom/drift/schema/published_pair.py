"""`PublishedPair`: differences between two schemas as the provider publishes them, which the IR does not explain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemaloom.drift.change import Polarity
from schemaloom.drift.difference import Delta
from schemaloom.drift.location import Location
from schemaloom.drift.message import name
from schemaloom.drift.rules import UNKNOWN_KEYWORD
from schemaloom.drift.schema.raw_differences import (
    RawDifference,
    annotation_differences,
    changed_place,
    closing_differences,
    place_label,
    selects_as_before,
)
from schemaloom.drift.schema.wording import because_of_keywords, subject_at, unjudged_keywords
from schemaloom.ir.raw_schema import RawSchema
from schemaloom.ir.schema import Schema
from schemaloom.ir.unfolding import are_equal
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonValue


@dataclass(frozen=True, slots=True)
class PublishedPair:
    """The old and the new raw schema of a request or of a result."""

    raws: tuple[RawSchema, RawSchema]
    schemas: tuple[Schema, Schema]
    """The same in the IR, for the differences that are returned."""
    polarity: Polarity

    def at_changed_place(self, kind: str, effect: str) -> Delta:
        """Return a difference without a rule of its own, at the innermost place that holds all changes."""
        pointer, keywords = changed_place(self.raws[0].document, self.raws[1].document)
        subject = self._subject(pointer)
        message = (
            f"{subject} {because_of_keywords(effect, keywords)}" if effect else unjudged_keywords(subject, keywords)
        )
        return self._at(pointer, kind, message, suffix=pointer_of(keywords[0]) if len(keywords) == 1 else "")

    def annotations(self, deltas: list[Delta]) -> Iterator[Delta]:
        """Yield the annotations that changed and that no other difference is about."""
        for found in annotation_differences(*(raw.document for raw in self.raws)):
            if (found.in_both or not deltas) and not any(_states(delta, found) for delta in deltas):
                message = f"{self._subject(found.pointer)}: {name(found.keyword)} changed"
                kind = "annotation.changed"
                if found.keyword == "discriminator" and not selects_as_before(found):
                    kind = "discriminator.changed"
                yield self._at(
                    found.pointer, kind, message, suffix=pointer_of(found.keyword),
                    values=(found.old, found.new),
                )  # fmt: skip

    def closings(self, deltas: list[Delta]) -> Iterator[Delta]:
        """Yield where a request states, or no longer, that it refuses the properties that are never sent."""
        if self.polarity is not Polarity.INPUT:
            return
        known = {delta.place.label for delta in deltas if delta.kind.startswith(("additional.", "keyword.", "unknown"))}
        for found in closing_differences(*(raw.document for raw in self.raws)):
            if place_label(found.pointer) not in known:
                what = "now states" if found.old is None else "no longer states"
                message = f"{self._subject(found.pointer)} {what} that it refuses unlisted properties"
                yield self._at(
                    found.pointer, "additional.stated", message, suffix=pointer_of(found.keyword),
                    values=(found.old, found.new),
                )  # fmt: skip

    def unsent(self) -> Iterator[Delta]:
        """Yield that other values than objects, which are never sent, are accepted now, or no longer."""
        documents = self.raws[0].document, self.raws[1].document
        sides = [(raw, RawSchema(raw.document, opened=False, objects=False)) for raw in self.raws]
        if are_equal(*documents):
            return
        subject = f"{self._subject('')}: values other than objects, which are never sent,"
        for (ours, wide), (theirs, narrow), what in (
            (sides[0], sides[1], "are accepted now"), (sides[1], sides[0], "are no longer accepted"),
        ):  # fmt: skip
            if ours.covers(theirs) is True and wide.covers(narrow) is not True:
                yield self._at(
                    "", "unsent.changed", f"{subject} {what}",
                    suffix="/type", values=(documents[0].get("type"), documents[1].get("type")),
                )  # fmt: skip

    def _subject(self, pointer: str) -> str:
        return subject_at(pointer, self.polarity)

    def _at(
        self, pointer: str, kind: str, message: str, *, suffix: str = "",
        values: tuple[JsonValue, JsonValue] = (None, None),
    ) -> Delta:  # fmt: skip
        return Delta(
            kind=kind, place=Location(), message=message, suffix=pointer + suffix, old=values[0], new=values[1],
            old_schema=self.schemas[0], new_schema=self.schemas[1],
        )  # fmt: skip


def _states(delta: Delta, found: RawDifference) -> bool:
    """Whether a difference is about the annotation `found`."""
    if delta.kind == UNKNOWN_KEYWORD:
        return found.keyword in delta.keywords
    if delta.kind == "type.changed":
        return place_label(found.pointer).startswith(delta.place.label)
    return delta.suffix == pointer_of(found.keyword) and (delta.old == found.old or delta.new == found.new)
