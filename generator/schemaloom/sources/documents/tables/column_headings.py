"""The meaning of column headings, and the subject of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from schemaloom.settings.value_types import Column

Subject: TypeAlias = Literal["parameters", "response_fields", "headers", "codes", "statuses"]

_FIRST: dict[str, tuple[Subject, Column]] = {
    "parameter": ("parameters", "name"),
    "param": ("parameters", "name"),
    "argument": ("parameters", "name"),
    "input": ("parameters", "name"),
    "name": ("parameters", "name"),
    "field": ("response_fields", "name"),
    "header": ("headers", "name"),
    "code": ("codes", "name"),
    "error code": ("codes", "name"),
    "http code": ("codes", "name"),
    "status": ("statuses", "name"),
    "status code": ("codes", "name"),
}
"""The subject of a table, by the heading of its first column."""

_LATER: dict[str, Column] = {
    "type": "type",
    "data type": "type",
    "required": "required",
    "required?": "required",
    "default": "default",
    "default value": "default",
    "allowed values / range": "allowed",
    "allowed values": "allowed",
    "allowed": "allowed",
    "options": "allowed",
    "choices": "allowed",
    "range": "allowed",
    "values": "allowed",
    "description": "description",
    "meaning": "description",
    "details": "description",
    "notes": "description",
    "status": "status",
    "http status": "status",
    "value": "value",
}

_CONTRACT: frozenset[Column] = frozenset({"type", "required", "default", "allowed", "description", "status", "value"})
READ: dict[Subject, frozenset[Column]] = {
    "parameters": frozenset({"type", "required", "default", "allowed", "description"}),
    "response_fields": _CONTRACT,
    "headers": _CONTRACT,
    "codes": _CONTRACT,
    "statuses": _CONTRACT,
}
"""The columns beside the name that the tables of each subject are read for."""


class Columns:
    """The vocabulary of one provider's tables."""

    def __init__(self, own: Mapping[str, Column]) -> None:
        """Take in the provider's own headings beside the general ones."""
        self._own: dict[str, Column] = {_folded(heading): column for heading, column in own.items()}

    def subject(self, heading: str) -> Subject | None:
        """Return the subject of a table whose first column has this heading."""
        folded = _folded(heading)
        if self._own.get(folded) == "name":
            return "parameters"
        return _FIRST[folded][0] if folded in _FIRST else None

    def column(self, heading: str, *, first: bool) -> Column | None:
        """Return the meaning of a column by its heading; None if unknown."""
        folded = _folded(heading)
        if first:
            return "name" if self.subject(heading) else None
        return self._own[folded] if folded in self._own else _LATER.get(folded)

    def words(self) -> list[str]:
        """Headings of every column but the first, the longest first, as pages print them."""
        return sorted({*self._own, *_LATER}, key=lambda word: (-len(word), word))

    def first_words(self) -> list[str]:
        """Headings of first columns, the longest first."""
        own = [heading for heading, column in self._own.items() if column == "name"]
        return sorted({*own, *_FIRST}, key=lambda word: (-len(word), word))


def _folded(heading: str) -> str:
    return " ".join(heading.casefold().split())
