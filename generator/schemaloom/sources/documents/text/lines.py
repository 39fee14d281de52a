"""Lines of a document with their position."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or a part of one: where a document was flattened, hundreds share a line."""

    text: str
    number: int
    """Counted from 1."""
    column: int = 1
    """Where `text` begins, counted from 1."""

    @property
    def place(self) -> str:
        """``line`` or ``line:column``, as editors take it."""
        return f"{self.number}:{self.column}" if self.column > 1 else str(self.number)


def lines_of(text: str) -> list[Line]:
    """Split a text at its line ends; its first line has the number 1."""
    return [Line(part, number) for number, part in enumerate(text.splitlines(), start=1)]


def inside_fences(lines: Sequence[Line]) -> list[bool]:
    """For each line, whether it belongs to a fenced block (its fences counted in)."""
    found: list[bool] = []
    mark: str | None = None
    for line in lines:
        match = _FENCE.match(line.text)
        if mark is None and match is not None and "`" not in line.text[match.end() :]:
            mark = match[1]
            found.append(True)
        elif mark is not None:
            found.append(True)
            if match is not None and match[1].startswith(mark) and not line.text[match.end() :].strip():
                mark = None
        else:
            found.append(False)
    return found
