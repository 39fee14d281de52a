"""The error tree, and the problems that do not end a run.

An exception ends a command; the command line turns it into one line and an exit code.  A `Problem`
is a value about one place of one model; the run goes on and reports it.

    SchemaloomError            4  internal error
    ├── UsageError             2  a wrong option, path or configuration file
    │   └── MissingExtra       2  a package that an extra brings along is not installed
    ├── SourceError            3  the provider's API or documents are not healthy
    ├── SnapshotError          3  a committed snapshot cannot be read
    │   └── MisnamedModel      3  ... because a model's document is in the file of another id
    └── GuardTripped           3  a safety rule withheld the change
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_LONGEST_PLACE = 1_000
"""Characters of a place in a message: a redirect of the provider may lead to a URL of any length."""


class SchemaloomError(Exception):
    """An error with a message for the user: the fault, its place, and the next step."""

    exit_code = 4

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f" ({_shorten(self.where)})" if self.where else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.message}{place}{hint}"


def _shorten(place: str) -> str:
    return place if len(place) <= _LONGEST_PLACE else f"{place[:_LONGEST_PLACE]}…"


class UsageError(SchemaloomError):
    """The command line or a configuration file is wrong."""

    exit_code = 2


class MissingExtra(UsageError):
    """The command needs a package that only an extra of schemaloom brings along."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed", hint=f"run: pip install 'schemaloom[{extra}]'")


class SourceError(SchemaloomError):
    """The provider could not be read.  The changes are unknown, which differs from "nothing changed"."""

    exit_code = 3


class SnapshotError(SchemaloomError):
    """A file of a committed snapshot is missing, malformed or contradicts another."""

    exit_code = 3


class MisnamedModel(SnapshotError):
    """A model's document is in a file that belongs to another id."""

    def __init__(self, model: str, file_name: str, *, where: str) -> None:
        hint = f"rename it to {file_name}, or delete it"
        super().__init__(f"model {model!r} belongs in {file_name}", where=where, hint=hint)
        self.model = model


class GuardTripped(SchemaloomError):
    """A change is too large to be plausible and was withheld."""

    exit_code = 3


class Level(StrEnum):
    """Severity of a problem: the model's loss by it."""

    NOTE = "note"
    """Nothing is lost: a keyword was widened, or a description dropped."""
    WARNING = "warning"
    """A part of the model is looser than its schema, or older than the live one."""
    ERROR = "error"
    """The model was left as it was."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fact about one model that the user should read; never raised."""

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
