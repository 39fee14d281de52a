"""The runtime's validator against an independent one, over every keyword of 2020-12 that rejects values."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.models.schema_check import violations

NAMES = ["a", "b", "ab", "c/d"]
names = st.sampled_from(NAMES)
numbers = st.sampled_from([-1, 0, 1, 2, 0.1, 0.3, 1.5, 1.0, 10**20])
scalars = st.one_of(st.none(), st.booleans(), numbers, st.sampled_from(["", "a", "b", "ab", "äb"]))
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=6
)
sizes = st.integers(0, 3)
types = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
some_names = st.lists(names, max_size=2, unique=True)


def of_one_level(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas with a few keywords each."""
    schemas = st.lists(inner, min_size=1, max_size=3)
    by_name = st.dictionaries(names, inner, max_size=2)
    keywords: dict[str, st.SearchStrategy[Any]] = {
        "type": types | st.lists(types, min_size=1, max_size=3, unique=True),
        "enum": st.lists(values, min_size=1, max_size=3),
        "const": values,
        "minimum": numbers, "maximum": numbers, "exclusiveMinimum": numbers, "exclusiveMaximum": numbers,
        "multipleOf": st.sampled_from([1, 2, 0.1, 0.5]),
        "minLength": sizes, "maxLength": sizes, "pattern": st.sampled_from(["a", "^b", "[ab]$"]),
        "minItems": sizes, "maxItems": sizes, "uniqueItems": st.booleans(),
        "minProperties": sizes, "maxProperties": sizes, "required": some_names,
        "dependentRequired": st.dictionaries(names, some_names, max_size=2),
        "allOf": schemas, "anyOf": schemas, "oneOf": schemas, "not": inner,
        "if": inner, "then": inner, "else": inner,
        "prefixItems": schemas, "items": inner, "contains": inner, "minContains": sizes, "maxContains": sizes,
        "unevaluatedItems": inner,
        "properties": by_name,
        "patternProperties": st.dictionaries(st.sampled_from(["a", "^b", "d$"]), inner, max_size=2),
        "additionalProperties": inner, "propertyNames": inner, "dependentSchemas": by_name,
        "unevaluatedProperties": inner,
        "$ref": st.just("#/$defs/shared"),
    }  # fmt: skip
    chosen = st.lists(st.sampled_from(sorted(keywords)), min_size=1, max_size=4, unique=True)
    return st.booleans() | chosen.flatmap(lambda found: st.fixed_dictionaries({name: keywords[name] for name in found}))


schemas = of_one_level(of_one_level(of_one_level(st.booleans())))


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(schemas, of_one_level(of_one_level(st.booleans())), st.lists(values, min_size=3, max_size=6))
def test_the_verdict_is_that_of_another_validator(schema: Any, shared: Any, found: list[Any]) -> None:
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": "#/$defs/it",
        "$defs": {"it": schema, "shared": shared},
    }
    try:
        judge = jsonschema_rs.Draft202012Validator(document)
    except (ValueError, jsonschema_rs.ValidationError):  # references that never end
        return
    for value in found:
        assert judge.is_valid(value) == (not violations(document, document, value)), value


@pytest.mark.parametrize(
    ("schema", "value", "rule", "message"),
    [
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {}, "anyOf",
         "no alternative matches: /a is required; or /b is required"),
        ({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"a": 1, "b": 1}, "oneOf",
         "expected exactly one of 2 alternatives to match, got 2"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "dependentRequired", 'is required if "a" is set'),
        ({"not": {"required": ["a"]}}, {"a": 1}, "not", '{"a": 1} is excluded by {"required": ["a"]}'),
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"a": 1}, "then/required", "is required"),
        ({"contains": {"const": 1}}, [2], "minContains", 'expected at least 1 items like {"const": 1}, got 0'),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "propertyNames/maxLength",
         "in the name: expected at most 1 characters, got 2"),
        ({"minProperties": 1}, {}, "minProperties", "expected at least 1 properties, got 0"),
        ({"additionalProperties": False}, {"a": 1}, "additionalProperties", 'unknown property "a"'),
        ({"multipleOf": 0.1}, 0.35, "multipleOf", "expected a multiple of 0.1, got 0.35"),
        ({"patternProperties": {"^a": {"type": "string"}}}, {"a": 1}, "type", "expected string, got 1"),
    ],
)  # fmt: skip
def test_a_violation_names_the_rule_and_what_it_expected(schema: Any, value: Any, rule: str, message: str) -> None:
    assert [(rule, message)] == [(found.rule, found.message) for found in violations(schema, schema, value)]


def test_alternatives_that_share_definitions_take_no_exponential_time() -> None:
    definitions = {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(60)}
    document = {"$ref": "#/$defs/d0", "$defs": {**definitions, "d60": {"type": "string"}}}

    assert violations(document, document, 1)


def test_a_reference_to_itself_ends() -> None:
    document = {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "string"}]}}}

    assert [] == violations(document, document, 1)


def test_a_chain_of_references_without_bound_accepts() -> None:
    definitions = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(5_000)}

    assert [] == violations({"$defs": definitions}, definitions["d0"], 1)
