"""`FetchResult`: the content of a provider's API or documents; sources make it, `merge` takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeAlias, cast

from schemaloom.errors import Problem
from schemaloom.json.codec import digest
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.snapshot.lock import NOTHING, Entry
from schemaloom.snapshot.model import Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelMetadata:
    """The metadata in one item of the model list, or in a document; None if absent, which changes nothing."""

    name: str | None = None
    description: str | None = None
    modality: str | None = None
    endpoint: str | None = None
    deprecated: str | None = None
    """As in `ModelDocument`; empty if the model is not deprecated."""
    sunset: str | None = None
    """As in `ModelDocument`; empty if there is no date."""
    facts: JsonObject | None = None
    """Every fact that `Catalogue.facts` names and the item has, as strings."""
    capabilities: tuple[str, ...] | None = None
    documents: tuple[str, ...] | None = None
    related: tuple[str, ...] | None = None
    amount: float | int | None = None
    """Price of one unit; without it the other parts of a price are ignored."""
    unit: str | None = None
    """Empty if the source has none for any model."""
    by_resolution: tuple[tuple[str, float | int], ...] | None = None

    def digest(self, provenance: Provenance) -> str:
        """Digest the metadata and where it came from, as `Entry.metadata` has it."""
        values = [cast("JsonValue", getattr(self, field.name)) for field in fields(self)]
        return digest([provenance, *values])[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSchema:
    """A model's schemas, self-contained."""

    input: JsonObject
    output: JsonObject | None
    parameter_order: tuple[str, ...]
    property_order: JsonObject | None = None
    """As in `ModelDocument`."""
    output_order: JsonObject | None = None
    """As in `ModelDocument`."""
    entry: Entry
    certainty: JsonObject | None = None
    """As in `ModelDocument.certainty`; None if the API published it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedOpenApi:
    """The provider's OpenAPI document."""

    content: JsonObject
    entry: Entry


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The snapshot's content is current (304)."""


@dataclass(frozen=True, slots=True)
class Unpublished:
    """The provider has no such document (404, or an empty answer)."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The answer cannot be used; the current content is unknown."""

    message: str


SchemaReply: TypeAlias = PublishedSchema | Unchanged | Unpublished | Failed
OpenApiReply: TypeAlias = PublishedOpenApi | Unchanged | Unpublished | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """Everything that one run read."""

    facts: Mapping[str, ModelMetadata] | None
    """By model id; None when the list is unchanged (304)."""
    complete: bool = True
    """Whether a model that is not in `facts` is known not to be listed."""
    schemas: Mapping[str, SchemaReply]
    carried: Mapping[str, tuple[str, str | None]] | None = None
    """Digests of the schemas in the list or the OpenAPI document that equal the models' own, and of what they
    were read from, by model id (`Entry.carried`, `Entry.carried_from`); None if they were not compared."""
    openapi: OpenApiReply | None = None
    """None when the provider has no such document to ask for."""
    catalogue: Entry = NOTHING
    problems: tuple[Problem, ...] = ()
    provenance: Provenance = "fetched"
    contract: JsonObject | None = None
    """What documents state about every operation (`Snapshot.contract`); None if absent."""
