"""From a snapshot's documents to `Model` and `Catalogue`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

from schemaloom.errors import Level, Problem
from schemaloom.ir.class_limits import is_expressible, rules_beyond
from schemaloom.ir.model import Catalogue, Cost, Model
from schemaloom.ir.schema import Anything, Never, Object, Reference, Schema, Union, UnsupportedKeyword
from schemaloom.ir.set_operations import close_objects, merge_objects, object_of
from schemaloom.json.values import JsonObject, JsonValue, json_text
from schemaloom.parse.dialect import without_unknown_rules
from schemaloom.parse.property_order import given_order
from schemaloom.parse.published_schema import published_schema
from schemaloom.parse.request_rules import RuleWriter
from schemaloom.parse.schema import SchemaReader
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.model import ModelDocument


def parse_catalogue(snapshot: Snapshot, provider: str) -> Catalogue:
    """Parse every model of a snapshot; a schema that cannot be read affects that schema only."""
    return Catalogue(provider=provider, models=tuple(parse_model(document) for document in snapshot.models))


def parse_model(document: ModelDocument) -> Model:
    """Parse one model: copy its facts, read its schemas."""
    price = document.price
    model = Model(
        id=document.id,
        name=document.name,
        description=document.description,
        modality=document.modality,
        cost=Cost(amount=price.amount, unit=price.unit, by_resolution=price.by_resolution) if price else None,
        capabilities=document.capabilities,
        documents=document.documents,
        related=document.related,
        endpoint=document.endpoint,
        facts=tuple(sorted((name, str(fact)) for name, fact in (document.facts or {}).items())),
        provenance=document.provenance,
        digest=document.digest,
        request_document=document.input,
        output_document=document.output,
    )
    if document.output is not None:
        result = SchemaReader(cast("JsonValue", document.output), document.id, hidden="writeOnly")
        model = replace(
            model, output=_result(result.read()), output_definitions=result.definitions, problems=result.problems
        )
    if document.input is None:
        return model
    known = without_unknown_rules(document.input)
    reader = SchemaReader(known, document.id)
    schema = reader.read_object()
    request, problems = _request(schema, reader, document.id)
    members = document.input.get("properties")
    order = document.parameter_order or given_order(members if isinstance(members, dict) else {}, document.input)
    notes: list[Problem] = []
    rules: JsonObject = {}
    if isinstance(schema, Never) or (request and not is_expressible(request, reader.definitions)):
        writer = RuleWriter(
            known, lambda pointer, sentence: notes.append(Problem(document.id, pointer, sentence, Level.NOTE))
        )
        rules, closing = writer.write()
        rules = rules_beyond(request, reader.definitions, rules, closing) if request else rules
    published = published_schema(document.input, document.id, order)
    return replace(
        model,
        request=_ordered(request, order) if request else None,
        request_schema=schema if request else None,
        definitions=reader.definitions,
        rules=json_text(cast("JsonValue", rules)) if rules else None,
        published=None if published is None else json.dumps(published, ensure_ascii=False, separators=(",", ":")),
        problems=tuple(dict.fromkeys((*model.problems, *reader.problems, *problems, *notes))),
    )


def _request(schema: Schema, reader: SchemaReader, model: str) -> tuple[Object | None, tuple[Problem, ...]]:
    """Return the single object of a request, or None if the schema does not describe one."""
    if isinstance(schema, Reference):
        schema = reader.definitions.get(schema.name, Anything())
    if isinstance(schema, Object):
        return schema, ()
    if isinstance(schema, Union):
        resolved = [reader.definitions.get(b.name, b) if isinstance(b, Reference) else b for b in schema.branches]
        objects = [branch for branch in resolved if isinstance(branch, Object)]
        if objects:
            merged = close_objects(merge_objects(objects))
            if isinstance(merged, Object):
                alternatives = UnsupportedKeyword(
                    name="anyOf", value=json_text([branch.annotations.title for branch in objects])
                )
                return replace(merged, unsupported=(*merged.unsupported, alternatives)), ()
    if isinstance(schema, Never):
        return None, (Problem(model, "", "the schema accepts no request at all; the parameters are untyped"),)
    return None, (Problem(model, "", "the schema does not describe an object; the parameters are untyped"),)


def _result(schema: Schema) -> Schema:
    """Return the schema of a result; one that constrains objects only describes an object."""
    return object_of(schema) or schema


def _ordered(request: Object, order: tuple[str, ...]) -> Object:
    """`request` with its properties in the provider's order, then the rest by name."""
    rank = {name: index for index, name in enumerate(order)}
    properties = sorted(request.properties, key=lambda item: (rank.get(item.name, len(rank)), item.name))
    return replace(request, properties=tuple(properties))
