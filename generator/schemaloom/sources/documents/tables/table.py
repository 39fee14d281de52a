"""Tables of a document: their subjects and their rows, whichever shape they have.

Rows are read here and not by the Markdown parser, because only a row that has exactly the cells
of its heading shows which value belongs to which column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from schemaloom.settings.value_types import Column
from schemaloom.sources.documents.tables.column_headings import READ, Columns, Subject
from schemaloom.sources.documents.text.lines import Line

BADGES = ("required", "optional")
"""Badges that pages print beside a parameter's name in place of a column."""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells as plain text, by column; a column that is not known is left out."""

    cells: Mapping[Column, str]
    line: Line

    @property
    def name(self) -> str:
        """The first cell."""
        return self.cells.get("name", "")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a table that could not be read, and where."""

    line: Line
    message: str


@dataclass(slots=True)
class Table:
    """One table."""

    subject: Subject
    columns: tuple[Column | None, ...]
    """The meaning of each column; None if its heading is unknown."""
    line: Line
    rows: list[Row] = field(default_factory=list[Row])
    faults: list[Fault] = field(default_factory=list[Fault])
    badges: bool = False
    """Whether names carry badges in place of a "required" column."""
    whole: bool = True
    """False when a row was left out."""

    def reject_row(self, line: Line, message: str) -> None:
        """Leave a row out."""
        self.faults.append(Fault(line, message))
        self.whole = False


def new_table(headings: Sequence[str], line: Line, columns: Columns) -> Table | None:
    """The table with these headings, still without rows; None when its subject is not known."""
    subject = columns.subject(headings[0])
    if subject is None:
        return None
    found: list[Column | None] = []
    table = Table(subject=subject, columns=(), line=line)
    for index, heading in enumerate(headings):
        column = columns.column(heading, first=index == 0)
        if column is None:
            table.faults.append(Fault(line, f"unknown column {heading!r}; its cells are not read"))
        elif index > 0 and column not in READ[subject]:
            table.faults.append(Fault(line, f"column {heading!r} does not belong to {subject}; its cells are not read"))
            column = None
        elif column in found:
            table.faults.append(Fault(line, f"repeated column {heading!r}; its cells are not read"))
            column = None
        found.append(column)
    table.columns = tuple(found)
    return table


def split_badge(name: str) -> tuple[str, str | None]:
    """Return a parameter's name, and the badge glued to or beside it.

    ``promptrequired`` might be a name by its letters; one in ``_`` or ``-`` before the
    badge is taken for the name it looks like (``is_required``).
    """
    for badge in BADGES:
        rest = name.removesuffix(badge)
        if rest != name and rest.strip() and rest[-1] not in "_-.":
            return rest.strip(" *()"), badge
    return name, None
