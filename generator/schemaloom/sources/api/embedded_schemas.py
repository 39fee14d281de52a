"""Schemas embedded in the model list or the OpenAPI document, which every run reads anyway."""

from __future__ import annotations

from dataclasses import dataclass

from schemaloom.json.codec import digest
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.catalogue import CarriedSchema, Catalogue, SchemaSource
from schemaloom.snapshot.fetch_result import PublishedSchema
from schemaloom.snapshot.lock import Entry
from schemaloom.sources.api.extract_schema import extract_schema


@dataclass(frozen=True, slots=True)
class EmbeddedSchema:
    """One model's schemas, and their digest with the order of the parameters."""

    schema: PublishedSchema
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedSchemas:
    """Each model's schemas in the responses that cover all models."""

    catalogue: Catalogue
    items: dict[str, JsonObject]
    """The model list's items, by model id; each is dropped once it was read."""
    openapi: JsonObject | None

    def pop(self, model: str) -> EmbeddedSchema | None:
        """Remove and return the schemas of `model` from the first place with usable ones.

        Unusable content is skipped without a problem: the model's own route is requested then,
        and takes precedence anyway.
        """
        item = self.items.pop(model, None)
        for place in self.catalogue.carried:
            answer = item if place.answer == "list" else self.openapi
            if answer is None:
                continue
            try:
                found = extract_schema(answer, _source(place, model), Entry(), volatile=self.catalogue.volatile)
            except LookupError:
                continue
            if found is not None:
                content: list[JsonValue] = [found.input, found.output, [*found.parameter_order]]
                return EmbeddedSchema(found, digest(content)[:16])
        return None


def _source(place: CarriedSchema, model: str) -> SchemaSource:
    if place.answer == "list":
        return SchemaSource(path="", pointer=place.pointer, output=place.output)
    token = pointer_of(model)[1:]
    pointer, output = (part and part.replace("{id}", token) for part in (place.pointer, place.output))
    return SchemaSource(path="", document="", pointer=pointer or "", output=output)
