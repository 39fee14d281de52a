"""Bounds and sizes in any spelling, as JSON Schema 2020-12 spells them; a malformed one is left out."""

from __future__ import annotations

from typing import Any

import pytest

from schemaloom.parse.limits import is_count, limits


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"minimum": 0, "maximum": 1.5}, {"minimum": 0, "maximum": 1.5}),
        ({"exclusiveMinimum": 0}, {"exclusiveMinimum": 0}),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
        ({"minimum": True}, {}),
        ({"minimum": "1"}, {}),
        ({"maxItems": 0, "minLength": 2.0}, {"maxItems": 0, "minLength": 2.0}),
        ({"maxLength": -1, "minItems": 1.5, "maxProperties": "3"}, {}),
        ({"multipleOf": 0.5}, {"multipleOf": 0.5}),
        ({"multipleOf": 0}, {}),
        ({"multipleOf": -1}, {}),
        ({"multipleOf": True}, {}),
        ({"uniqueItems": True}, {"uniqueItems": True}),
        ({"uniqueItems": False}, {}),
        ({"uniqueItems": 1}, {}),
    ],
)
def test_limits_are_read_in_every_spelling(node: dict[str, Any], expected: dict[str, Any]) -> None:
    assert expected == limits(node)


@pytest.mark.parametrize(("value", "expected"), [(0, True), (2.0, True), (-1, False), (0.5, False), (True, False)])
def test_a_count_is_a_whole_number_from_0(value: Any, expected: bool) -> None:
    assert is_count(value) is expected
