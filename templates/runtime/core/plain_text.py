"""Untrusted text for terminals and agents: nothing in it moves a cursor or changes what was printed before."""

from __future__ import annotations


def one_line(text: str) -> str:
    """`text` on one line, without control characters and the like."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """`text` with every character that is not visible, space or newline replaced."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)
