"""A document as a sequence of headings, texts, list items, fenced blocks and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from markdown_it.token import Token

from schemaloom.sources.documents.tables.column_headings import Columns
from schemaloom.sources.documents.tables.pipe_tables import read_pipe_table
from schemaloom.sources.documents.tables.table import Table
from schemaloom.sources.documents.tables.vertical_tables import read_cell_table
from schemaloom.sources.documents.text.lines import Line, inside_fences
from schemaloom.sources.documents.text.markdown import parser, plain_lines

_HEADING = re.compile(r" {0,3}#{1,6}\s+\S")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading."""

    text: str
    markdown: str
    """The heading before its marks were taken off."""
    line: Line


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block, its content unchanged."""

    content: str
    line: Line


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, or an item of a list: its lines as plain text."""

    lines: tuple[Line, ...]
    is_item: bool = False

    @property
    def joined(self) -> str:
        """The lines as one."""
        return " ".join(line.text for line in self.lines).strip()


Block: TypeAlias = Heading | Fence | Text | Table


def read_blocks(lines: Sequence[Line], columns: Columns) -> list[Block]:
    """Read the blocks of a document, in its order."""
    tables, rest = _lift_tables(list(lines), columns)
    found = list(_parsed(rest))
    placed = [*((index, block) for index, block in found), *tables.items()]
    return [block for _, block in sorted(placed, key=lambda pair: pair[0])]


def is_page(lines: Sequence[Line]) -> bool:
    """Whether a document is the text of a page: without Markdown's headings."""
    fenced = inside_fences(lines)
    return not any(_HEADING.match(line.text) for line, inside in zip(lines, fenced, strict=True) if not inside)


def _lift_tables(lines: list[Line], columns: Columns) -> tuple[dict[int, Block], list[Line]]:
    """Take the tables out, so that no dash or number of a cell is taken for a list."""
    fenced = inside_fences(lines)
    tables: dict[int, Block] = {}
    index = 0
    while index < len(lines):
        found = None
        if not fenced[index] and lines[index].text.strip():
            found = read_pipe_table(lines, index, columns) or read_cell_table(lines, index, columns)
        if found is None:
            index += 1
            continue
        tables[index], end = found
        lines[index:end] = [Line("", line.number, line.column) for line in lines[index:end]]
        index = end
    return tables, lines


def _parsed(lines: Sequence[Line]) -> Iterator[tuple[int, Block]]:
    tokens = parser().parse("\n".join(line.text for line in lines))
    items = 0
    for before, token in zip([None, *tokens], tokens, strict=False):
        items += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        index = token.map[0] if token.map else 0
        if token.type == "fence":
            yield index, Fence(token.content, lines[index])
        elif token.type == "inline" and before is not None and before.type == "heading_open":
            yield index, Heading(plain_lines(token)[0], token.content, lines[index])
        elif token.type == "inline":
            yield index, Text(tuple(_text_lines(token, lines, index)), is_item=items > 0)


def _text_lines(token: Token, lines: Sequence[Line], index: int) -> Iterator[Line]:
    for offset, text in enumerate(plain_lines(token)):
        line = lines[min(index + offset, len(lines) - 1)]
        yield Line(text, line.number, line.column)
