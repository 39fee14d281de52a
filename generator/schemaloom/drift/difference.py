"""`Delta`: one difference between two schemas, before its polarity makes it a change."""

from __future__ import annotations

from dataclasses import dataclass

from schemaloom.drift.location import Location
from schemaloom.ir.schema import Schema
from schemaloom.json.values import JsonText, JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """A difference at a place; `kind` and a polarity name a rule."""

    kind: str
    place: Location
    suffix: str = ""
    """The rest of the pointer after the place: the keyword, or the member that came or went."""
    old: JsonValue = None
    new: JsonValue = None
    message: str
    old_schema: Schema
    new_schema: Schema
    """The schemas at the place, as their sides read them."""
    member: str | None = None
    """The member of the object at the place that the difference is about."""
    values: tuple[JsonText, ...] = ()
    """Values that only one of the two schemas admits, where they are known."""

    witness: tuple[JsonValue] | None = None
    """A payload that shows the difference; in a tuple, because ``null`` is a payload."""

    @property
    def keywords(self) -> frozenset[str]:
        """Names of the keywords that a difference about unsupported keywords is about."""
        return frozenset(key for values in (self.old, self.new) if isinstance(values, dict) for key in values)

    @property
    def pointer(self) -> str:
        """JSON pointer into the schema."""
        return self.place.pointer + self.suffix
