"""Tables of a document: what they are about, and their rows, whichever shape they have.

Rows are read here and not by the Markdown parser, because only a row that has exactly the cells
of its heading says which value belongs to which column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from schemaloom.settings.provider import Column
from schemaloom.sources.documents.tables.column_headings import Columns, Subject
from schemaloom.sources.documents.text.lines import Line

BADGES = ("required", "optional")
"""What pages print beside a parameter's name where there is no column for it."""


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
    """What stands in each column; None for a heading nobody knows."""
    line: Line
    rows: list[Row] = field(default_factory=list[Row])
    faults: list[Fault] = field(default_factory=list[Fault])
    badges: bool = False
    """Whether names carry badges instead of there being a column for what is required."""
    whole: bool = True
    """False when a row was left out."""

    def refuse(self, line: Line, message: str) -> None:
        """Leave a row out."""
        self.faults.append(Fault(line, message))
        self.whole = False


def headed(headings: Sequence[str], line: Line, columns: Columns) -> Table | None:
    """The table with these headings, still without rows; None when its subject is not known."""
    subject = columns.subject(headings[0])
    if subject is None:
        return None
    found: list[Column | None] = []
    table = Table(subject=subject, columns=(), line=line)
    for index, heading in enumerate(headings):
        column = columns.column(heading, first=index == 0)
        if column is None:
            table.faults.append(Fault(line, f"column {heading!r} is not known; what stands in it is not read"))
        elif column in found:
            table.faults.append(Fault(line, f"column {heading!r} repeats another; what stands in it is not read"))
            column = None
        found.append(column)
    table.columns = tuple(found)
    return table


def split_badge(name: str) -> tuple[str, str | None]:
    """A parameter's name, and the badge that was glued to it or stands beside it.

    Letters alone cannot tell ``promptrequired`` from a name; one in ``_`` or ``-`` before the
    badge is taken for the name it looks like (``is_required``).
    """
    for badge in BADGES:
        rest = name.removesuffix(badge)
        if rest != name and rest.strip() and rest[-1] not in "_-.":
            return rest.strip(" *()"), badge
    return name, None
