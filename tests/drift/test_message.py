"""Names and values in messages: what each form shows, and what untrusted text cannot do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.drift.comparing import changes_between
from tests.drift.report_samples import HOSTILE

from schemaloom.drift.change import Polarity
from schemaloom.drift.message import code, message_markdown, message_parts, message_text, name, value, values

TEXTS = st.text(max_size=30) | st.sampled_from(HOSTILE)


def test_names_are_code_in_markdown_with_their_characters_as_they_are() -> None:
    message = f"Parameter {name('brand_new_thing')}: pattern changed from {value('^[a-z]{3}$')} to {value('`')}"
    assert message_text(message) == 'Parameter brand_new_thing: pattern changed from "^[a-z]{3}$" to "`"'
    assert message_markdown(message) == "Parameter `brand_new_thing`: pattern changed from `^[a-z]{3}$` to `` ` ``"


def test_values_are_json_on_the_terminal_and_strings_without_quotes_in_markdown() -> None:
    message = f"{values([1.5, None, True, 'a b', '', {'x': [1]}, 7])}"
    assert message_text(message) == '1.5, null, true, "a b", "" and 2 more'
    assert message_markdown(message) == '`1.5`, `null`, `true`, `a b`, `""` and 2 more'


def test_long_values_are_cut() -> None:
    assert len(message_text(value("x" * 500))) < 70
    assert len(message_text(value({"x": "y" * 500}))) < 70
    assert len(message_text(name("x" * 500))) <= 200


@given(TEXTS)
def test_a_name_is_one_printable_line_and_nothing_but_a_name(text: str) -> None:
    (part,) = message_parts(name(text))
    assert part.kind == "name"
    assert part.text.isprintable()
    assert not text or not text.isprintable() or len(text) > 200 or "##[" in text or part.text == text


@given(TEXTS)
def test_a_code_span_holds_all_of_the_text_whatever_it_is(text: str) -> None:
    for marked in (name(text), value(text), value({text: text})):
        tokens = MarkdownIt("commonmark").parse(f"a {message_markdown(marked)} b")
        assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
        children = tokens[1].children or []
        assert [child.type for child in children] == ["text", "code_inline", "text"]
    (_, span, _) = (MarkdownIt("commonmark").parse(f"a {code(text)} b")[1].children or [])[:3]
    if text.isprintable() and text.strip() and len(text) < 200 and "##[" not in text:
        assert span.content == text


@given(st.recursive(st.none() | st.booleans() | st.integers() | TEXTS, lambda part: st.lists(part, max_size=3)))
def test_a_short_value_is_json_that_can_be_read_back(content: object) -> None:
    text = message_text(value(content))  # type: ignore[arg-type]
    written = json.dumps(content, ensure_ascii=False)
    if written.isprintable() and len(written) <= 60 and "##[" not in written:
        assert json.loads(text) == content


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ({"minimum": 1}, {"minimum": 2}, "Parameter p: minimum changed from 1 to 2"),
        ({}, {"minLength": 2}, "Parameter p: minLength set to 2"),
        ({"maxItems": 2}, {}, "Parameter p: maxItems 2 removed"),
        ({}, {"type": "string"}, "Parameter p: type changed from any to string"),
        (
            {"type": "string"},
            {"type": "string", "minLength": 3, "maxLength": 2},
            "Parameter p accepts no value any more",
        ),
    ],
)
def test_a_rule_of_one_type_is_no_change_of_the_type(old: Any, new: Any, message: str) -> None:
    sides = ({"type": "object", "properties": {"p": schema}} for schema in (old, new))
    assert [change.message for change in changes_between(*sides, Polarity.INPUT)] == [message]
