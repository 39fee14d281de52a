"""`ModelPair`: one model on both sides, with the changes between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from schemaloom.drift.change import Change, Severity
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.drift.subschema.subschema import Subschema
from schemaloom.drift.witness.generate import Generator
from schemaloom.impact.judge.raw_request import RawRequest
from schemaloom.ir.model import Model
from schemaloom.ir.schema import Anything, Never, Object, Schema
from schemaloom.parse.model import parse_model
from schemaloom.snapshot.model import ModelDocument


@dataclass(frozen=True)
class ModelPair:
    """A model before and after; `new` is None if it was removed."""

    old: ModelDocument
    new: ModelDocument | None
    changes: tuple[Change, ...]
    renamed: Mapping[str, str]
    """Parameters that have another name now, as a person confirmed: old name to new."""

    @cached_property
    def old_raw(self) -> RawRequest:
        """The old request schema."""
        return RawRequest(self.old.input)

    @cached_property
    def new_raw(self) -> RawRequest:
        """The new request schema."""
        return RawRequest(self.new.input if self.new else None)

    @cached_property
    def old_model(self) -> Model:
        """The old model, parsed."""
        return parse_model(self.old)

    @cached_property
    def new_model(self) -> Model:
        """The new model, parsed; the old one if it was removed."""
        return parse_model(self.new or self.old)

    @cached_property
    def sides(self) -> tuple[ResolvedSchemas, ResolvedSchemas]:
        """The definitions of both request schemas, closed as requests are sent."""
        return (
            ResolvedSchemas(self.old_model.definitions, opened=False),
            ResolvedSchemas(self.new_model.definitions, opened=False),
        )

    @cached_property
    def requests(self) -> tuple[Schema, Schema]:
        """Both request schemas in normal form, closed; any object for one that is not published."""
        found = (_closed(self.old_model.request), _closed(self.new_model.request))
        return tuple_of(*(side.read(schema) for side, schema in zip(self.sides, found, strict=True)))

    @cached_property
    def subschema(self) -> Subschema:
        """Proofs that the new side admits what the old one does."""
        return Subschema(self.sides[1], self.sides[0])

    @cached_property
    def generator(self) -> Generator:
        """Values of the old side's schemas, and values that the new side refuses."""
        return Generator(self.sides[0], self.sides[1])

    def property_schemas(self, name: str) -> tuple[Schema, Schema]:
        """Return the schema of a property on each side; `Never` where it may not be sent."""
        return tuple_of(*(_property(schema, name) for schema in self.requests))

    def breaking(self, names: frozenset[str] | None) -> list[Change]:
        """Breaking changes of the request that concern some of the properties `names`; of all for None."""
        found = [
            change
            for change in self.changes
            if change.severity is Severity.BREAKING and change.rule.startswith(("input.", "schema."))
        ]
        if names is None:
            return found
        near = [change for change in found if top_property(change.pointer) in names]
        return near or [change for change in found if top_property(change.pointer) is None]


def top_property(pointer: str) -> str | None:
    """The property of the request that a change's pointer is in; None for the request as a whole."""
    head, _, rest = pointer.removeprefix("/").partition("/")
    if head != "properties" or not rest:
        return None
    return rest.partition("/")[0].replace("~1", "/").replace("~0", "~")


def tuple_of(first: Schema, second: Schema) -> tuple[Schema, Schema]:
    """A pair, for type checkers."""
    return first, second


def _closed(request: Object | None) -> Object:
    """Close a request that lists parameters and is silent about others, as `close_schema` does."""
    if request is None:
        return Object(additional_declared=True)
    if request.additional_declared or not request.properties:
        return request
    return replace(request, additional=Never(), additional_declared=True)


def _property(schema: Schema, name: str) -> Schema:
    if isinstance(schema, Never):  # a required property without a valid value leaves no request at all
        return schema
    if not isinstance(schema, Object):
        return Anything()
    found = next((item.schema for item in schema.properties if item.name == name), schema.additional)
    return Never() if isinstance(found, Never) else found
