"""Every kind of difference between schemas, judged in both polarities and both directions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.drift.comparing import Json, changes_between, request, rules
from tests.drift.schema_rows import ROWS, Row, tagged

from schemaloom.drift.change import Polarity, Severity
from schemaloom.drift.fingerprint import fingerprint

IDS = [f"{index}-{row.there or row.back}" for index, row in enumerate(ROWS)]


def expected(polarity: Polarity, kind: str) -> list[str]:
    return [f"{polarity}.{kind}"] if kind else []


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_request_gives_exactly_the_expected_rule_both_ways(row: Row) -> None:
    assert expected(Polarity.INPUT, row.there) == rules(row.old, row.new, Polarity.INPUT)
    assert expected(Polarity.INPUT, row.back) == rules(row.new, row.old, Polarity.INPUT)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_result_gives_exactly_the_mirrored_rule_both_ways(row: Row) -> None:
    there = row.there if row.output_there is None else row.output_there
    back = row.back if row.output_back is None else row.output_back
    assert expected(Polarity.OUTPUT, there) == rules(row.old, row.new, Polarity.OUTPUT)
    assert expected(Polarity.OUTPUT, back) == rules(row.new, row.old, Polarity.OUTPUT)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_neighbouring_pair_of_equal_meaning_stays_quiet(row: Row) -> None:
    old, new = row.quiet
    for polarity in (Polarity.INPUT, Polarity.OUTPUT):
        assert [] == rules(old, new, polarity)
        assert [] == rules(new, old, polarity)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_breaking_finding_about_a_request_comes_with_a_witness(row: Row) -> None:
    for old, new in ((row.old, row.new), (row.new, row.old)):
        for change in changes_between(old, new, Polarity.INPUT):
            assert (change.severity is Severity.BREAKING) == (change.proof is not None)
            if change.severity is Severity.BREAKING:
                assert ("witness", change.rule) == (change.proof, change.rule)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_breaking_finding_about_a_result_comes_with_one_that_reads_differently(row: Row) -> None:
    for old, new in ((row.old, row.new), (row.new, row.old)):
        for change in changes_between(old, new, Polarity.OUTPUT):
            assert (change.severity is Severity.BREAKING) == (change.proof is not None)
            if change.severity is Severity.BREAKING:  # a format refuses nothing, so no validator can show it
                proof = "unproven" if change.rule in {"output.format.changed", "output.content.changed"} else "witness"
                assert (proof, change.rule) == (change.proof, change.rule)


def test_a_bound_that_follows_from_the_required_members_is_none() -> None:
    old, new = request(x={"type": "integer"}), {**request(x={"type": "string"}), "minProperties": 1}
    assert ["input.type.changed"] == rules(old, new, Polarity.INPUT)


def test_another_type_claims_what_follows_from_it() -> None:
    old, new = {"type": "string", "default": "a", "maxLength": 3}, {"type": "integer", "default": 1, "minimum": 0}
    assert ["input.type.changed"] == rules(request(x=old), request(x=new), Polarity.INPUT)


def test_alternatives_are_matched_by_their_tags_before_anything_else() -> None:
    old = [tagged("a", {"type": "integer"}), tagged("b", {"type": "integer"})]
    new = [tagged("b", {"type": "integer", "maximum": 5}), tagged("a", {"type": "integer", "maximum": 3})]
    found = changes_between(request(x={"anyOf": old}), request(x={"anyOf": new}), Polarity.INPUT)
    assert [
        ("/properties/x/anyOf/0/properties/x/maximum", 3, {"kind": "a", "x": 4}),
        ("/properties/x/anyOf/1/properties/x/maximum", 5, {"kind": "b", "x": 6}),
    ] == [(change.pointer, change.new, change.witness["x"]) for change in found]  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    ("holder", "pointer"),
    [
        (lambda part: {"type": "array", "items": part}, "/items"),
        (lambda part: {"type": "array", "prefixItems": [{"type": "null"}, part]}, "/prefixItems/1"),
        (lambda part: {"type": "object", "additionalProperties": part}, "/additionalProperties"),
        (lambda part: {"type": "object", "properties": {"a/b": part}}, "/properties/a~1b"),
        (lambda part: {"anyOf": [part, {"type": "null"}]}, "/anyOf/0"),
    ],
)
def test_a_pointer_leads_to_the_keyword_and_the_witness_there(holder: Any, pointer: str) -> None:
    old, new = request(x=holder({"type": "integer"})), request(x=holder({"type": "integer", "maximum": 3}))
    (found,) = changes_between(old, new, Polarity.INPUT)
    assert ("input.bound.set", f"/properties/x{pointer}/maximum") == (found.rule, found.pointer)
    assert "witness" == found.proof


def test_what_is_shown_of_a_schema_does_not_depend_on_the_names_of_definitions() -> None:
    shown = [
        changes_between(
            {**request(x={"$ref": f"#/$defs/{name}"}), "$defs": {name: request()}}, request(), Polarity.INPUT
        )[0]
        for name in ("File_3", "File_5")
    ]
    assert replace(shown[0], pointer="") == replace(shown[1], pointer="")
    assert {"prompt": {"type": "string"}} == shown[0].old["properties"]  # type: ignore[index,call-overload]


def test_a_fingerprint_distinguishes_rule_model_pointer_and_values() -> None:
    calls = [("r", "m", "/p", 1, 2), ("s", "m", "/p", 1, 2), ("r", "n", "/p", 1, 2), ("r", "m", "/q", 1, 2),
             ("r", "m", "/p", 3, 2), ("r", "m", "/p", 1, 3)]  # fmt: skip
    assert len(calls) == len({fingerprint(*call) for call in calls})
    assert fingerprint("r", "m", "/p", 1, {"b": 1, "a": 2}) == fingerprint("r", "m", "/p", 1.0, {"a": 2, "b": 1})


def test_a_confirmed_rename_of_a_parameter_is_safe_and_compared_inside() -> None:
    old, new = request(upscaling={"type": "integer"}), request(scale={"type": "integer", "maximum": 8})
    found = changes_between(old, new, Polarity.INPUT, upscaling="scale")
    assert ["input.property.renamed", "input.bound.set"] == [change.rule for change in found]


def test_a_keyword_that_cannot_be_judged_is_never_compatible() -> None:
    for keyword in ({"not": {"$ref": "#/gone"}}, {"x": 1}, {"propertyNames": {"pattern": "("}}):
        old, new = request(x={"type": "object"}), request(x={"type": "object", **keyword})
        for polarity in (Polarity.INPUT, Polarity.OUTPUT):
            assert ["schema.unknown-keyword"] == rules(old, new, polarity)
            assert ["schema.unknown-keyword"] == rules(new, old, polarity)
            assert [] == rules(new, new, polarity)


@pytest.mark.parametrize(
    ("kind", "keyword"),
    [
        ("array", {"contains": {}}),
        ("array", {"contains": {"type": "string"}, "maxContains": 1, "minContains": 0}),
        ("array", {"prefixItems": [{"type": "string"}], "unevaluatedItems": False}),
        ("object", {"not": {"required": ["a"]}}),
        ("object", {"if": {"required": ["a"]}, "then": {"required": ["b"]}}),
        ("object", {"propertyNames": {"maxLength": 3}}),
        ("object", {"dependentRequired": {"a": ["b"]}}),
        ("object", {"dependentSchemas": {"a": {"required": ["b"]}}}),
        ("object", {"patternProperties": {"^a": {"type": "string"}}}),
        ("object", {"additionalProperties": True, "minProperties": 1, "unevaluatedProperties": {"type": "integer"}}),
    ],
)
def test_a_keyword_judged_by_sampling_alone_is_breaking_with_a_payload_and_safe_when_it_goes(
    kind: str, keyword: Json
) -> None:
    old, new = request(x={"type": kind}), request(x={"type": kind, **keyword})
    there, back = changes_between(old, new, Polarity.INPUT), changes_between(new, old, Polarity.INPUT)
    worst = next(change for change in there if change.severity is Severity.BREAKING)
    assert Draft202012Validator(old).is_valid(worst.witness)
    assert not Draft202012Validator(new).is_valid(worst.witness)
    assert {Severity.SAFE} == {change.severity for change in back}


def test_a_keyword_without_effect_is_no_change() -> None:
    assert [] == rules(request(x={"type": "object"}), request(x={"type": "object", "if": {}}), Polarity.INPUT)
