"""Where several keywords of one place change, each is judged by what it refuses itself."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.drift.comparing import changes_between, request

from schemaloom.drift.change import Polarity, Severity
from schemaloom.ir.close_schema import close_schema

BREAKING = Severity.BREAKING
LIST = {"type": "array"}
NUMBER = {"type": "number"}
STRING = {"type": "string"}
CHOICES = {"type": "array", "items": {"enum": ["a", "b", "c"]}}
MAP = {"type": "object", "additionalProperties": {"type": "integer"}}


def rules_by_keyword(old: Any, new: Any) -> dict[str, str]:
    """The rule of each change of the parameter x, by keyword; each witness is refused by the new schema."""
    found = changes_between(request(x=old), request(x=new), Polarity.INPUT)
    for change in found:
        if change.proof == "witness":
            payload: Any = change.witness
            assert Draft202012Validator(close_schema(request(x=old))).is_valid(payload)
            assert not Draft202012Validator(close_schema(request(x=new))).is_valid(payload)
    return {change.pointer.removeprefix("/properties/x/"): change.rule.removeprefix("input.") for change in found}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({**NUMBER, "multipleOf": 8, "maximum": 100}, {**NUMBER, "multipleOf": 4, "maximum": 90},
         {"multipleOf": "multiple-of.relaxed", "maximum": "bound.tightened"}),
        ({**STRING, "pattern": "^a+$", "maxLength": 9}, {**STRING, "pattern": "^[ab]+$", "maxLength": 5},
         {"pattern": "pattern.relaxed", "maxLength": "bound.tightened"}),
        ({**STRING, "pattern": "^[a-z]{3}$"}, {**STRING, "pattern": "^[ab]", "minLength": 3, "maxLength": 3},
         {"pattern": "pattern.changed"}),
        ({**CHOICES, "uniqueItems": True}, {**CHOICES, "items": {"enum": ["a", "b"]}, "maxItems": 3},
         {"uniqueItems": "unique-items.unset", "items/enum": "enum.value-removed"}),
        ({**LIST, "contains": {"const": 1}}, {**LIST, "minItems": 2},
         {"contains": "keyword.relaxed", "minItems": "bound.set"}),
        ({**LIST, "contains": {"const": 1}}, {**LIST, "minItems": 1, "maxItems": 3},
         {"contains": "keyword.relaxed", "maxItems": "bound.set"}),
        ({**NUMBER, "not": {"enum": [1, 2]}, "maximum": 5}, {**NUMBER, "not": {"const": 1}, "maximum": 4},
         {"not": "keyword.relaxed", "maximum": "bound.tightened"}),
        ({**MAP, "maxProperties": 3, "propertyNames": {"maxLength": 3}},
         {**MAP, "maxProperties": 2, "propertyNames": {"maxLength": 4}},
         {"propertyNames": "keyword.relaxed", "maxProperties": "bound.tightened"}),
    ],
)  # fmt: skip
def test_a_relaxed_keyword_is_safe_beside_one_that_is_tightened(old: Any, new: Any, expected: dict[str, str]) -> None:
    assert rules_by_keyword(old, new) == expected


NOTHING = {"type": "number", "not": {}}
KINDS = {"type": "object", "properties": {"seed": {}, "size": {"const": 4}}}


@pytest.mark.parametrize(
    ("old", "new", "unbroken"),
    [
        ({**LIST, "contains": {"type": "object"}}, {**LIST, "contains": {"const": {}}, "minItems": 1}, "minItems"),
        (
            {**KINDS, "dependentRequired": {"seed": ["image", "url"]}},
            {**KINDS, "dependentRequired": {"size": ["seed"]}, "maxProperties": 1},
            "maxProperties",
        ),
        ({**NOTHING, "maximum": 5}, {**NUMBER, "not": {"const": [True]}, "maximum": -1}, "maximum"),
    ],
)
@pytest.mark.parametrize("wrap", [lambda part: part, lambda part: {"anyOf": [part, {"const": "other"}]}])
def test_a_keyword_that_refuses_nothing_itself_breaks_nothing(old: Any, new: Any, unbroken: str, wrap: Any) -> None:
    found = changes_between(request(x=wrap(old)), request(x=wrap(new)), Polarity.INPUT)
    assert not [change for change in found if change.pointer.endswith(unbroken) and change.severity is BREAKING]


def test_two_properties_that_are_only_required_are_two_changes() -> None:
    old: Any = {"type": "object", "properties": {"x": {"additionalProperties": True, "type": "object"}}}
    new: Any = {"type": "object", "properties": {"x": {**old["properties"]["x"], "required": ["a", "b"]}}}
    found = changes_between(old, new, Polarity.INPUT)
    assert [("/properties/x/required", "a"), ("/properties/x/required", "b")] == [(c.pointer, c.new) for c in found]
    assert all(change.proof == "witness" for change in found)


VAST = 2**60
"""A size that no value has, beyond the integers that a float keeps apart."""


@pytest.mark.parametrize(
    ("kind", "keyword"),
    [("string", "Length"), ("array", "Items"), ("object", "Properties")],
)
def test_sizes_are_compared_however_large_they_are(kind: str, keyword: str) -> None:
    def rule(least: dict[str, int], most: dict[str, int]) -> dict[str, str]:
        old, new = ({"type": kind, **{f"{end}{keyword}": size for end, size in x.items()}} for x in (least, most))
        return rules_by_keyword(old, new)

    assert rule({"max": 5}, {"max": VAST}) == {f"max{keyword}": "bound.relaxed"}
    assert rule({"max": VAST}, {"max": VAST + 1}) == {f"max{keyword}": "bound.relaxed"}
    assert rule({"max": VAST + 1}, {"max": VAST}) == {f"max{keyword}": "bound.tightened"}
    assert rule({"min": 5}, {"min": VAST}) == {f"min{keyword}": "bound.tightened"}
    assert rule({}, {"min": VAST}) == {f"min{keyword}": "bound.set"}


@pytest.mark.parametrize(
    "condition",
    [
        {"if": {"properties": {"a": {"const": "x"}}}, "then": {"required": ["b"]}},
        {"dependentSchemas": {"a": {"required": ["b"]}}},
    ],
)
def test_an_object_whose_conditions_name_no_new_property_is_closed(condition: Any) -> None:
    shape = {"type": "object", "properties": {"a": STRING, "b": STRING, "c": STRING}}
    fewer = {"type": "object", "properties": {"a": STRING, "b": STRING}}
    assert rules_by_keyword({**shape, **condition}, {**fewer, **condition}) == {"properties/c": "property.removed"}
    found = rules_by_keyword({**shape, **condition}, {**fewer, "additionalProperties": False})
    assert found["properties/c"] == "property.removed"
    assert not [rule for rule in found.values() if rule.startswith("additional.clos")]


def test_a_bound_beside_a_keyword_that_no_validator_knows_is_in_doubt() -> None:
    old, lower, higher = ({"type": "integer", "maximum": most, "unit": unit} for most, unit in ((5, 1), (4, 2), (6, 2)))
    assert rules_by_keyword(old, higher) == dict.fromkeys(("unit", "maximum"), "schema.unknown-keyword")
    proofs = {change.rule: change.proof for change in changes_between(request(x=old), request(x=lower), Polarity.INPUT)}
    assert proofs == {"schema.unknown-keyword": None, "input.bound.tightened": "unproven"}


STEP = {"type": "number", "multipleOf": 0.1}
CODES = {"type": "object", "propertyNames": {"pattern": "^[A-Z]{2}_[0-9]{3}$"}}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({**STEP, "maximum": 0.9}, {**STEP, "maximum": 0.55}),
        ({**STEP, "minimum": 0.3}, {**STEP, "minimum": 0.7}),
        ({**STEP, "maximum": 10.05}, {**STEP, "maximum": 9.95}),
        ({**NUMBER, "multipleOf": 0.3, "minimum": 0, "maximum": 1},
         {**NUMBER, "multipleOf": 0.3, "minimum": 0, "maximum": 0.8}),
        ({**CODES, "additionalProperties": NUMBER}, {**CODES, "additionalProperties": STEP}),
        ({**CODES, "additionalProperties": NUMBER, "minProperties": 2},
         {**CODES, "additionalProperties": {"type": "integer"}, "minProperties": 2}),
        ({**STRING, "not": {"pattern": "x"}}, {**STRING, "pattern": "^[^xy]*$"}),
    ],
)  # fmt: skip
def test_a_payload_is_found_among_decimals_and_ruled_names(old: Any, new: Any) -> None:
    found = changes_between(request(x=old), request(x=new), Polarity.INPUT)
    assert ["witness"] == [change.proof for change in found if change.severity is Severity.BREAKING]
    rules_by_keyword(old, new)


def test_a_pattern_equal_to_a_refused_one_is_no_break() -> None:
    for pattern, excluded in (("^[^x]*$", "x"), ("^([^a]|$)", "^a")):
        found = rules_by_keyword({**STRING, "not": {"pattern": excluded}}, {**STRING, "pattern": pattern})
        assert found == {"not": "keyword.relaxed"}


@pytest.mark.parametrize("pattern", ["^.*$", "^.+$", "^[^\n]*$"])
def test_a_line_break_that_a_pattern_refuses_is_not_at_the_end(pattern: str) -> None:
    (change,) = changes_between(
        request(x={**STRING, "minLength": 1}), request(x={**STRING, "minLength": 1, "pattern": pattern}), Polarity.INPUT
    )
    payload: Any = change.witness
    assert not re.search(pattern, payload["x"])  # Python's $ also matches before a line break at the end


def test_a_read_only_property_that_is_only_required_later_breaks() -> None:
    old: Any = {"type": "object", "properties": {"id": {**STRING, "readOnly": True}}, "required": ["id"]}
    new: Any = {"type": "object", "required": ["id"]}
    found = changes_between(old, new, Polarity.INPUT)
    assert "witness" in [change.proof for change in found if change.severity is Severity.BREAKING]


WORDS = {"type": "string", "pattern": "^[a-z]+$"}
KEYS = {"type": "object", "propertyNames": {"pattern": "^[a-z]+$"}}


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ({**WORDS, "not": {"enum": ["a"]}, "pattern": "^[a-z]{2}$"}, {**WORDS, "not": {"enum": ["a"]}}),
        ({**STRING, "not": {"pattern": "^x"}}, {**STRING, "not": {"pattern": "^xy"}}),
        ({"not": {"pattern": "^x"}}, {"not": {"pattern": "^xy", "type": "string"}}),
        ({**KEYS, "propertyNames": {"pattern": "^[a-z]{1,5}$"}}, KEYS),
        ({**KEYS, "propertyNames": {"pattern": "^[a-z]+$", "maxLength": 5}}, KEYS),
    ],
)
@pytest.mark.parametrize(
    "wrap", [lambda part: part, lambda part: {"anyOf": [part, {"const": 1}]}, lambda part: {"items": part}]
)
def test_a_wider_rule_about_strings_is_safe_and_a_narrower_one_breaks(narrow: Any, wide: Any, wrap: Any) -> None:
    relaxed, tightened = (
        changes_between(request(x=wrap(old)), request(x=wrap(new)), Polarity.INPUT)
        for old, new in ((narrow, wide), (wide, narrow))
    )
    assert {change.severity for change in relaxed} == {Severity.SAFE}
    assert [change.proof for change in tightened if change.severity is BREAKING] == ["witness"]


def test_a_wider_pattern_that_a_condition_reads_is_not_called_safe() -> None:
    def schema(pattern: str) -> Any:
        word = {"type": "string", "pattern": pattern}
        return {"type": "object", "properties": {"x": {"not": {"$ref": "#/$defs/W"}}}, "$defs": {"W": word}}

    found = changes_between(schema("^[a-z]{2}$"), schema("^[a-z]+$"), Polarity.INPUT)
    assert [change.severity for change in found] == [BREAKING]


def test_a_payload_that_fits_one_alternative_more_is_not_the_witness_of_a_bound() -> None:
    rows = {"items": {"type": "integer", "required": ["a"]}}
    null = {"type": "null", "default": None}
    old = {**rows, "oneOf": [{"type": "null"}, {"maxLength": 1, "minLength": 1}]}
    new = {**rows, "oneOf": [null, {"type": "integer", "maximum": 1}, {"pattern": "b", "format": "uri"}]}
    found = changes_between(request(x=old), request(x=new), Polarity.INPUT)
    proofs = {change.pointer.rpartition("/")[2]: change.proof for change in found if change.severity is BREAKING}
    assert proofs["maximum"] == "unproven"
    assert proofs["pattern"] == "witness"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (STRING, {"type": "integer"}),
        (STRING, {"type": "integer", "nullable": True}),
        ({**LIST, "items": {**STRING, "nullable": True}}, {**LIST, "items": {"type": "integer"}}),
        ({"type": "object", "properties": {"a": STRING}}, STRING),
        ({**STRING, "enum": ["a", "b", None]}, {**STRING, "enum": ["a"]}),
    ],
)
def test_only_a_null_that_is_refused_now_relies_on_nullable(old: Any, new: Any) -> None:
    """Plain jsonschema does not know the keyword, and sees that every other witness was valid."""
    before, after = request(x={**old, "nullable": True}), request(x=new)
    found = [change for change in changes_between(before, after, Polarity.INPUT) if change.severity is BREAKING]
    assert found
    for change in found:
        assert change.proof == "witness"
        payload: Any = change.witness
        assert Draft202012Validator(before).is_valid(payload) == (change.rule != "input.nullable.removed")
        assert not Draft202012Validator(after).is_valid(payload)
