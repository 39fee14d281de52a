"""Canonical text of JSON values: equal values, equal texts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemaloom.json.values import json_text, json_type, json_value, may_mention

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "text", "kind"),
    [
        (None, "null", "null"),
        (True, "true", "boolean"),
        (1, "1", "integer"),
        (1.0, "1", "integer"),
        (-0.0, "0", "integer"),
        (1.5, "1.5", "number"),
        (2**60, "1152921504606846976", "integer"),
        (1e300, "1e+300", "integer"),
        ("é", '"\\u00e9"', "string"),
        ([1.0, [True]], "[1,[true]]", "array"),
        ({"b": 1.0, "a": None}, '{"a":null,"b":1}', "object"),
    ],
)
def test_a_value_has_one_text_and_one_type(value: Any, text: str, kind: str) -> None:
    assert (text, kind) == (json_text(value), json_type(value))


@given(anything)
def test_a_text_gives_its_value_back(value: Any) -> None:
    assert value == json_value(json_text(value))
    assert json_text(value) == json_text(json_value(json_text(value)))


@pytest.mark.parametrize("word", ["$schema", "readOnly", "\ufffd"])
@given(value=anything, before=st.text(), after=st.text())
def test_a_word_in_a_name_or_a_string_is_never_missed(word: str, value: Any, before: str, after: str) -> None:
    text = before + word + after
    holders: list[Any] = [[value, text], {"a": [{text: value}]}, {text: value}, [[value, {"b": text}]]]
    for holder in holders:
        assert may_mention(holder, "absent entirely", word)


def test_a_word_that_is_absent_is_not_mentioned() -> None:
    assert not may_mention({"type": ["string", 1]}, "$schema", "readOnly")
