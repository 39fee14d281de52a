"""The IR of whole snapshots, which tests compare and render; the program takes one model at a time."""

from __future__ import annotations

from collections.abc import Mapping

from schemaloom.ir.model import Catalogue
from schemaloom.ir.schema import Object, Schema
from schemaloom.ir.to_json_schema import JsonSchema, to_json_schema
from schemaloom.parse.model import parse_model
from schemaloom.snapshot.layout import Snapshot


def parse_catalogue(snapshot: Snapshot, provider: str) -> Catalogue:
    """Parse every model of a snapshot."""
    return Catalogue(provider=provider, models=tuple(parse_model(document) for document in snapshot.models))


def self_contained(schema: Schema, definitions: Mapping[str, Object]) -> JsonSchema:
    """Return the JSON Schema of `schema` with the definitions that it refers to."""
    defined: JsonSchema = {name: to_json_schema(target) for name, target in definitions.items()}
    return {**to_json_schema(schema), "$defs": defined} if defined else to_json_schema(schema)
