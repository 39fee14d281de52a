"""`Model` and `Catalogue`: everything later stages know about a provider's offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemaloom.errors import Problem
from schemaloom.ir.schema import Array, Object, Reference, Schema, Union
from schemaloom.json.values import JsonObject, JsonText


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Price of one job in the provider's currency; see `by_resolution` for exceptions."""

    amount: float | int
    unit: str | None = None
    by_resolution: tuple[tuple[str, float | int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model: facts for people, and the schema of its request."""

    id: str
    name: str
    description: str = ""
    modality: str | None = None
    cost: Cost | None = None
    capabilities: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    endpoint: str | None = None
    deprecated: str | None = None
    """``true`` or the date since when."""
    sunset: str | None = None
    """The date on which the provider switches the model off."""
    facts: tuple[tuple[str, str], ...] = ()
    """Values that requests need, by the name of their placeholder, sorted."""
    provenance: str = "documented"
    request: Object | None = None
    """Parameters of a job; None when the provider does not publish them, or not as an object."""
    request_schema: Schema | None = None
    """The schema of the request before its alternatives are merged into `request`; None if none is published."""
    output: Schema | None = None
    definitions: Mapping[str, Object] = field(default_factory=dict[str, Object])
    """Shared and recursive objects that a `Reference` of `request` names."""
    output_definitions: Mapping[str, Object] = field(default_factory=dict[str, Object])
    """The same for `output`: two schemas may use one name for two things."""
    rules: JsonText | None = None
    """The request's schema as the class checks it, if annotations cannot express all of it; see `RuleWriter`."""
    published: JsonObject | None = None
    """The request's schema as the class publishes it, its properties in order; see `published_schema`."""
    request_document: JsonObject | None = None
    """The schema of the request as the provider publishes it."""
    property_order: JsonObject | None = None
    """Names of the properties of objects inside it in the provider's order, by pointer, if they are not sorted."""
    output_order: JsonObject | None = None
    """The same for the result, itself included."""
    output_document: JsonObject | None = None
    """The schema of the result as the provider publishes it."""
    digest: str = ""
    """SHA-256 of the snapshot document the model was read from."""
    problems: tuple[Problem, ...] = ()
    """Parts of the schema that the model does not express."""

    @property
    def request_definitions(self) -> dict[str, Object]:
        """Those of the definitions that `request` leads to: not one that only became the request itself."""
        used: set[str] = set()
        waiting: list[Schema] = [self.request] if self.request and self.definitions else []
        while waiting:
            schema = waiting.pop()
            match schema:
                case Reference() if schema.name in self.definitions and schema.name not in used:
                    used.add(schema.name)
                    waiting.append(self.definitions[schema.name])
                case Object():
                    waiting += [schema.additional, *(item.schema for item in schema.properties)]
                case Array():
                    waiting += [schema.items, *schema.prefix]
                case Union():
                    waiting += schema.branches
                case _:
                    pass
        return {name: target for name, target in self.definitions.items() if name in used}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All models of one provider, sorted by id."""

    provider: str
    models: tuple[Model, ...]
