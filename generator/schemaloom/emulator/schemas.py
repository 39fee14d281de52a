"""Put a model's schemas into a response: alone, or inside an OpenAPI document."""

from __future__ import annotations

import contextlib
from typing import cast

from schemaloom.emulator.json_write import first_present, put
from schemaloom.json.pointer import pointer_of, pointer_tokens
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.catalogue import CarriedSchema, SchemaSource
from schemaloom.settings.placeholders import fill_pointer
from schemaloom.snapshot.model import ModelDocument

_DEFS = "#/$defs/"


def put_schemas(document: JsonObject, source: SchemaSource, model: ModelDocument) -> None:
    """Write the model's request and result schemas into `document` at the pointers of `source`.

    A model whose schema is not published leaves the document as it is.
    """
    found = _found(source, model)
    if source.document is None:
        for pointer, schema in found:
            if pointer:
                put(document, pointer, schema)
            else:
                _merge(document, schema)  # the item is the schema, and holds the model's id and facts
    elif found:
        openapi: JsonObject = {"openapi": "3.1.0", "info": {"title": model.name, "version": "1"}, "paths": {}}
        for pointer, schema in found:
            _embed(openapi, pointer, schema)
        put(document, source.document, openapi)


def _merge(document: JsonObject, other: JsonObject) -> None:
    """Add to `document` what it lacks of `other`, in objects of both too."""
    for name, value in other.items():
        known = document.setdefault(name, value)
        if known is not value and isinstance(known, dict) and isinstance(value, dict):
            _merge(known, value)


def put_embedded(openapi: JsonObject, place: CarriedSchema, model: ModelDocument) -> None:
    """Write the model's schemas into an OpenAPI document at the pointers of `place`, by the model's id and facts."""
    values = {**model.fact_values, "id": model.id}
    for pointer, schema in _found(place, model):
        with contextlib.suppress(LookupError):  # a model without the fact has no place
            _embed(openapi, fill_pointer(pointer, values), schema)


def _found(source: SchemaSource | CarriedSchema, model: ModelDocument) -> list[tuple[str, JsonObject]]:
    schemas = [(source.pointer, ordered_input(model))]
    if source.output is not None:
        schemas.append((source.output, model.output))
    return [(pointer, schema) for pointer, schema in schemas if schema is not None]


def ordered_input(model: ModelDocument) -> JsonObject | None:
    """The request schema with its parameters in the provider's own order."""
    return None if model.input is None else _ordered(model.input, model.parameter_order)


def _ordered(schema: JsonObject, order: tuple[str, ...]) -> JsonObject:
    """Return an object's schema, or the definition that it refers to, with its properties in this order."""
    reference, definitions = schema.get("$ref"), schema.get("$defs")
    if isinstance(reference, str) and reference.startswith(_DEFS) and isinstance(definitions, dict):
        name = pointer_tokens(f"/{reference.removeprefix(_DEFS)}")[0]
        if isinstance(target := definitions.get(name), dict):
            return {**schema, "$defs": {**definitions, name: _ordered(target, order)}}
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return schema
    names = [name for name in order if name in properties]
    names += [name for name in properties if name not in names]
    return {**schema, "properties": {name: properties[name] for name in names}}


def _embed(openapi: JsonObject, pointer: str, schema: JsonObject) -> None:
    """Put a self-contained schema into an OpenAPI document, its ``$defs`` beside it.

    That is how such documents are published: an enumeration is a component of its own, and
    ``$ref`` counts from the top of the document.
    """
    *parents, own = pointer_tokens(pointer)
    found = first_present(openapi, [pointer_of(*parents)])
    neighbours = found if isinstance(found, dict) else {}
    definitions = schema.get("$defs")
    definitions = definitions if isinstance(definitions, dict) else {}
    moved = {name: pointer_of(*parents, name) for name in definitions}
    taken = {own, *neighbours}
    # What several models define alike is one component.
    if any(name in taken and neighbours.get(name) != _redirect(definitions[name], moved, pointer) for name in moved):
        for name in definitions:
            place = name
            while place in taken:
                place += "_"
            taken.add(place)
            moved[name] = pointer_of(*parents, place)
    put(openapi, pointer, _redirect({k: v for k, v in schema.items() if k != "$defs"}, moved, pointer))
    for name, definition in definitions.items():
        put(openapi, moved[name], _redirect(definition, moved, pointer))


def _redirect(value: JsonValue, moved: dict[str, str], pointer: str) -> JsonValue:
    """Return `value` with every local ``$ref`` redirected to the new place of its target."""
    if isinstance(value, list):
        return [_redirect(item, moved, pointer) for item in value]
    if not isinstance(value, dict):
        return value
    changed = {key: _redirect(part, moved, pointer) for key, part in value.items()}
    reference = value.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        changed["$ref"] = _new_reference(reference, moved, pointer)
    return cast("JsonValue", changed)


def _new_reference(reference: str, moved: dict[str, str], pointer: str) -> str:
    if reference.startswith(_DEFS):
        name, _, rest = reference.removeprefix(_DEFS).partition("/")
        place = moved.get("".join(pointer_tokens(f"/{name}")))
        if place is not None:
            return f"#{place}{'/' + rest if rest else ''}"
    return f"#{pointer}{reference[1:]}"
