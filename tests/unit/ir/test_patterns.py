"""Patterns as ECMA-262 means them, run by the linear-time engine of generated classes."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from schemaloom.ir.patterns import linear_pattern


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        (r"^\d$", "7", "৪"),
        (r"^\D$", "৪", "7"),
        (r"^\w$", "_aZ9", "éß"),
        (r"^\W$", "é-", "a_"),
        (r"^\s$", " \t\n\u00a0\ufeff\u2028", "x\u200b"),
        (r"^\S$", "x", " \ufeff"),
        (r"^[\d.-]$", "7.-", "/a"),
        (r"^[^\s]$", "x", " "),
        (r"^[\S]$", "x", " "),
        ("^[a-z&&_]$", "a&_", "A-"),
        ("^[!--]$", "!+-", "."),
        ("^[+--]$", "+,-", "."),
        ("^[~~a]$", "~a", "b"),
        ("^[[a]$", "[a", "b"),
        (r"^[\]\\^]$", r"]\^", "["),
        (r"^[\b]$", "\b", "b"),
        ("^[^]$", "a\n", ""),
        ("^.$", "a\t", "\n\r\u2028"),
        (r"^\cJ$", "\n", "J"),
        (r"^\u0041$", "A", "u"),
        (r"^\uD83D\uDC32$", "\U0001f432", "x"),
        (r"^\x41$", "A", "x"),
        (r"^\/$", "/", "\\"),
        (r"^(?:a|b)$", "ab", "c"),
        ("^(?<name>a)$", "a", "b"),
        (r"^\p{L}$", "é", "1"),
        ("^a{1}$", "a", "b"),
        ("^}$", "}", "{"),
        ("a$", "a", "b"),
    ],
)  # fmt: skip
def test_a_pattern_means_what_it_means_in_ecma_262(pattern: str, matching: str, others: str) -> None:
    linear = linear_pattern(pattern)
    assert linear is not None
    adapter = TypeAdapter(Annotated[str, Field(pattern=linear)])
    for char in matching:
        assert char == adapter.validate_python(char)
    for char in [*others, "a\n"] if pattern == "a$" else others:
        with pytest.raises(ValidationError):
            adapter.validate_python(char)


@pytest.mark.parametrize(
    "pattern", ["(?=a)", "(?!a)", "(?<=a)", "(?<!a)", r"(a)\1", r"(?<n>a)\k<n>", "[", "(", "\\", "*", r"\u{110000}"]
)
def test_a_pattern_that_needs_another_engine_has_no_translation(pattern: str) -> None:
    assert linear_pattern(pattern) is None
