"""Leaving out what is the same on both sides changes no finding."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.strategies import NAMES, schemas

from schemaloom.drift.change import Change
from schemaloom.drift.compare import compare
from schemaloom.drift.skip_unchanged import skip_unchanged
from schemaloom.ir.model import Catalogue
from schemaloom.parse.model import parse_model
from schemaloom.snapshot.model import ModelDocument

PARAMETERS = st.dictionaries(st.sampled_from(NAMES), schemas, max_size=6)
EXTRAS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {},
        {},
        {"title": "A request"},
        {"additionalProperties": True},
        {"additionalProperties": False},
        {"additionalProperties": {"type": "string"}},
        {"minProperties": 2},
        {"maxProperties": 1},
        {"properties": {"seed": {"$ref": "#"}}},
        {"properties": {"seed": {"$ref": "#/properties/size"}}},
        {"properties": {"seed": {"$ref": "#/$defs/s"}}, "$defs": {"s": {"type": "integer", "maximum": 3}}},
        {"properties": {"seed": {"$ref": "#/$defs/s"}}, "$defs": {"s": {"type": "integer", "maximum": 9}}},
    ]
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[ModelDocument, ModelDocument]:
    """A model before and after a few of its parameters changed."""
    common = draw(PARAMETERS)
    documents: list[ModelDocument] = []
    for _ in range(2):
        gone = draw(st.sets(st.sampled_from(NAMES), max_size=2))
        properties = {name: part for name, part in common.items() if name not in gone}
        properties |= draw(st.dictionaries(st.sampled_from(NAMES), schemas, max_size=1))
        extra = draw(EXTRAS)
        schema = {"type": "object", **extra, "properties": {**properties, **extra.get("properties", {})}}
        schema["required"] = sorted(draw(st.sets(st.sampled_from(NAMES), max_size=2)))
        order = tuple(draw(st.permutations(sorted(schema["properties"])))) if draw(st.booleans()) else ()
        documents.append(ModelDocument(id="m", name="m", input=schema, parameter_order=order))
    return documents[0], documents[1]


def changes_between(old: ModelDocument, new: ModelDocument) -> tuple[Change, ...]:
    sides = [Catalogue(provider="p", models=(parse_model(document),)) for document in (old, new)]
    return compare(sides[0], sides[1]).changes


@given(pairs())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_findings_and_witnesses_are_the_same_with_and_without(pair: tuple[ModelDocument, ModelDocument]) -> None:
    assert changes_between(*pair) == changes_between(*skip_unchanged(*pair))


def request(properties: dict[str, Any], **keywords: Any) -> ModelDocument:
    schema = {"type": "object", "properties": properties, **keywords}
    return ModelDocument(id="m", name="m", input=schema)


def left(document: ModelDocument) -> list[str]:
    assert document.input is not None
    properties = document.input["properties"]
    assert isinstance(properties, dict)
    return sorted(properties)


SAME = {f"p{number}": {"type": "integer", "maximum": number} for number in range(20)}


def test_most_of_what_is_the_same_is_left_out() -> None:
    old, new = request({**SAME, "seed": {"type": "integer"}}, required=["p7"]), request(SAME, required=["p7"])
    assert [left(document) for document in skip_unchanged(old, new)] == [["p0", "p7", "seed"], ["p0", "p7"]]


def test_true_and_one_are_not_the_same() -> None:
    old, new = request({**SAME, "seed": {"default": True}}), request({**SAME, "seed": {"default": 1}})
    assert [left(document) for document in skip_unchanged(old, new)] == [["p0", "seed"], ["p0", "seed"]]


@pytest.mark.parametrize(
    "keywords",
    [
        {"additionalProperties": True},
        {"additionalProperties": False},
        {"minProperties": 1},
        {"allOf": [{}]},
        {"anyOf": [{}]},
        {"patternProperties": {}},
        {"dependentRequired": {}},
        {"$ref": "#/$defs/x"},
        {"if": {}},
        {"x-unknown": 1},
        {"$defs": {"a": {"$ref": "#"}}},
        {"$defs": {"a": {"items": [{"$ref": "#/properties/p0"}]}}},
        {"$defs": {"a": {"$dynamicRef": "#/properties/p0"}}},
    ],
)
def test_nothing_is_left_out_where_it_could_matter(keywords: dict[str, Any]) -> None:
    old, new = request({**SAME, "seed": {}}, **keywords), request(SAME, **keywords)
    assert skip_unchanged(old, new) == (old, new)


def test_a_parameter_that_refers_to_a_definition_stays() -> None:
    shared = {"$ref": "#/$defs/Size"}
    old = request({**SAME, "size": shared}, **{"$defs": {"Size": {"maximum": 1}}})
    new = request({**SAME, "size": shared}, **{"$defs": {"Size": {"maximum": 2}}})
    assert [left(document) for document in skip_unchanged(old, new)] == [["p0", "size"], ["p0", "size"]]


def test_nothing_is_left_out_when_the_order_changed() -> None:
    documents = [
        ModelDocument(id="m", name="m", input=request(SAME).input, parameter_order=order)
        for order in (("p1", "p2"), ("p2", "p1"))
    ]
    assert skip_unchanged(*documents) == tuple(documents)
