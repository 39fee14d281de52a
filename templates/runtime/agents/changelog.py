"""The package's changelog as data: the changes of each model, by version."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

CHANGELOG = "CHANGELOG.md"
_RELEASE = re.compile(r"## \[(?P<version>[^]]+)\](?: - (?P<date>\S+))?")
_OWNER = re.compile(r"- (?P<model>`+[^`]+`+):")


class Note(NamedTuple):
    """One line of the changelog."""

    version: str
    date: str
    """ISO date of the release; empty if it has none."""
    text: str
    """In Markdown, without its bullet."""
    models: str
    """The text that names its models: the line, or the line above it."""

    def names(self, model: str) -> bool:
        """Whether the line is about `model`."""
        return f"`{model}`" in self.models

    def __str__(self) -> str:
        return f"{self.version}{f' ({self.date})' if self.date else ''}: {self.text}"


def read_notes(package: str) -> tuple[Note, ...]:
    """Return the lines of the changelog of `package`, the newest release first; none if it has no changelog."""
    text = _read(package)
    return tuple(_notes(text))


def _read(package: str) -> str:
    """Read the changelog in the installed package, or beside ``src`` in a checkout."""
    installed = files(package).joinpath(CHANGELOG)
    if installed.is_file():
        return installed.read_text("utf-8")
    checkout = Path(str(files(package))).parent.parent / CHANGELOG
    return checkout.read_text("utf-8") if checkout.is_file() else ""


def _notes(text: str) -> Iterator[Note]:
    version = day = owner = ""
    for line in text.splitlines():
        if release := _RELEASE.match(line):
            version, day, owner = release["version"], release["date"] or "", ""
        elif found := _OWNER.fullmatch(line):
            owner = found["model"]
        elif version and line.startswith("  - "):
            yield Note(version, day, line[4:], owner)
        elif version and line.startswith("- "):
            yield Note(version, day, line[2:], line)
