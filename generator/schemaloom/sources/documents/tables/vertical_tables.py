"""Tables that lost their rows: every cell is on its own line.

The headings come first, joined together (``ParameterTypeDefault``) or one to a line, then the
cells, row after row, with blank lines between all of them or between none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from schemaloom.settings.value_types import Column
from schemaloom.sources.documents.tables.cell_types import read_type
from schemaloom.sources.documents.tables.column_headings import Columns
from schemaloom.sources.documents.tables.table import BADGES, Row, Table, new_table, split_badge
from schemaloom.sources.documents.text.lines import Line
from schemaloom.sources.documents.text.markdown import plain

_YES_OR_NO = frozenset({"yes", "no", "true", "false", "required", "optional", "y", "n", "✓", "✗"})
_NAME = re.compile(r"[^\s|{}\"'`,;:!?()]+")
_END = re.compile(r" {0,3}(#{1,6}(\s|$)|`{3}|~{3}|-{3,}\s*$)")
"""Beginnings of lines that are no cell: a heading, a fence, a rule across the page."""
_MOST_UNKNOWN = 2
"""Headings in a row that may be unknown."""
_MOST_HEADINGS = 12
"""Cells looked at to decide whether a table begins."""


def read_cell_table(lines: Sequence[Line], start: int, columns: Columns) -> tuple[Table, int] | None:
    """The table whose first heading is `lines[start]`, and the index after it; None if there is none."""
    if not lines[start].text.strip().startswith(_capitalised(columns)):
        return None
    spaced = start + 1 < len(lines) and not lines[start + 1].text.strip()
    groups, _ = _groups(lines, start, spaced=spaced, most=_MOST_HEADINGS)
    headings = [_text(group) for group in groups]
    joined = _split_joined(headings[0], columns)
    known = _headings(headings, columns)
    if joined is None and known < 2:
        return None
    groups, end = _groups(lines, start, spaced=spaced)
    texts = [_text(group) for group in groups]
    places = [group[0] for group in groups]
    if joined is not None:
        return _fewest_left_over([(joined, 1)], texts, places, columns), end
    widths = [width for width in range(known, known + _MOST_UNKNOWN + 1) if width <= len(texts)]
    return _fewest_left_over([(texts[:width], width) for width in widths], texts, places, columns), end


def _text(group: Sequence[Line]) -> str:
    return plain(" ".join(line.text for line in group))


def _groups(
    lines: Sequence[Line], start: int, *, spaced: bool, most: int | None = None
) -> tuple[list[list[Line]], int]:
    """Cells as groups of lines, `most` at most, and the index after the last one."""
    groups: list[list[Line]] = []
    fresh = True
    index = start
    while index < len(lines) and not _END.match(lines[index].text) and (most is None or len(groups) < most):
        if lines[index].text.strip():
            if fresh or not spaced:
                groups.append([])
            groups[-1].append(lines[index])
            fresh = False
        elif not spaced:
            break
        else:
            fresh = True
        index += 1
    return groups, index


def _headings(texts: Sequence[str], columns: Columns) -> int:
    """Return how many cells are headings: through the last known one, unknown ones between them counted."""
    if not texts[0][:1].isupper() or columns.subject(texts[0]) is None:
        return 0
    found: list[Column] = ["name"]
    count, unknown = 1, 0
    for index, text in enumerate(texts[1:], start=1):
        column = columns.column(text, first=False) if text[:1].isupper() else None
        if column is not None and column in found:
            break
        if column is None:
            unknown += 1
            if unknown > _MOST_UNKNOWN or not text[:1].isupper():
                break
            continue
        found.append(column)
        count, unknown = index + 1, 0
    return count


def _split_joined(text: str, columns: Columns) -> list[str] | None:
    match = _joined_pattern(tuple(columns.first_words()), tuple(columns.words())).fullmatch(text)
    if match is None:
        return None
    found, rest = [match[1]], match[2]
    later = re.compile("|".join(re.escape(_titled(word)) for word in columns.words()))
    while rest:
        piece = later.match(rest)
        if piece is None:
            return None
        found.append(piece[0])
        rest = rest[piece.end() :]
    return found


@cache
def _joined_pattern(firsts: tuple[str, ...], others: tuple[str, ...]) -> re.Pattern[str]:
    first, later = ("|".join(re.escape(_titled(word)) for word in words) for words in (firsts, others))
    return re.compile(f"({first})((?:{later})+)")


def _capitalised(columns: Columns) -> tuple[str, ...]:
    return tuple(_titled(word) for word in columns.first_words())


def _titled(word: str) -> str:
    return word[:1].upper() + word[1:]


def _fewest_left_over(
    candidates: Sequence[tuple[Sequence[str], int]], texts: Sequence[str], places: Sequence[Line], columns: Columns
) -> Table:
    """The reading, of those with some unknown last headings, that leaves the fewest cells over."""
    tables: list[Table] = []
    for headings, taken in candidates:
        table = new_table(headings, places[0], columns)
        if table is not None:
            _Cells(table, texts[taken:], places[taken:]).read()
            tables.append(table)
    return min(tables, key=lambda table: (sum(not fault.message.startswith("column") for fault in table.faults), 0))


class _Cells:
    """Cells in a row, cut into rows where a row can begin."""

    def __init__(self, table: Table, texts: Sequence[str], places: Sequence[Line]) -> None:
        self._table, self._texts, self._places = table, texts, places
        self._badges = table.subject == "parameters" and "required" not in table.columns
        table.badges = self._badges

    def read(self) -> None:
        at = 0
        while at < len(self._texts):
            width = self._width(at)
            if width:
                self._add_row(at, width)
                at += width
                continue
            following = next((place for place in range(at + 1, len(self._texts)) if self._width(place)), None)
            end = len(self._texts) if following is None else following
            shown = ", ".join(repr(text[:40]) for text in self._texts[at : min(end, at + 3)])
            self._table.reject_row(
                self._places[at], f"{end - at} cells make no row of {len(self._table.columns)}: {shown}; left out"
            )
            at = end

    def _width(self, at: int) -> int:
        """Return how many cells the row at `at` takes; 0 if none begins there."""
        width = self._size(at)
        if at + width > len(self._texts) or not _NAME.fullmatch(self._texts[at]):
            return 0
        cells = self._cells(at, width)
        if "required" in self._table.columns:
            return width if cells.get("required", "").casefold() in _YES_OR_NO else 0
        if "type" not in self._table.columns or read_type(cells.get("type", "")) is not None:
            return width
        # An unknown type counts as a type cell if the rows after it line up.
        after = at + width
        in_step = after == len(self._texts) or (
            after + self._size(after) <= len(self._texts)
            and read_type(self._cells(after, self._size(after)).get("type", "")) is not None
        )
        return width if in_step else 0

    def _size(self, at: int) -> int:
        return len(self._table.columns) + self._has_badge(at)

    def _has_badge(self, at: int) -> bool:
        return self._badges and at + 1 < len(self._texts) and self._texts[at + 1] in BADGES

    def _cells(self, at: int, width: int) -> dict[Column, str]:
        texts = [self._texts[at], *self._texts[at + 1 + self._has_badge(at) : at + width]]
        cells: dict[Column, str] = {
            column: text for column, text in zip(self._table.columns, texts, strict=True) if column is not None
        }
        if self._has_badge(at):
            cells["required"] = self._texts[at + 1]
        elif self._badges:
            cells["name"], joined = split_badge(cells["name"])
            cells |= {"required": joined} if joined else {}
        return cells

    def _add_row(self, at: int, width: int) -> None:
        self._table.rows.append(Row(self._cells(at, width), self._places[at]))
