"""The law: the JSON Schema of a request class accepts what the published schema accepts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel, TypeAdapter
from tests.loading import request_class
from tests.paths import ROOT, SPECS
from tests.strategies import near, requests, values

from schemaloom.json.pointer import resolve_pointer
from schemaloom.parse.published_schema import MAX_NODES, published_schema
from schemaloom.parse.source_schema import SourceSchema
from schemaloom.snapshot.layout import read_snapshot

TREE = {"type": "object", "properties": {"value": {"type": "integer"}, "next": {"$ref": "#/$defs/Tree"}}}
REQUEST: dict[str, Any] = {
    "type": "object",
    "title": "Drawing",
    "properties": {
        "prompt": {"type": "string", "description": "What to draw.", "minLength": 1},
        "scale": {"type": "number", "minimum": 1, "maximum": 20, "default": 4.5},
        "size": {"$ref": "#/$defs/Size", "description": "Of the picture."},
        "tree": {"$ref": "#/$defs/Tree"},
    },
    "required": ["prompt"],
    "$defs": {"Size": {"type": "string", "enum": ["wide", "square"], "description": "A size."}, "Tree": TREE},
}


def committed() -> list[Any]:
    providers = [path.parent for path in sorted(SPECS.glob("*/provider.toml"))]
    return [model for folder in providers for model in read_snapshot(folder).models if model.input is not None]


def plain(schema: Any) -> Any:
    """`schema` in 2020-12: without ``nullable``."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: value if key in {"enum", "const"} else plain(value) for key, value in schema.items()}
    return {"anyOf": [found, {"type": "null"}]} if found.pop("nullable", False) else found


def test_a_class_publishes_the_schema_of_its_provider_to_tools() -> None:
    cls = request_class(REQUEST)

    schema = cls.model_json_schema()

    assert list(schema["properties"]) == ["prompt", "scale", "size", "tree"]
    assert schema["properties"]["scale"] == {"type": "number", "minimum": 1, "maximum": 20, "default": 4.5}
    assert schema["properties"]["size"] == {
        "type": "string",
        "enum": ["wide", "square"],
        "description": "Of the picture.",
    }
    assert (schema["title"], schema["required"]) == ("Drawing", ["prompt"])


@pytest.mark.parametrize(
    ("request_", "valid"),
    [
        ({"prompt": "x", "scale": 20}, True),
        ({"prompt": "x", "scale": 21}, False),
        ({"prompt": "x", "tree": {"next": {"next": {"value": 1}}}}, True),
        ({"prompt": "x", "tree": {"next": {"next": {"value": "1"}}}}, False),
    ],
)
def test_schemas_that_embed_a_class_judge_as_the_published_one(request_: Any, *, valid: bool) -> None:
    cls = request_class(REQUEST)

    class Body(BaseModel):
        requests: list[cls]  # type: ignore[valid-type]

    for schema, value in (
        (cls.model_json_schema(), request_),
        (Body.model_json_schema(), {"requests": [request_]}),
        (TypeAdapter(dict[str, cls]).json_schema(), {"one": request_}),  # type: ignore[valid-type]
    ):
        assert valid == Draft202012Validator(schema).is_valid(value)


def test_a_subclass_with_fields_of_its_own_publishes_them() -> None:
    class Wider(request_class(REQUEST)):  # type: ignore[misc]
        mine: int

    assert "mine" in Wider.model_json_schema()["properties"]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_schemas_accept_the_same_payloads(data: st.DataObject) -> None:
    schema = data.draw(requests)
    raw, published = (
        Draft202012Validator(plain(schema)),
        Draft202012Validator(published_schema(SourceSchema(schema), "sample")),
    )
    for _ in range(4):
        value = data.draw(near(schema))
        assert raw.is_valid(value) == published.is_valid(value), value


@pytest.mark.parametrize("document", committed(), ids=lambda document: document.id)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_schemas_of_every_committed_model_accept_the_same_payloads(document: Any, data: st.DataObject) -> None:
    published = published_schema(SourceSchema(document.input), document.id, document.parameter_order)
    value = data.draw(near(document.input))
    assert Draft202012Validator(document.input).is_valid(value) == Draft202012Validator(published).is_valid(value)
    assert list(published["properties"])[: len(document.parameter_order)] == [*document.parameter_order]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("schema", "accepted", "refused"),
    [
        ({"type": "integer", "nullable": True}, [None, 1], ["1"]),
        ({"enum": ["a"], "type": "string", "nullable": True}, [None, "a"], ["b"]),
        ({"allOf": [{"type": "integer"}], "nullable": True}, [None, 1], ["1"]),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, [1.5], [1]),
        ({"type": "array", "items": [{"type": "integer"}], "additionalItems": False}, [[1]], [["1"], [1, 2]]),
        ({"dependencies": {"a": ["b"], "b": {"required": ["c"]}}}, [{}, {"b": 1, "c": 1}], [{"a": 1}, {"b": 1}]),
        ({"const": None}, [None], [0]),
        ({"default": None, "enum": [None]}, [None], [0]),
        ({"type": "file", "minimum": "1", "pattern": 1, "enum": "a"}, [1, "a"], []),
        ({"$ref": "https://example.com/schema.json", "maximum": 1}, [1], [2]),
        ({"not": {"$ref": "#/gone"}}, [1], []),
        ({"oneOf": [{"$ref": "#/gone"}, {"type": "integer"}]}, [1, "a"], []),
        ({"$ref": "#/gone", "unevaluatedProperties": False}, [{"a": 1}], []),
        ({"type": "object", "properties": {"a": {"readOnly": True}}, "required": ["a"]}, [{}], [1]),
        ({"default": {"$ref": "#/gone"}, "type": "integer"}, [1], ["1"]),
    ],
)  # fmt: skip
def test_other_spellings_become_those_of_2020_12(schema: Any, accepted: list[Any], refused: list[Any]) -> None:
    cls = request_class({"type": "object", "properties": {"it": schema}})
    judge = Draft202012Validator(cls.model_json_schema())

    verdicts = [judge.is_valid({"it": value}) for value in (*accepted, *refused)]
    assert verdicts == [True] * len(accepted) + [False] * len(refused)


@pytest.mark.parametrize(
    "schema",
    [
        {"const": {"$ref": "#/gone"}},
        {"enum": [{"$defs": 1}]},
        {"default": {"$defs": 0.5}},
        {"dependentRequired": [{"$ref": "x"}]},
        {"type": "object", "properties": {"$ref": {"type": "string"}}},
        {"type": "object", "properties": {"$defs": True}},
        {"x-choices": [{"$defs": []}]},
    ],
)
def test_what_pydantic_would_take_for_a_reference_is_not_published(schema: Any) -> None:
    cls = request_class({"type": "object", "properties": {"it": schema}})

    assert "it" in cls.model_json_schema()["properties"]
    TypeAdapter(list[cls]).json_schema()  # type: ignore[valid-type]


def test_references_that_double_at_every_level_stay_small() -> None:
    level = {"type": "object", "properties": {"a": {"$ref": "#/$defs/0"}, "b": {"$ref": "#/$defs/0"}}}
    definitions = {str(n): json.loads(json.dumps(level).replace("/0", f"/{n + 1}")) for n in range(30)}
    schema = {**level, "$defs": {**definitions, "30": {"type": "integer"}}}

    published = published_schema(SourceSchema(schema), "sample")

    assert len(json.dumps(published)) < 100 * MAX_NODES
    judge = Draft202012Validator(published)
    deep: Any = 1
    for _ in range(31):
        deep = {"b": deep}
    assert judge.is_valid(deep)
    assert not judge.is_valid(json.loads(json.dumps(deep).replace("1", '"1"')))


@pytest.mark.parametrize(
    "fragment", sorted(ROOT.glob("tests/fragments/*/schema.json")), ids=lambda path: path.parent.name
)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=values)
def test_the_schema_of_every_fragment_can_be_used(fragment: Path, value: Any) -> None:
    schema = json.loads(fragment.read_text("utf-8"))
    Draft202012Validator(published_schema(SourceSchema(schema), "sample")).is_valid(value)


@pytest.mark.parametrize(
    ("size", "pointer"),
    [
        ({"$ref": "#/$defs/Size"}, "/properties/size"),
        ({"type": ["object", "null"], "properties": {"w": {}}}, "/properties/size"),
        ({"type": "array", "items": {"properties": {"w": {}}, "type": "object"}}, "/properties/size/items"),
        ({"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Size"}]}, "/properties/size/anyOf/1"),
        ({"type": "object", "additionalProperties": {"$ref": "#/$defs/Size"}}, "/properties/size/additionalProperties"),
        ({"type": "object", "allOf": [{"$ref": "#/$defs/Size"}, {"properties": {"h": {}}}]}, "/properties/size"),
        ({"type": "object", "properties": {"h": {}}, "allOf": [{"properties": {"w": {}}}]}, "/properties/size"),
    ],
)
def test_a_nested_class_publishes_its_part_alone(size: Any, pointer: str) -> None:
    definitions = {"Size": {"type": "object", "properties": {"w": {"type": "integer", "maximum": 9}}}}
    cls = request_class({"type": "object", "properties": {"size": size}, "$defs": definitions})
    nested = sys.modules[cls.__module__].SampleSize

    assert pointer == nested.__schema_at__
    part: Any = resolve_pointer(cls.model_json_schema(), pointer)
    assert {**part, "type": "object"} == nested.model_json_schema()
