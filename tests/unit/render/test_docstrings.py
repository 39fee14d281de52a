"""The lines of a description: paragraphs are wrapped, lists and code keep their lines."""

from __future__ import annotations

import ast

import pytest

from schemaloom.render.docstrings import code, docstring


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One\nparagraph.\n\nAnother.", "One paragraph.\n\nAnother."),
        ("Of:\n- a\n  - b\n    goes on\n  - c\n- d", "Of:\n- a\n  - b goes on\n  - c\n- d"),
        ("1. one\n2. two\n   more", "1. one\n2. two more"),
        ("Call:\n\n    a = 1\n      b = 2\n\nThen.", "Call:\n\n    a = 1\n      b = 2\n\nThen."),
        ("- item\n\n    its paragraph", "- item\n\nits paragraph"),
        ("Indented as in Python:\n        - a\n        - b", "Indented as in Python:\n- a\n- b"),
        ("```\n x  = 1\n```", "```\n x  = 1\n```"),
        ("# Head\ntext\n| a | b |", "# Head\ntext\n| a | b |"),
    ],
)
@pytest.mark.parametrize("indent", [0, 4])
def test_lines_are_what_the_provider_means(text: str, shown: str, indent: int) -> None:
    body = "class A:\n    " if indent else ""
    (node,) = ast.parse(body + docstring(text, indent=indent)).body

    assert shown == ast.get_docstring(node if isinstance(node, ast.ClassDef) else ast.Module([node], []))


@pytest.mark.parametrize(
    "text", ['The word "snow"', '"', 'A """ in it', "A \\ at the end \\", 'Two lines,\n\nthe last "quoted"']
)
def test_quotes_and_backslashes_are_what_they_were(text: str) -> None:
    (node,) = ast.parse(docstring(text)).body

    assert ast.get_docstring(ast.Module([node], [])) == text


def test_code_holds_no_backquote() -> None:
    assert code("a `b`\nc") == "``a 'b' c``"
