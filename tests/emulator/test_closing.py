"""How a schema is judged once closed."""

from __future__ import annotations

import pytest

from schemaloom.emulator.validation import InputCheck

OPEN = {"type": "object", "additionalProperties": True, "properties": {"a": {}}}
NESTED = {"properties": {"size": {"type": "object", "properties": {"w": {"type": "integer"}}}}}
FREE = {"properties": {"extra": {"type": "object"}}}
UNION = {"properties": {"size": {"anyOf": [{"enum": ["s"]}, {"type": "object", "properties": {"w": {}}}]}}}
COMPOSED = {"allOf": [{"properties": {"a": {}}}, {"$ref": "#/$defs/b"}], "$defs": {"b": {"properties": {"b": {}}}}}
CONDITION = {"properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
RECURSIVE = {"properties": {"child": {"$ref": "#"}, "a": {}}}
NULLABLE = {
    "properties": {"a": {"type": "string", "nullable": True}, "b": {"nullable": True, "allOf": [{"type": "string"}]}}
}
EXCLUSIVE = {"properties": {"a": {"minimum": 1, "exclusiveMinimum": True, "maximum": 3, "exclusiveMaximum": False}}}


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"properties": {"a": {}}}, {"a": 1}, {"b": 1}),
        ({}, {}, {"b": 1}),
        (OPEN, {"b": 1}, None),
        (NESTED, {"size": {"w": 1}}, {"size": {"w": 1, "x": 2}}),
        (FREE, {"extra": {"x": 1}}, {"other": {}}),
        (UNION, {"size": {"w": 1}}, {"size": {"w": 1, "x": 2}}),
        (UNION, {"size": "s"}, {"size": "l"}),
        (COMPOSED, {"a": 1, "b": 2}, {"a": 1, "c": 2}),
        (CONDITION, {"b": 1}, {}),
        (CONDITION, {"a": 1}, {"a": 1, "c": 1}),
        (RECURSIVE, {"a": 1}, {"b": 1}),
        (NULLABLE, {"a": None, "b": None}, {"a": 1}),
        (NULLABLE, {"a": "x", "b": "y"}, {"b": 1}),
        (EXCLUSIVE, {"a": 3}, {"a": 1}),
    ],
)
def test_silence_is_closed_and_openness_is_kept(schema, good, bad):
    check = InputCheck(schema)
    assert [] == check.violations(good)
    if bad is not None:
        assert [] != check.violations(bad)


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"type": "strnig"}}},
        {"properties": {"a": {"$ref": "https://evil.example/schema.json"}}},
        {"properties": {"a": {"$ref": "#/nowhere"}}},
        {"properties": {"a": {"pattern": "("}}},
    ],
)
def test_a_schema_that_cannot_be_applied_refuses_nothing_and_is_not_fetched(schema):
    assert [] == InputCheck(schema).violations({"a": "x", "b": 1})


def test_complaints_are_short_and_few():
    check = InputCheck({"properties": {f"p{n}": {"type": "integer"} for n in range(9)}})
    violations = check.violations({f"p{n}": "x" * 10_000 for n in range(9)})
    assert 5 == len(violations)
    assert all(len(complaint) < 300 for complaint in violations)
