"""Comparing schemas, models and catalogues in tests, through the real parser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schemaloom.drift.catalogue.changes import schema_changes
from schemaloom.drift.change import Change, Polarity
from schemaloom.drift.compare import compare
from schemaloom.ir.model import Catalogue
from schemaloom.ir.schema import Object, Schema
from schemaloom.parse.model import parse_model
from schemaloom.parse.schema import SchemaReader
from schemaloom.parse.source_schema import SourceSchema
from schemaloom.snapshot.model import ModelDocument

Json = dict[str, Any]


def read(schema: Any, polarity: Polarity = Polarity.OUTPUT) -> tuple[Schema, Mapping[str, Object]]:
    """A JSON Schema as the parser reads it."""
    reader = SchemaReader(SourceSchema(schema), "sample")
    return reader.read_object() if polarity is Polarity.INPUT else reader.read(), reader.definitions


def read_for(schema: Any, polarity: Polarity) -> tuple[Schema, Mapping[str, Object]]:
    """A schema of an OpenAPI document as the parser reads it for requests or for results."""
    reader = SchemaReader(
        SourceSchema(schema), "sample", hidden="readOnly" if polarity is Polarity.INPUT else "writeOnly"
    )
    return reader.read(), reader.definitions


def changes_between(old: Any, new: Any, polarity: Polarity, **renames: str) -> list[Change]:
    """Findings about two JSON Schemas."""
    return list(
        schema_changes(
            read(old, polarity),
            read(new, polarity),
            documents=(old, new),
            is_request=polarity is Polarity.INPUT,
            polarity=polarity,
            renames=renames,
        )
    )


def rules(old: Any, new: Any, polarity: Polarity) -> list[str]:
    """Ids of the rules that fire, once per finding, sorted."""
    return sorted(change.rule for change in changes_between(old, new, polarity))


def catalogue(*documents: ModelDocument) -> Catalogue:
    """A catalogue of model documents."""
    return Catalogue(provider="sample", models=tuple(parse_model(document) for document in documents))


def model_rules(old: Iterable[ModelDocument], new: Iterable[ModelDocument]) -> list[str]:
    """Ids of the rules that fire between two catalogues, sorted."""
    return sorted(change.rule for change in compare(catalogue(*old), catalogue(*new)).changes)


def request(**properties: Any) -> Json:
    """A request with a prompt, and `properties`."""
    return {"type": "object", "properties": {"prompt": {"type": "string"}, **properties}, "required": ["prompt"]}
