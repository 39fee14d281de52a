"""Markdown inside a line, as plain text."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token


@cache
def parser() -> MarkdownIt:
    """Return the parser of blocks and inline Markdown.

    Underlined headings and indented code are off: in a copied page, a dash below a line is a
    cell of a table, and indentation is whatever the page had.  Tables are read elsewhere, row by
    row, because a Markdown parser fills in the cells that a broken row lacks.
    """
    return MarkdownIt("commonmark").disable(["lheading", "code", "html_block", "reference"])


def plain(text: str) -> str:
    """The text that a reader of the rendered line sees, white space collapsed."""
    tokens = parser().parseInline(text.strip())
    return " ".join("".join(_visible_text(token) for token in tokens).split())


def plain_lines(inline: Token) -> list[str]:
    """The lines of a parsed paragraph, as plain text."""
    return [" ".join(line.split()) for line in _visible_text(inline).split("\n")]


def _visible_text(token: Token) -> str:
    if token.children is not None:
        return "".join(_visible_text(child) for child in token.children)
    return "\n" if token.type in {"softbreak", "hardbreak"} else token.content
