"""`RecursionResolver`: the second pass over schemas, after every definition is known.

Inside a recursion the reader returns a reference before it has read the target, and it compares
branches of ``oneOf`` before it knows which keywords their definitions lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal, TypeAlias

from schemaloom.ir.schema import (
    LEAVES,
    Anything,
    Array,
    Object,
    Property,
    Reference,
    Schema,
    Union,
    UnsupportedKeyword,
    with_parts,
)
from schemaloom.ir.to_json_schema import to_json_schema
from schemaloom.json.values import json_text

Hidden: TypeAlias = Literal["readOnly", "writeOnly"]
"""Annotation of properties that one direction does not carry: requests the first, results the second."""
MAX_COPIES = 50_000
"""Most schemas visited; a recursion that unfolds into more is cut."""
UNPARSED = Anything(unsupported=(UnsupportedKeyword(name="allOf", value=json_text([])),))
"""A schema that could not be parsed: it accepts anything, and is marked as unsupported."""


def object_part(schema: Schema | None) -> Object | None:
    """Return the only object of a union whose other alternatives hold no schemas, as of an object or null."""
    if not isinstance(schema, Union) or schema.exclusive:
        return None
    objects = [branch for branch in schema.branches if isinstance(branch, Object)]
    others = any(isinstance(branch, Array | Union | Reference) for branch in schema.branches)
    return objects[0] if len(objects) == 1 and not others else None


def _with_part(schema: Union, part: Schema) -> Union:
    """Return a union with another schema in place of its object."""
    return replace(schema, branches=tuple(part if isinstance(b, Object) else b for b in schema.branches))


class RecursionResolver:
    """Makes every `Reference` name an object, and keeps a union exclusive only if its branches are complete."""

    def __init__(self, targets: Mapping[str, Schema | None], report: Callable[[str], None], *, hidden: Hidden) -> None:
        """`targets` holds every definition by name; `report` takes the name of one that cannot be unfolded.

        Properties with the annotation `hidden` are never required: this direction does not carry them.
        """
        self._targets = targets
        self._report = report
        self._hidden: Hidden = hidden
        self._visited = 0

    def resolve(self, schema: Schema, within: frozenset[str] = frozenset()) -> Schema:
        """Return `schema` resolved; `within` names the definitions that are being unfolded."""
        self._visited += 1
        match schema:
            case Reference():
                return self._reference(schema, within)
            case Array():
                prefix = tuple(self.resolve(item, within) for item in schema.prefix)
                return with_parts(schema, items=self.resolve(schema.items, within), prefix=prefix)
            case Object():
                members = tuple([self._member(item, within) for item in schema.properties])
                return with_parts(schema, properties=members, additional=self.resolve(schema.additional, within))
            case Union():
                return self._union(with_parts(schema, branches=tuple(self.resolve(b, within) for b in schema.branches)))
            case _:
                return schema

    def _member(self, item: Property, within: frozenset[str]) -> Property:
        # The annotation and the requirement may be in different parts of the object.
        annotations = item.schema.annotations
        is_hidden = annotations.read_only if self._hidden == "readOnly" else annotations.write_only
        if item.required and is_hidden:
            item = replace(item, required=False)
        if isinstance(item.schema, LEAVES):
            self._visited += 1
            return item
        return item.with_schema(self.resolve(item.schema, within))

    def _reference(self, schema: Reference, within: frozenset[str]) -> Schema:
        target = self._targets.get(schema.name)
        if isinstance(target, Object):
            return schema
        if isinstance(target, Union) and (part := object_part(target)) is not None:
            return self._merged(schema, _with_part(target, Reference(name=schema.name, annotations=part.annotations)))
        if target is None or schema.name in within or self._visited > MAX_COPIES:
            self._report(schema.name)
            return replace(UNPARSED, annotations=schema.annotations)
        return self._merged(schema, self.resolve(target, within | {schema.name}))

    @staticmethod
    def _merged(schema: Reference, found: Schema) -> Schema:
        """Return what a reference names, with what is beside the reference."""
        unsupported = (*found.unsupported, *schema.unsupported)
        return replace(found, annotations=schema.annotations.merged_with(found.annotations), unsupported=unsupported)

    def _union(self, schema: Union) -> Schema:
        if not schema.exclusive or all(self.is_complete(branch, set()) for branch in schema.branches):
            return schema
        # Branches that lost keywords overlap more than the source's; rejecting the overlap would reject valid values.
        extra = UnsupportedKeyword(
            name="oneOf", value=json_text([to_json_schema(branch) for branch in schema.branches])
        )
        return replace(schema, exclusive=False, unsupported=(*schema.unsupported, extra))

    def is_complete(self, schema: Schema, seen: set[str]) -> bool:
        """Whether a schema, and every definition it refers to, lost no keyword."""
        if schema.unsupported:
            return False
        match schema:
            case Reference():
                if schema.name in seen:
                    return True
                seen.add(schema.name)
                target = self._targets.get(schema.name)
                return target is not None and self.is_complete(target, seen)
            case Array():
                return all(self.is_complete(item, seen) for item in (schema.items, *schema.prefix))
            case Object():
                members = (item.schema for item in schema.properties)
                return all(self.is_complete(part, seen) for part in (schema.additional, *members))
            case Union():
                return all(self.is_complete(branch, seen) for branch in schema.branches)
            case _:
                return True
