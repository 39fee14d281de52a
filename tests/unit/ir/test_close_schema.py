"""Closed schemas, judged by another validator: unlisted properties are refused wherever an object lists some."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemaloom.ir.close_schema import close_schema

SIZE = {"type": "object", "properties": {"width": {"type": "integer"}}}
DEFINITIONS = {"Size": SIZE, "Preset": {"type": "string"}, "Loop": {"anyOf": [{"$ref": "#/$defs/Loop"}]}}
SCALARS: dict[str, dict[str, Any]] = {
    "a type": {"type": "string"},
    "a reference": {"$ref": "#/$defs/Preset"},
    "a union": {"anyOf": [{"type": "number"}, {"$ref": "#/$defs/Preset"}]},
    "an intersection": {"allOf": [{"type": "string"}, {"minLength": 1}]},
    "a reference to itself": {"allOf": [{"type": "string"}, {"$ref": "#/$defs/Loop"}]},
}


@pytest.mark.parametrize("scalar", SCALARS.values(), ids=SCALARS)
@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_an_object_beside_a_scalar_is_closed(keyword: str, scalar: dict[str, Any]) -> None:
    size = {keyword: [{"$ref": "#/$defs/Size"}, scalar]}
    closed = Draft202012Validator(close_schema({"properties": {"size": size}, "$defs": DEFINITIONS}))
    assert closed.is_valid({"size": {"width": 1}})
    assert not closed.is_valid({"size": {"width": 1, "height": 2}})


def test_an_object_beside_one_that_lists_nothing_stays_open() -> None:
    size = {"anyOf": [{"$ref": "#/$defs/Size"}, {"type": "object"}]}
    closed = Draft202012Validator(close_schema({"properties": {"size": size}, "$defs": DEFINITIONS}))
    assert closed.is_valid({"size": {"height": 2}})
