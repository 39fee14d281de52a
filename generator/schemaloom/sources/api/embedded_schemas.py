"""Schemas embedded in the model list or the OpenAPI document, which every run reads anyway."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import cast

from schemaloom.errors import Problem
from schemaloom.json.codec import digest
from schemaloom.json.pointer import first_missing, pointer_tokens, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.catalogue import CarriedSchema, Catalogue, SchemaSource
from schemaloom.settings.filled_source import filled
from schemaloom.snapshot.fetch_result import ModelMetadata, PublishedSchema
from schemaloom.snapshot.lock import Entry
from schemaloom.sources.api.extract_schema import extract_schema


@dataclass(frozen=True, slots=True)
class EmbeddedSchema:
    """One model's schemas, and their digest with the order of the parameters."""

    schema: PublishedSchema
    digest: str
    source: str | None
    """The `EmbeddedSchemas.source_digest` that it was read from."""
    trusted: bool = False
    """Whether the model's own route need not confirm it."""


@dataclass(slots=True, kw_only=True)
class EmbeddedSchemas:
    """Each model's schemas in the responses that cover all models."""

    catalogue: Catalogue
    items: dict[str, bytes]
    """What the model list's items carry (`carried_members`), as JSON by model id; each is dropped once it was read."""
    openapi: JsonObject | None
    _misses: dict[int, str] = field(default_factory=dict[int, str], init=False)
    """Why the first model has no schema at a place, by the index of the place."""
    _found: bool = field(default=False, init=False)

    def problems(self) -> list[Problem]:
        """Return a problem for each place, if no model that was read has a schema at any of them."""
        return (
            []
            if self._found
            else [
                Problem("", "", f"catalogue.carried[{index}].{self._misses[index]}") for index in sorted(self._misses)
            ]
        )

    @property
    def is_trusted(self) -> bool:
        """Whether no place needs to be confirmed by the models' own routes."""
        return all(place.trusted for place in self.catalogue.carried)

    def source_digest(self, model: str, facts: ModelMetadata | None) -> str | None:
        """Digest all that the schemas of `model` are read from; None if that is not its list item alone."""
        return self._digest_of(self.items.get(model), facts)

    def _digest_of(self, raw: bytes | None, facts: ModelMetadata | None) -> str | None:
        if raw is None or self.catalogue.carries("openapi"):
            return None
        values = json.dumps(facts.facts if facts else None, sort_keys=True).encode()
        return hashlib.sha256(raw + b"\n" + values).hexdigest()[:16]

    def skip(self, model: str) -> None:
        """Drop the schemas of `model`, which are those of an earlier run."""
        del self.items[model]
        self._found = True

    def pop(self, model: str, facts: ModelMetadata | None) -> EmbeddedSchema | None:
        """Remove and return the schemas of `model` from the first place with usable ones.

        Unusable content is skipped without a problem: the model's own route is requested then,
        and takes precedence anyway.
        """
        raw = self.items.pop(model, None)
        item = cast("JsonObject | None", json.loads(raw) if raw else None)
        for index, place in enumerate(self.catalogue.carried):
            answer = item if place.answer == "list" else self.openapi
            if answer is None:
                continue
            try:
                document = place.document if place.answer == "list" else ""
                source = filled(_source(place.pointer, document, place.output), model, facts.facts if facts else None)
                found = extract_schema(answer, source, Entry(), self.catalogue)
            except LookupError as error:
                self._misses.setdefault(index, f"pointer: no schema of {model}: {error.args[0]}")
                continue
            if found is None and index not in self._misses:
                self._misses[index] = _miss(answer, source, place, model)
            if found is not None:
                self._found = True
                content: list[JsonValue] = [found.input, found.output, [*found.parameter_order], found.property_order]
                content += [found.output_order] if found.output_order else []
                return EmbeddedSchema(found, digest(content)[:16], self._digest_of(raw, facts), place.trusted)
        return None


def carried_members(catalogue: Catalogue) -> Callable[[JsonObject], JsonObject]:
    """Return a function that keeps the members of a list item below which its schemas are.

    The others, such as a count of runs, change more often than schemas do.
    """
    places = [place for place in catalogue.carried if place.answer == "list"]
    pointers = [
        pointer
        for place in places
        for pointer in ((place.pointer, place.output) if place.document is None else (place.document,))
        if pointer is not None
    ]
    names = {next(iter(pointer_tokens(pointer)), "{}") for pointer in pointers}
    if any("{" in name for name in names):
        return lambda item: item
    return lambda item: {name: value for name, value in item.items() if name in names}


def _miss(answer: JsonObject, source: SchemaSource, place: CarriedSchema, model: str) -> str:
    """Describe where the pointers of a place end before the schema of a model."""
    key = "pointer" if source.document is None or first_missing(answer, source.document) is None else "document"
    root = resolve_pointer(answer, source.document) if key == "pointer" and source.document else answer
    missing = first_missing(root, source.document or "" if key == "document" else source.pointer)
    where = "the OpenAPI document" if place.answer == "openapi" else f"the list item of {model}"
    if key == "pointer" and place.document is not None and place.answer == "list":
        where = f"the document in {where}"
    return f"{key}: no model has a schema there; {where} has no {missing or 'value there'}"


@cache
def _source(pointer: str, document: str | None, output: str | None) -> SchemaSource:
    return SchemaSource(path="", document=document, pointer=pointer, output=output)
