"""`Location`: the place in two schemas that a comparison is at, and how to get a value there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from schemaloom.ir.schema import Array, Object, Schema
from schemaloom.json.pointer import pointer_of

Step: TypeAlias = Literal["member", "item", "additional", "branch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A step down from `up`; the root has none.

    `old` and `new` are the atoms stepped into: the objects, lists or unions that hold the place.
    """

    pointer: str = ""
    label: str = ""
    """The path as people write it: ``loras[].scale``; empty for the root."""
    up: Location | None = None
    step: Step = "member"
    token: str | int = ""
    old: Schema | None = None
    new: Schema | None = None

    @property
    def is_in_branch(self) -> bool:
        """Whether the place is in an alternative of a union."""
        return self.step == "branch" or (self.up is not None and self.up.is_in_branch)

    def member(self, name: str, old: Object, new: Object) -> Location:
        """The member `name` of an object."""
        shown = name or '""'
        label = f"{self.label}.{shown}" if self.label else shown
        pointer = self.pointer + pointer_of("properties", name)
        return Location(pointer=pointer, label=label, up=self, token=name, old=old, new=new)

    def additional(self, old: Object, new: Object) -> Location:
        """Any member that an object does not name."""
        label, pointer = f"{self.label}.*" if self.label else "*", f"{self.pointer}/additionalProperties"
        return Location(pointer=pointer, label=label, up=self, step="additional", old=old, new=new)

    def item(self, index: int, old: Array, new: Array) -> Location:
        """The item at `index`; the first one after every prefix represents all others."""
        listed = index < max(len(old.prefix), len(new.prefix))
        pointer = self.pointer + (pointer_of("prefixItems", index) if listed else "/items")
        label = f"{self.label}[{index if listed else ''}]"
        return Location(pointer=pointer, label=label, up=self, step="item", token=index, old=old, new=new)

    def branch(self, index: int, name: str) -> Location:
        """An alternative of a union, by its index on the old side and its name, which may be empty."""
        pointer = self.pointer + pointer_of("anyOf", index)
        label = f"{self.label}({name})" if name else self.label
        return Location(pointer=pointer, label=label, up=self, step="branch", token=index)
