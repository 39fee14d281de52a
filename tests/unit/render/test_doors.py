"""The two doors through which untrusted text enters Python source: literals and docstrings."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemaloom.render.docstrings import code, docstring, sentence
from schemaloom.render.literals import literal, text_literal, tuple_literal

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
awkward = st.text(st.sampled_from("\"'\\ \n\r\t\0\u2028\u202e\ufeff{}%N#aé🦆"), max_size=40)
texts = st.text() | awkward


@given(anything | awkward)
def test_a_literal_evaluates_to_its_value_and_to_nothing_else(value: Any) -> None:
    source = literal(value)

    assert value == ast.literal_eval(source)
    assert repr(value) == repr(ast.literal_eval(source)), "1, 1.0 and True are different"
    assert source.isprintable()


@given(texts)
def test_a_text_literal_is_one_printable_double_quoted_token(text: str) -> None:
    source = text_literal(text)

    assert text == ast.literal_eval(source)
    assert source.isprintable()
    assert ('"', '"') == (source[0], source[-1])


@pytest.mark.parametrize(("items", "source"), [([], "()"), (["1"], "(1,)"), (["1", "2"], "(1, 2)")])
def test_a_tuple_literal_is_a_tuple(items: list[str], source: str) -> None:
    assert source == tuple_literal(items)
    assert isinstance(ast.literal_eval(source), tuple)


@settings(max_examples=100)
@given(st.lists(texts, min_size=1, max_size=3), st.sampled_from([0, 4]))
def test_a_docstring_is_one_docstring_and_has_the_words(paragraphs: list[str], indent: int) -> None:
    paragraphs = ["Title.", *paragraphs] if not any(sentence(part) for part in paragraphs) else paragraphs
    source = docstring(*paragraphs, indent=indent)
    module = f"class A:\n    {source}\n    x = 1\n" if indent else f"{source}\nx = 1\n"
    tree = ast.parse(module)
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else tree.body

    assert [ast.Expr, ast.Assign] == [type(statement) for statement in body]
    text = ast.get_docstring(tree.body[0] if isinstance(tree.body[0], ast.ClassDef) else tree) or ""
    assert " ".join(sentence(part) for part in paragraphs).split() == text.split()
    assert source.replace("\n", "").isprintable()


@pytest.mark.parametrize("text", ['"', '"""', '""""', '"""""', 'say "x"', "\\", '\\"', '\\"""', 'x"""', "\\N{BULLET}"])
def test_quotes_and_backslashes_at_the_end_do_not_break_out(text: str) -> None:
    for source in (docstring(text), docstring(text, text, indent=4), docstring("long " * 30 + text)):
        (statement,) = ast.parse(source).body
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Constant)
        assert str(statement.value.value).strip().endswith(text)


def test_long_texts_are_cut_and_lines_stay_within_the_margin() -> None:
    source = docstring("word " * 5000, indent=4)

    assert max(len(line) for line in source.splitlines()) <= 100
    assert len(source) < 5_000
    assert source.splitlines()[-2].endswith("…")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\n  b\tc", "a b c"), ("\0\u200b", ""), ("\u202eabc", "abc"), (" é ", "é"), ("a\u00a0b", "a b")],
)
def test_a_sentence_is_one_printable_line(text: str, expected: str) -> None:
    assert expected == sentence(text)


def test_code_cannot_end_its_own_quotes() -> None:
    assert "``a''b``" == code("a``b")
