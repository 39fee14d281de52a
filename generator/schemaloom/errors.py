"""The error tree, and the problems that a run survives.

An exception ends a command and becomes one line and an exit code.  A `Problem` is
a value: one model, one place, one sentence; the run goes on and reports it.

    SchemaloomError            4  internal, unless a subclass says otherwise
    ├── UsageError             2  a wrong option, path or configuration file
    ├── SourceError            3  the provider's API or documents are not healthy
    ├── SnapshotError          3  a committed snapshot cannot be read
    └── GuardTripped           3  a safety rule withheld the change
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class SchemaloomError(Exception):
    """A failure with a sentence for the user: what happened, where, and what to do next."""

    exit_code = 4

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.message}{place}{hint}"


class UsageError(SchemaloomError):
    """The command line or a configuration file is wrong."""

    exit_code = 2


class SourceError(SchemaloomError):
    """The provider could not be read; what changed is unknown, which is not "nothing changed"."""

    exit_code = 3


class SnapshotError(SchemaloomError):
    """A file of a committed snapshot is missing, malformed or contradicts another."""

    exit_code = 3


class GuardTripped(SchemaloomError):
    """A change looked too large to be true and was withheld."""

    exit_code = 3


class Level(StrEnum):
    """How much of a model a problem costs."""

    NOTE = "note"
    """Nothing is lost: a keyword was widened or a text dropped."""
    WARNING = "warning"
    """A part of the model is looser than its schema, or older than the live one."""
    ERROR = "error"
    """The model was left as it was."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing about one model that a reader should know; never raised."""

    model: str
    """Model id as the provider spells it; empty for the catalogue as a whole."""
    pointer: str
    """JSON pointer into the model's schema or document, or ``file:line``; may be empty."""
    message: str
    level: Level = Level.WARNING

    def __str__(self) -> str:
        if re.search(r":\d+$", self.pointer):  # a file and a line, in the order that editors follow
            return f"{self.level}: {self.pointer}: {self.model + ': ' if self.model else ''}{self.message}"
        place = f"{self.model}{'#' + self.pointer if self.pointer else ''}" or "catalogue"
        return f"{self.level}: {place}: {self.message}"
