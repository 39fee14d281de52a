"""Schemas embedded in the model list or the OpenAPI document, which every run reads anyway."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import cast

from schemaloom.json.codec import digest
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.catalogue import Catalogue, SchemaSource
from schemaloom.settings.filled_source import filled
from schemaloom.snapshot.fetch_result import ModelMetadata, PublishedSchema
from schemaloom.snapshot.lock import Entry
from schemaloom.sources.api.extract_schema import extract_schema


@dataclass(frozen=True, slots=True)
class EmbeddedSchema:
    """One model's schemas, and their digest with the order of the parameters."""

    schema: PublishedSchema
    digest: str
    trusted: bool = False
    """Whether the model's own route need not confirm it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedSchemas:
    """Each model's schemas in the responses that cover all models."""

    catalogue: Catalogue
    items: dict[str, bytes]
    """The model list's items as JSON, by model id; each is dropped once it was read."""
    openapi: JsonObject | None

    def pop(self, model: str, facts: ModelMetadata | None) -> EmbeddedSchema | None:
        """Remove and return the schemas of `model` from the first place with usable ones.

        Unusable content is skipped without a problem: the model's own route is requested then,
        and takes precedence anyway.
        """
        raw = self.items.pop(model, None)
        item = cast("JsonObject | None", json.loads(raw) if raw else None)
        for place in self.catalogue.carried:
            answer = item if place.answer == "list" else self.openapi
            if answer is None:
                continue
            try:
                document = place.document if place.answer == "list" else ""
                source = filled(_source(place.pointer, document, place.output), model, facts.facts if facts else None)
                found = extract_schema(answer, source, Entry(), self.catalogue)
            except LookupError:
                continue
            if found is not None:
                content: list[JsonValue] = [found.input, found.output, [*found.parameter_order], found.property_order]
                content += [found.output_order] if found.output_order else []
                return EmbeddedSchema(found, digest(content)[:16], place.trusted)
        return None


@cache
def _source(pointer: str, document: str | None, output: str | None) -> SchemaSource:
    return SchemaSource(path="", document=document, pointer=pointer, output=output)
