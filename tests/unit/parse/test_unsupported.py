"""Which keywords the IR does not express: each may reject a value that the IR accepts."""

from __future__ import annotations

from typing import Any

import pytest

from schemaloom.parse.unsupported import unsupported_keywords


@pytest.mark.parametrize(
    ("node", "names"),
    [
        ({"type": "string", "minLength": 1, "pattern": "^a"}, []),
        ({"pattern": "(?=a)b"}, ["pattern"]),
        ({"pattern": 1}, []),
        ({"not": {}, "if": {}, "contains": {}}, ["contains", "if", "not"]),
        ({"title": "A", "default": 1, "$defs": {}, "x-order": 1}, []),
        ({"type": "integer", "enum": [1]}, []),
        ({"type": "integer", "enum": ["1"]}, ["type"]),
        ({"items": [{}], "additionalItems": False}, []),
        ({"items": {}, "additionalItems": False}, ["additionalItems"]),
        ({"$ref": "#/$defs/a", "anyOf": [], "const": 1, "nullable": True}, []),
        ({"made-up": 1}, ["made-up"]),
    ],
)
def test_a_keyword_without_an_expression_is_listed(node: dict[str, Any], names: list[str]) -> None:
    assert names == [found.name for found in unsupported_keywords(node)]


def test_it_keeps_its_value() -> None:
    (found,) = unsupported_keywords({"not": {"type": "null"}})

    assert found.value == '{"type":"null"}'
