"""What a schema is read as: a table of schema, rebuilt schema, and where problems are reported."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.parsing import self_contained
from tests.strategies import near, schemas, values

from schemaloom.ir.schema import Object
from schemaloom.ir.to_json_schema import to_json_schema
from schemaloom.json.pointer import resolve_pointer
from schemaloom.json.values import json_value
from schemaloom.parse.resolve_recursion import RecursionResolver
from schemaloom.parse.schema import SchemaReader
from schemaloom.parse.source_schema import SourceSchema

TEXT: dict[str, Any] = {"type": "string"}
OTHERS = [{"type": kind} for kind in ("object", "array", "string", "boolean", "null")]
"""Every type but numbers."""


def read(schema: Any) -> tuple[Any, list[str]]:
    """The rebuilt schema of one property, and the pointers of the problems below that property."""
    reader = SchemaReader(SourceSchema({"type": "object", "properties": {"it": schema}}), "sample")
    rebuilt = self_contained(reader.read(), reader.definitions)
    assert {"type", "properties", "additionalProperties"} == rebuilt.keys() - {"$defs"}
    return rebuilt["properties"]["it"], [problem.pointer.removeprefix("/properties/it") for problem in reader.problems]  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (True, {}),
        (False, {"not": {}}),
        ({}, {}),
        ({"type": "number", "minimum": 1, "exclusiveMaximum": 2},
         {"type": "number", "minimum": 1, "exclusiveMaximum": 2}),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 1}),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": False}, {"type": "number", "minimum": 1}),
        ({"type": "integer", "multipleOf": 8}, {"type": "integer", "multipleOf": 8}),
        ({"type": "string", "minLength": 2.0}, {"type": "string", "minLength": 2}),
        ({"type": ["string", "null"]}, {"anyOf": [TEXT, {"type": "null"}]}),
        ({"type": "string", "nullable": True}, {"anyOf": [TEXT, {"type": "null"}]}),
        ({"anyOf": [TEXT, {"type": "null"}]}, {"anyOf": [TEXT, {"type": "null"}]}),
        ({"oneOf": [TEXT, {"type": "null"}]}, {"anyOf": [TEXT, {"type": "null"}]}),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"const": None}, {"type": "null"}),
        ({"enum": ["a", "a", 1, 1.0]}, {"enum": ["a", 1]}),
        ({"type": "string", "enum": ["a", 1]}, {"enum": ["a"]}),
        ({"type": ["string", "null"], "enum": ["a", None]}, {"enum": ["a", None]}),
        ({"type": "string", "maxLength": 1, "enum": ["a", "ab"]}, {"enum": ["a"]}),
        ({"allOf": [TEXT]}, TEXT),
        ({"allOf": [{"type": "integer", "minimum": 1}, {"maximum": 5, "type": "number"}]},
         {"type": "integer", "minimum": 1, "maximum": 5}),
        ({"type": "string", "allOf": [{"minLength": 1}, {"maxLength": 2}]},
         {"type": "string", "minLength": 1, "maxLength": 2}),
        ({"type": "number", "anyOf": [{"minimum": 5}, {"maximum": 1}]},
         {"anyOf": [{"type": "number", "minimum": 5}, {"type": "number", "maximum": 1}]}),
        ({"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 1}]},
         {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 1}]}),
        ({"type": "array", "items": TEXT, "maxItems": 2, "uniqueItems": True},
         {"type": "array", "items": TEXT, "maxItems": 2, "uniqueItems": True}),
        ({"type": "array", "items": [TEXT], "additionalItems": False},
         {"type": "array", "prefixItems": [TEXT], "items": {"not": {}}}),
        ({"type": "array", "prefixItems": [TEXT]}, {"type": "array", "prefixItems": [TEXT]}),
        ({"type": "object", "properties": {"a": TEXT}},
         {"type": "object", "properties": {"a": TEXT}, "additionalProperties": False}),
        ({"type": "object", "properties": {"a": TEXT}, "additionalProperties": True},
         {"type": "object", "properties": {"a": TEXT}}),
        ({"type": "object", "additionalProperties": TEXT}, {"type": "object", "additionalProperties": TEXT}),
        ({"type": "object", "required": ["a"]},
         {"type": "object", "properties": {"a": {}}, "required": ["a"]}),
        ({"type": "object", "properties": {"a": TEXT}, "anyOf": [{"required": ["a"]}]},
         {"type": "object", "properties": {"a": TEXT}, "required": ["a"], "additionalProperties": False}),
        ({"title": "x", "default": 1, "examples": [2], "$comment": "y", "x-order": 3}, {}),
        ({"minimum": 1}, {"anyOf": [*OTHERS[:3], {"type": "number", "minimum": 1}, *OTHERS[3:]]}),
        ({"required": ["a"]}, {"anyOf": [{"type": "object", "properties": {"a": {}}, "required": ["a"]},
                                         *OTHERS[1:3], {"type": "number"}, *OTHERS[3:]]}),
        ({"allOf": [{"minimum": 1}, {"maxLength": 2}], "type": ["string", "number"]},
         {"anyOf": [{"type": "string", "maxLength": 2}, {"type": "number", "minimum": 1}]}),
    ],
)  # fmt: skip
def test_a_schema_is_read_and_nothing_is_left_out(schema: Any, expected: Any) -> None:
    assert (expected, []) == read(schema)


@pytest.mark.parametrize(
    ("schema", "expected", "pointers"),
    [
        ("text", {}, [""]),
        ({"type": "string", "not": {"const": "a"}}, TEXT, []),
        ({"type": "string", "pattern": "(?=a)"}, TEXT, ["/pattern"]),
        ({"type": "string", "minLength": -1}, TEXT, ["/minLength"]),
        ({"type": "string", "minLength": True}, TEXT, ["/minLength"]),
        ({"type": "string", "maxLength": 0.5}, TEXT, ["/maxLength"]),
        ({"type": "number", "multipleOf": 0}, {"type": "number"}, ["/multipleOf"]),
        ({"enum": []}, {"not": {}}, []),
        ({"enum": "ab"}, {}, ["/enum"]),
        ({"type": "integer", "enum": ["1", None]}, {"enum": ["1", None]}, ["/type"]),
        ({"type": "number", "default": "NaN"}, {"type": "number"}, ["/default"]),
        ({"$schema": "https://example.com/dialect", **TEXT}, TEXT, ["/$schema"]),
        ({"type": "file"}, {}, ["/type"]),
        ({"type": "object", "properties": {"a/b": {"$ref": "#/gone"}}},
         {"type": "object", "properties": {"a/b": {}}, "additionalProperties": False}, ["/properties/a~1b/$ref"]),
        ({"$ref": "other.json"}, {}, ["/$ref"]),
        ({"$ref": "#anchor"}, {}, ["/$ref"]),
        ({"$ref": None}, {}, ["/$ref"]),
        ({"type": "string", "required": True}, TEXT, ["/required"]),
        ({"type": "array", "items": [TEXT, 7]}, {"type": "array", "prefixItems": [TEXT, {}]}, ["/items/1"]),
        ({"type": "array", "items": [TEXT], "additionalItems": 7},
         {"type": "array", "prefixItems": [TEXT]}, ["/additionalItems"]),
        ({"anyOf": {"a": 1}}, {}, ["/anyOf"]),
        ({"type": "object", "patternProperties": {"a": TEXT}}, {"type": "object"}, []),
        ({"oneOf": [{"type": "string", "not": {"const": "a"}}, {"const": "a"}]},
         {"anyOf": [TEXT, {"enum": ["a"]}]}, []),
        ({"oneOf": [{"$ref": "#/gone"}, TEXT]}, {"anyOf": [{}, TEXT]}, ["/oneOf/0/$ref"]),
    ],
)  # fmt: skip
def test_what_is_left_out_is_reported_at_its_pointer(schema: Any, expected: Any, pointers: list[str]) -> None:
    assert (expected, pointers) == read(schema)


@pytest.mark.parametrize(("draft", "notes"), [("draft-07/schema#", 1), ("draft/2020-12/schema", 0)])
def test_content_is_noted_where_validators_may_decode_it(draft: str, notes: int) -> None:
    schema = {"$schema": f"http://json-schema.org/{draft}", **TEXT, "contentEncoding": "base64"}
    reader = SchemaReader(SourceSchema(schema), "sample")
    reader.read()
    assert len(reader.problems) == notes


def explicit(schema: Any) -> Any:
    """`schema` with no object silent about unlisted members, so that closing changes nothing."""
    if isinstance(schema, list):
        return [explicit(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: value if key in {"enum", "const"} else explicit(value) for key, value in schema.items()}
    if "properties" in schema:
        found["properties"] = {name: explicit(member) for name, member in schema["properties"].items()}
        found.setdefault("additionalProperties", True)
    return found


def plain(schema: Any) -> Any:
    """`schema` in 2020-12: without ``nullable``."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: value if key in {"enum", "const"} else plain(value) for key, value in schema.items()}
    return {"anyOf": [found, {"type": "null"}]} if found.pop("nullable", False) else found


beyond = st.one_of(
    schemas,
    schemas.map(lambda schema: {**schema, "not": {"const": 1}}),
    st.tuples(schemas, schemas).map(lambda pair: {"allOf": list(pair)}),
    st.tuples(schemas, schemas).map(lambda pair: {"oneOf": [{"not": pair[0]}, pair[1]]}),
    st.tuples(schemas, schemas).map(lambda pair: {**pair[0], "anyOf": [pair[1]]}),
)
"""Schemas, some with what the algebra cannot say."""


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_reading_widens_at_most_and_only_where_it_is_listed(data: st.DataObject) -> None:
    inner = explicit(data.draw(beyond))
    schema = {"type": "object", "properties": {"it": inner}, "required": ["it"]}
    reader = SchemaReader(SourceSchema(schema), "sample")
    whole = reader.read()
    rebuilt = self_contained(whole, reader.definitions)
    exact = RecursionResolver(reader.definitions, lambda _: None, hidden="readOnly").is_complete(whole, set())
    for _ in range(5):
        value = {"it": data.draw(st.one_of(near(inner), values))}
        wanted = Draft202012Validator(plain(schema)).is_valid(value)
        found = Draft202012Validator(rebuilt).is_valid(value)
        assert found or not wanted, "narrower"
        assert found == wanted or not exact, "wider"


def test_a_document_that_speaks_of_members_alone_is_about_an_object() -> None:
    schema = SchemaReader(SourceSchema({"properties": {"a": TEXT}, "required": ["a"]}), "sample").read_object()

    assert isinstance(schema, Object)
    assert (True,) == tuple(item.required for item in schema.properties)


@pytest.mark.parametrize("definition", [{"type": "object", "properties": {"a": TEXT}}, {"properties": {"a": TEXT}}])
@pytest.mark.parametrize("beside", [{"required": ["b"]}, {"allOf": [{"required": ["b"]}]}])
def test_rules_beside_a_reference_count(definition: Any, beside: Any) -> None:
    root = {"$ref": "#/$defs/A", **beside, "$defs": {"A": definition}}

    schema = SchemaReader(SourceSchema(root), "sample").read_object()

    assert isinstance(schema, Object)
    assert [("a", False), ("b", True)] == [(item.name, item.required) for item in schema.properties]


def test_annotations_of_a_reference_stay_where_it_is_alone() -> None:
    root = {
        "type": "object",
        "properties": {"size": {"allOf": [{"$ref": "#/$defs/Size"}], "default": "wide"}},
        "$defs": {"Size": {**TEXT, "description": "Shape.", "title": "Size", "default": "square"}},
    }
    whole = SchemaReader(SourceSchema(root), "sample").read()
    assert isinstance(whole, Object)
    texts = whole.properties[0].schema.annotations

    assert ("Size", "Shape.", "wide") == (texts.title, texts.description, json_value(texts.default or ""))  # type: ignore[arg-type]


def test_texts_of_a_member_come_from_whichever_part_has_them() -> None:
    parts = [
        {"type": "object", "properties": {"a": {"description": "Said here."}, "b": {"type": "string", "default": "x"}}},
        {"type": "object", "properties": {"a": TEXT, "b": {"type": "string", "description": "Said there."}}},
    ]
    whole = SchemaReader(SourceSchema({"allOf": parts}), "sample").read()
    assert isinstance(whole, Object)

    assert {"a": ("Said here.", None), "b": ("Said there.", '"x"')} == {
        item.name: (item.schema.annotations.description, item.schema.annotations.default) for item in whole.properties
    }


def recursive(definitions: dict[str, Any], start: str) -> tuple[Any, list[str]]:
    root = {"type": "object", "properties": {"it": {"$ref": f"#/$defs/{start}"}}, "$defs": definitions}
    reader = SchemaReader(SourceSchema(root), "sample")
    rebuilt = self_contained(reader.read(), reader.definitions)
    return rebuilt, [problem.pointer for problem in reader.problems]


def node(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members}


@pytest.mark.parametrize(
    ("definitions", "start", "valid", "invalid"),
    [
        ({"A": node(a={"$ref": "#/$defs/A"})}, "A", {"a": {"a": {}}}, {"a": {"a": 1}}),
        ({"A": node(b={"$ref": "#/$defs/B"}), "B": node(a={"$ref": "#/$defs/A"})}, "B", {"a": {"b": {}}}, {"b": {}}),
        ({"L": {"type": "array", "items": {"$ref": "#/$defs/N"}}, "N": node(l={"$ref": "#/$defs/L"})}, "L",
         [{"l": [{"l": []}]}], [{"l": {}}]),
        ({"I": {"$ref": "#/$defs/R"}, "R": node(i={"$ref": "#/$defs/I"})}, "I", {"i": {"i": {}}}, {"i": 1}),
        ({"U": {"anyOf": [TEXT, {"$ref": "#/$defs/N"}]}, "N": node(u={"$ref": "#/$defs/U"})}, "U",
         {"u": "x"}, {"u": 1}),
    ],
)  # fmt: skip
def test_recursion_through_an_object_is_expressed_in_full(
    definitions: dict[str, Any], start: str, valid: Any, invalid: Any
) -> None:
    rebuilt, pointers = recursive(definitions, start)
    checker = Draft202012Validator(rebuilt)

    assert [] == pointers
    assert checker.is_valid({"it": valid})
    assert not checker.is_valid({"it": invalid})


@pytest.mark.parametrize(
    "definitions",
    [
        {"A": {"$ref": "#/$defs/A"}},
        {"A": {"type": "array", "items": {"$ref": "#/$defs/A"}}},
        {"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"}},
        {"A": {"anyOf": [TEXT, {"$ref": "#/$defs/A"}]}},
        {"A": {"type": "array", "items": {"allOf": [{"$ref": "#/$defs/A"}, {"type": "array"}]}}},
        {"A": {"oneOf": [{"$ref": "#/$defs/A"}, {"enum": ["a"], "$ref": "#/$defs/A"}]}},
    ],
)
def test_recursion_through_nothing_is_cut_and_reported(definitions: dict[str, Any]) -> None:
    rebuilt, pointers = recursive(definitions, "A")

    assert pointers
    assert all(resolve_pointer({"$defs": definitions}, pointer) is not None for pointer in pointers)
    assert "$ref" not in str(rebuilt)


def test_references_that_multiply_are_bounded() -> None:
    definitions: dict[str, Any] = {"d0": TEXT}
    for n in range(1, 30):
        definitions[f"d{n}"] = {"type": "array", "prefixItems": [{"$ref": f"#/$defs/d{n - 1}"}] * 8}
    reader = SchemaReader(
        SourceSchema({"type": "object", "properties": {"it": {"$ref": "#/$defs/d29"}}, "$defs": definitions}), "x"
    )
    rebuilt = str(to_json_schema(reader.read()))

    assert len(rebuilt) < 50_000
    assert any("repeats too large a definition" in problem.message for problem in reader.problems)


def test_lists_that_refer_to_each_other_are_bounded() -> None:
    names = [f"d{n}" for n in range(12)]
    every = [{"$ref": f"#/$defs/{name}"} for name in names]
    definitions: dict[str, Any] = {name: {"type": "array", "prefixItems": every} for name in names}
    _, pointers = recursive(definitions, "d0")

    assert pointers


@pytest.mark.parametrize(
    ("schema", "pointer", "sentence"),
    [
        ({"anyOf": []}, "/anyOf", "expected a list of at least one schema; anyOf is ignored"),
        ({"oneOf": []}, "/oneOf", "expected a list of at least one schema; oneOf is ignored"),
        ({"allOf": []}, "/allOf", "expected a list of at least one schema; allOf is ignored"),
        ({"dependentRequired": ["a"]}, "/dependentRequired", "expected an object of lists of strings;"),
        ({"dependentRequired": {"a": [1]}}, "/dependentRequired", "expected an object of lists of strings;"),
        ({"dependentSchemas": {"a": "b"}}, "/dependentSchemas", "expected an object of schemas;"),
        ({"dependencies": {"a": 5}}, "/dependencies", "expected an object of schemas and lists of strings;"),
        ({"patternProperties": ["a"]}, "/patternProperties", "expected an object of schemas;"),
        ({"if": {}, "then": "x"}, "/then", "expected a schema;"),
        ({"contains": []}, "/contains", "expected a schema;"),
        ({"contains": {}, "minContains": "1"}, "/minContains", "expected a whole number from 0;"),
        ({"propertyNames": "a"}, "/propertyNames", "expected a schema;"),
        ({"unevaluatedItems": None}, "/unevaluatedItems", "expected a schema;"),
        ({"type": "string", "nullable": "yes"}, "/nullable", "expected a boolean;"),
        ({"type": "string", "examples": "x"}, "/examples", "expected a list;"),
        ({"type": "string", "pattern": "["}, "/pattern", "the pattern has syntax that is not known and is not checked"),
        ({"type": "string", "pattern": "(a"}, "/pattern", "the pattern is no valid regular expression and"),
        (
            {"type": "string", "pattern": "(a{999}){999}"},
            "/pattern",
            "the pattern is too large for a linear-time engine",
        ),
        ({"type": "string", "pattern": "^(?!a)"}, "/pattern", "the pattern needs a backtracking engine and"),
        ({"type": "string", "pattern": "(a)\\1"}, "/pattern", "the pattern needs a backtracking engine and"),
    ],
)
def test_a_malformed_keyword_is_noted_each_time(schema: Any, pointer: str, sentence: str) -> None:
    for _ in range(2):  # the second reading may find the schema in a cache
        reader = SchemaReader(SourceSchema({"type": "object", "properties": {"it": schema}}), "sample")
        reader.read()

        assert [(f"/properties/it{pointer}", True)] == [
            (problem.pointer, problem.message.startswith(sentence)) for problem in reader.problems
        ]
