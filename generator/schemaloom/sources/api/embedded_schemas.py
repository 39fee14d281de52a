"""Schemas that stand in answers which every run reads anyway."""

from __future__ import annotations

from dataclasses import dataclass

from schemaloom.json.codec import digest
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.provider import CarriedSchema, Catalogue, SchemaSource
from schemaloom.snapshot.fetch_result import PublishedSchema
from schemaloom.snapshot.lock import Entry
from schemaloom.sources.api.extract_schema import published_schema


@dataclass(frozen=True, slots=True)
class EmbeddedSchema:
    """One model's schemas, and their digest with the order of the parameters."""

    schema: PublishedSchema
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedSchemas:
    """What the answers for all models at once say of each model's schemas."""

    catalogue: Catalogue
    items: dict[str, JsonObject]
    """The model list's items, by model id; each is let go once it was read."""
    openapi: JsonObject | None

    def take(self, model: str) -> EmbeddedSchema | None:
        """The schemas of `model` in the first place that holds usable ones; to be asked for once.

        A place with anything else is passed over in silence: the model's own place is asked then,
        and has the last word anyway.
        """
        item = self.items.pop(model, None)
        for place in self.catalogue.carried:
            answer = item if place.answer == "list" else self.openapi
            if answer is None:
                continue
            try:
                found = published_schema(answer, _source(place, model), Entry(), volatile=self.catalogue.volatile)
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
