"""Rules that were read before: what is made of a schema is the same whether or not they were."""

from __future__ import annotations

from schemaloom.errors import Problem
from schemaloom.ir.references import MAX_DEPTH
from schemaloom.ir.schema import Object
from schemaloom.ir.to_json_schema import to_json_schema
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.parse.published_schema import published_schema
from schemaloom.parse.request_rules import RuleWriter
from schemaloom.parse.schema import SchemaReader
from schemaloom.parse.source_schema import SourceSchema


def _nested(levels: int, innermost: JsonObject) -> JsonObject:
    schema = innermost
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


def _request(schema: JsonValue, **others: JsonValue) -> JsonObject:
    return {"type": "object", "properties": {"name": schema}, **others}


def _problems(document: JsonObject) -> tuple[Problem, ...]:
    reader = SchemaReader(SourceSchema(document), "model")
    reader.read()
    return reader.problems


def _dropped(document: JsonObject) -> list[str]:
    found: list[str] = []
    RuleWriter(SourceSchema(document), lambda pointer, _: found.append(pointer)).write()
    return found


def test_known_rules_are_too_deep_where_unknown_ones_are() -> None:
    inner = _nested(5, {"type": "string", "maxLength": 7_111})
    deep = _request(_nested(MAX_DEPTH - 4, inner))
    assert _problems(_request(inner)) == ()
    assert _dropped(_request(inner)) == []
    assert len(_problems(deep)) == 1
    assert len(_dropped(deep)) == 1


def test_annotations_belong_to_each_schema_with_the_same_rules() -> None:
    rules: JsonObject = {"type": "object", "properties": {"width": {"type": "integer", "maximum": 7_222}}}
    for title in ("First", "Second"):
        read = SchemaReader(SourceSchema(_request({"title": title, **rules})), "model").read()
        assert isinstance(read, Object)
        assert read.properties[0].schema.annotations.title == title
        published = published_schema(SourceSchema(_request({"title": title, **rules})), "model")
        assert published == _request({"title": title, **rules})


def test_a_published_schema_has_its_keywords_in_the_order_of_its_own_document() -> None:
    first = published_schema(SourceSchema(_request({"description": "a", "type": "string", "enum": ["7333"]})), "model")
    second = published_schema(SourceSchema(_request({"type": "string", "title": "b", "enum": ["7333"]})), "model")
    assert first is not None
    assert second is not None
    assert str(first["properties"]) == "{'name': {'description': 'a', 'type': 'string', 'enum': ['7333']}}"
    assert str(second["properties"]) == "{'name': {'type': 'string', 'title': 'b', 'enum': ['7333']}}"


def test_a_hidden_property_is_required_where_another_document_does_not_hide_it() -> None:
    shown: JsonObject = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    hidden: JsonObject = {"allOf": [shown, {"properties": {"id": {"readOnly": True}}}]}
    for document, required in ((_request(shown), True), (_request(hidden), False), (_request(shown), True)):
        assert ("'required'" in str(published_schema(SourceSchema(document), "model"))) is required
        assert ("'required'" in str(RuleWriter(SourceSchema(document), lambda *_: None).write()[0])) is required


def test_a_schema_with_references_is_read_in_its_own_document() -> None:
    schema: JsonObject = {"type": "array", "items": {"$ref": "#/definitions/size"}, "maxItems": 7_444}
    for kind in ("integer", "string"):
        document = _request(schema, definitions={"size": {"type": kind}})
        assert f"'type': '{kind}'" in str(published_schema(SourceSchema(document), "model"))
        assert f"'type': '{kind}'" in str(to_json_schema(SchemaReader(SourceSchema(document), "model").read()))
