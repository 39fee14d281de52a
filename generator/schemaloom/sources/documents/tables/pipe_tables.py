"""Tables with cells between ``|``, one row a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schemaloom.settings.value_types import Column
from schemaloom.sources.documents.tables.column_headings import Columns
from schemaloom.sources.documents.tables.table import Row, Table, new_table, split_badge
from schemaloom.sources.documents.text.lines import Line
from schemaloom.sources.documents.text.markdown import plain

_RULER = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
_PIPE = re.compile(r"(?<!\\)\|")


def read_pipe_table(lines: Sequence[Line], start: int, columns: Columns) -> tuple[Table, int] | None:
    """The table whose heading is `lines[start]`, and the index after it; None if there is none.

    Rows may lack the outer pipes.  A row with too few or too many cells is left out and reported.
    """
    if start + 1 >= len(lines) or "|" not in lines[start].text or "|" not in lines[start + 1].text:
        return None
    headings = [plain(cell) for cell in _cells(lines[start].text)]
    if not _RULER.fullmatch(lines[start + 1].text) or len(_cells(lines[start + 1].text)) != len(headings):
        return None
    table = new_table(headings, lines[start], columns)
    if table is None:
        return None
    end = start + 2
    for index in range(end, len(lines)):
        if not lines[index].text.strip():
            break
        if _PIPE.search(lines[index].text):
            end = index + 1
    table.badges = table.subject == "parameters" and "required" not in table.columns
    for line in lines[start + 2 : end]:
        _add_row(table, line)
    return table, end


def _add_row(table: Table, line: Line) -> None:
    found = _cells(line.text)
    if len(found) != len(table.columns):
        table.reject_row(line, f"row has {len(found)} cells where the table has {len(table.columns)} columns; left out")
        return
    cells: dict[Column, str] = {
        column: plain(cell) for column, cell in zip(table.columns, found, strict=True) if column is not None
    }
    if table.badges:
        cells["name"], badge = split_badge(cells["name"])
        if badge is not None:
            cells["required"] = badge
    table.rows.append(Row(cells, line))


def _cells(text: str) -> list[str]:
    stripped = text.strip()
    stripped = stripped.removeprefix("|")
    if stripped.endswith("|") and not stripped.endswith("\\|"):
        stripped = stripped[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(stripped)]
