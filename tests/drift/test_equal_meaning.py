"""Equal meaning gives no finding at all, however it is spelled."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drift.comparing import changes_between, read_for, request
from tests.drift.rewriting import described, rewritten
from tests.parsing import parse_catalogue
from tests.paths import SPECS

from schemaloom.drift.catalogue.control_plane import ControlPlane, compare_planes
from schemaloom.drift.change import Polarity
from schemaloom.drift.compare import compare
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

PROVIDERS = sorted(path.parent.name for path in SPECS.glob("*/provider.toml"))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_rewritten_schema_gives_nothing(data: st.DataObject) -> None:
    schema = data.draw(described())
    other = data.draw(rewritten(schema))
    for polarity in (Polarity.INPUT, Polarity.OUTPUT):
        assert [] == changes_between(schema, other, polarity)
        assert [] == changes_between(other, schema, polarity)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_committed_snapshot_does_not_drift_from_itself(provider: str) -> None:
    old, new = (parse_catalogue(read_snapshot(SPECS / provider), provider) for _ in range(2))
    # Without digests, equality is found by comparing and not by skipping.
    bare = replace(old, models=tuple(replace(model, digest="") for model in old.models))
    report = compare(bare, new)
    assert ((), "none") == (report.changes, report.bump)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_committed_control_plane_does_not_drift_from_itself(provider: str) -> None:
    planes = [
        ControlPlane(
            read_schema=read_for,
            openapi=read_snapshot(SPECS / provider).openapi,
            provider=load_provider(SPECS / provider / "provider.toml"),
        )
        for _ in range(2)
    ]
    assert [] == list(compare_planes(*planes))


A = {"type": "object", "properties": {"kind": {"const": "a"}, "x": {"type": "integer"}}, "required": ["kind"]}
B = {"type": "object", "properties": {"kind": {"const": "b"}, "y": {"type": "string"}}, "required": ["kind"]}
DEFINITIONS = {"A": A, "B": B, "closed": {**A, "additionalProperties": False}}
COMMON = {**A, "properties": {"kind": {"enum": ["a", "b"]}, "x": {"type": "integer"}}}
EQUAL = {
    "a range cut in two": ({"type": "integer", "minimum": 1, "maximum": 9},
                           {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 4},
                                      {"type": "integer", "minimum": 5, "maximum": 9}]}),
    "a real range cut in two": ({"type": "number", "minimum": 1, "maximum": 9},
                                {"anyOf": [{"type": "number", "minimum": 1, "exclusiveMaximum": 4},
                                           {"type": "number", "minimum": 4, "maximum": 9}]}),
    "lengths cut in two": ({"type": "string", "maxLength": 9},
                           {"anyOf": [{"type": "string", "maxLength": 4},
                                      {"type": "string", "minLength": 3, "maxLength": 9}]}),
    "an object cut by its tag": (COMMON, {"oneOf": [
        {**COMMON, "properties": {**COMMON["properties"], "kind": {"const": tag}}} for tag in "ab"]}),
    "every type there is": ({}, {"type": ["null", "boolean", "number", "string", "array", "object"]}),
    "numbers that are whole": ({"type": "integer"}, {"type": "number", "multipleOf": 1.0}),
    "a few whole numbers": ({"type": "integer", "minimum": 1, "maximum": 3}, {"enum": [1, 2, 3]}),
    "both truth values": ({"type": "boolean"}, {"enum": [True, False]}),
    "tagged alternatives behind references": (
        {"oneOf": [A, B]}, {"anyOf": [{"$ref": "#/$defs/B"}, {"$ref": "#/$defs/A"}]}),
    "null spelled five ways": ({"type": ["string", "null"]}, {"oneOf": [{"const": None}, {"type": "string"}]}),
    "an empty tuple": ({"type": "array", "maxItems": 0}, {"type": "array", "items": False}),
    "a closed object deep in what it is composed of, and behind references": (
        {"allOf": [{"allOf": [{**A, "additionalProperties": False}]}]},
        {"allOf": [{"allOf": [{"allOf": [{"$ref": "#/$defs/closed"}]}]}]}),
    "a name that is forbidden": ({"type": "object", "properties": {}, "additionalProperties": False},
                                 {"type": "object", "properties": {"x": False}, "additionalProperties": False}),
}  # fmt: skip


@pytest.mark.parametrize("name", EQUAL)
def test_schemas_that_admit_the_same_differ_in_nothing_that_counts(name: str) -> None:
    old, new = ({**request(x=schema), "$defs": DEFINITIONS} for schema in EQUAL[name])
    for polarity in (Polarity.INPUT, Polarity.OUTPUT):
        assert [] == changes_between(old, new, polarity)
        assert [] == changes_between(new, old, polarity)


def test_a_default_beside_an_alternative_that_is_there_twice_stays() -> None:
    twice = {**request(x={"anyOf": [B, {"$ref": "#/$defs/B"}], "default": {"kind": "b"}}), "$defs": {"B": B}}
    assert [] == changes_between(request(x={**B, "default": {"kind": "b"}}), twice, Polarity.INPUT)


WIDER = {
    "an enum that moved into a union": ({"enum": ["a", "b"]}, {"anyOf": [{"type": "integer"}, {"enum": ["a", "b"]}]}),
    "whole numbers that became numbers": ({"type": "integer", "minimum": 1}, {"type": "number", "minimum": 0.5}),
    "an alternative that was split and grew": (COMMON, {"anyOf": [
        {**COMMON, "properties": {"kind": {"const": "a"}, "x": {}}},
        {**COMMON, "properties": {"kind": {"const": "b"}, "x": {"type": "number"}}}]}),
    "a value that became one of a list": ({"type": "string"}, {"anyOf": [{"type": "string"}, {"type": "array"}]}),
    "an alternative that took over another": ({"anyOf": [{"type": "integer"}, {"enum": ["a"]}]},
                                              {"anyOf": [{"type": "number"}, {"type": "string"}]}),
    "a multiple of a multiple": ({"type": "integer", "multipleOf": 64}, {"type": "integer", "multipleOf": 8}),
}  # fmt: skip


@pytest.mark.parametrize("name", WIDER)
def test_a_request_that_only_widens_is_never_breaking(name: str) -> None:
    old, new = WIDER[name]
    found = changes_between(request(x=old), request(x=new), Polarity.INPUT)
    assert found
    assert [] == [change for change in found if change.severity != "safe"]
    assert [] != [c for c in changes_between(request(x=new), request(x=old), Polarity.INPUT) if c.proof == "witness"]
