"""From a model's document to `Model`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from schemaloom.errors import Level, Problem
from schemaloom.ir.class_limits import is_expressible, rules_beyond
from schemaloom.ir.membership import choice_of, kinds
from schemaloom.ir.model import Cost, Model
from schemaloom.ir.schema import (
    Annotations,
    Anything,
    Enum,
    Never,
    Object,
    Property,
    Reference,
    Schema,
    Union,
    UnsupportedKeyword,
)
from schemaloom.ir.union import merge_objects, object_of
from schemaloom.json.pointer import resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue, json_text, json_value, object_or_empty
from schemaloom.parse.dialect import without_unknown_rules
from schemaloom.parse.keywords import KeywordReader
from schemaloom.parse.lost_values import without_lost_values
from schemaloom.parse.property_order import given_order
from schemaloom.parse.published_schema import published_schema
from schemaloom.parse.request_rules import RuleWriter
from schemaloom.parse.schema import SchemaReader
from schemaloom.parse.source_schema import SourceSchema
from schemaloom.snapshot.model import ModelDocument


def parse_model(document: ModelDocument) -> Model:
    """Parse one model: copy its facts, read its schemas."""
    model = _facts(document)
    if document.output is not None:
        result = SchemaReader(SourceSchema(cast("JsonValue", document.output)), document.id, hidden="writeOnly")
        model = replace(
            model, output=_result(result.read()), output_definitions=result.definitions, problems=result.problems
        )
    return model if document.input is None else _with_request(model, document.input, document.parameter_order)


def _facts(document: ModelDocument) -> Model:
    """Return a model without its schemas."""
    price = document.price
    return Model(
        id=document.id,
        name=document.name,
        description=document.description,
        modality=document.modality,
        cost=Cost(amount=price.amount, unit=price.unit, by_resolution=price.by_resolution) if price else None,
        capabilities=document.capabilities,
        documents=document.documents,
        related=document.related,
        endpoint=document.endpoint,
        deprecated=document.deprecated,
        sunset=document.sunset,
        facts=tuple(sorted((name, str(fact)) for name, fact in (document.facts or {}).items())),
        provenance=document.provenance,
        digest=document.digest,
        request_document=document.input,
        property_order=document.property_order,
        output_order=document.output_order,
        output_document=document.output,
    )


def _with_request(model: Model, document: JsonObject, order: tuple[str, ...]) -> Model:
    """Return the model with the request that `document` describes; `order` is that of its parameters, if stated."""
    notes: list[Problem] = []

    def report(pointer: str, sentence: str) -> None:
        notes.append(Problem(model.id, pointer, sentence, Level.NOTE))

    source = SourceSchema(cast("JsonValue", document))
    known = without_unknown_rules(without_lost_values(source, report))
    reader = SchemaReader(known, model.id)
    schema = reader.read_object()
    request, reason = _request(schema, reader, document)
    order = order or given_order(object_or_empty(document.get("properties")), document)
    untyped = () if request else (Problem(model.id, "", reason),)
    rules: JsonObject = {}
    expressed = is_expressible(request, reader.definitions) if request else not _concerns_objects(schema)
    if not expressed:
        rules, closing = RuleWriter(known, report).write()
        if request:
            request = request if isinstance(schema, Object) else _closed(request, rules, closing)
            rules = rules_beyond(request, reader.definitions, rules, closing)
    return replace(
        model,
        request=_ordered(request, order) if request else None,
        request_schema=schema,
        definitions=reader.definitions,
        rules=json_text(cast("JsonValue", rules)) if rules else None,
        published=published_schema(source, model.id, order),
        problems=tuple(dict.fromkeys((*model.problems, *reader.problems, *untyped, *notes))),
    )


def _request(schema: Schema, reader: SchemaReader, document: JsonObject) -> tuple[Object | None, str]:
    """Return the single object of a request, or None with the reason if the schema does not describe one."""
    if isinstance(schema, Reference):
        schema = reader.definitions.get(schema.name, Anything())
    if isinstance(schema, Object):
        return schema, ""
    if isinstance(schema, Never):
        return None, "the schema accepts no request at all; the parameters are untyped"
    objects = [] if isinstance(schema, Anything) else [*_objects(schema, reader)]
    if not objects:
        return None, "the schema does not describe an object; the parameters are untyped"
    merged = merge_objects(objects)
    alternatives = UnsupportedKeyword(name="anyOf", value=json_text([branch.annotations.title for branch in objects]))
    merged = _described(merged, object_or_empty(document.get("properties")))
    return replace(merged, unsupported=(*merged.unsupported, alternatives)), ""


def _closed(request: Object, rules: JsonObject, closing: JsonObject) -> Object:
    """Return a request of several alternatives closed if its closing is, and it has every property that is accepted.

    Otherwise an alternative that is silent about other properties accepts any.
    """
    place = str(closing.get("$ref", "")).removeprefix("#")
    closing = object_or_empty(resolve_pointer(rules, place)) if place else closing
    names = {item.name for item in request.properties}
    accepted = object_or_empty(closing.get("properties")).keys()
    if closing.get("additionalProperties") is False and names >= accepted and "patternProperties" not in closing:
        return replace(request, additional=Never())
    return request if isinstance(request.additional, Never) else replace(request, additional=Anything())


def _objects(branch: Schema, reader: SchemaReader, seen: frozenset[str] = frozenset()) -> Iterator[Object]:
    """Yield the objects that an alternative of a request accepts: also those that it lists as its values.

    `seen` are the definitions that are being read.
    """
    match branch:
        case Reference() if branch.name not in seen:
            yield from _objects(reader.definitions.get(branch.name, branch), reader, seen | {branch.name})
        case Object():
            yield branch
        case Anything():
            yield Object()
        case Union():
            for alternative in branch.branches:
                yield from _objects(alternative, reader, seen)
        case Enum():
            for value in map(json_value, branch.values):
                if isinstance(value, dict):
                    yield Object(
                        properties=tuple(
                            Property(name=name, schema=choice_of(json_text(part)), required=True)
                            for name, part in value.items()
                        ),
                        additional=Never(),
                    )
        case _:
            pass


def _concerns_objects(schema: Schema) -> bool:
    """Whether the rules of a request without fields can be checked: not if the schema describes other values alone."""
    return isinstance(schema, Never) or "object" in kinds(schema)


def _described(request: Object, members: JsonObject) -> Object:
    """Return the request with the texts of `members` at properties that have none: a list of values has none."""

    def described(item: Property) -> Property:
        node = members.get(item.name)
        if not isinstance(node, dict) or item.schema.annotations != Annotations():
            return item
        texts = KeywordReader(node, lambda _keyword, _sentence: None).annotations()
        return item.with_schema(replace(item.schema, annotations=texts))

    return replace(request, properties=tuple(map(described, request.properties)))


def _result(schema: Schema) -> Schema:
    """Return the schema of a result; one that constrains objects only describes an object."""
    return object_of(schema) or schema


def _ordered(request: Object, order: tuple[str, ...]) -> Object:
    """`request` with its properties in the provider's order, then the rest by name."""
    rank = {name: index for index, name in enumerate(order)}
    properties = sorted(request.properties, key=lambda item: (rank.get(item.name, len(rank)), item.name))
    return replace(request, properties=tuple(properties))
