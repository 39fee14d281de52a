"""`SpelledFiles`: the files of a project that have a word, parsed when they are needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from schemaloom.impact.code.evaluate import Evaluator
from schemaloom.impact.code.files import SourceFile
from schemaloom.impact.code.scopes import Module

_WORD: Final = re.compile(rb"\w")


@dataclass(slots=True)
class SpelledFiles:
    """Looks words up in the text of files; what it finds stays."""

    files: Sequence[SourceFile]
    parse: Callable[[SourceFile], Evaluator | None]
    evaluator_of: Callable[[Module], Evaluator]
    """Returns an evaluator of a module that was parsed."""
    _found: dict[str, list[SourceFile]] = field(default_factory=dict[str, list[SourceFile]])

    def with_word(self, word: str, *spelled: re.Pattern[bytes]) -> list[Evaluator]:
        """Return the evaluators of the files that have a word, and in whose text each of `spelled` matches."""
        if word not in self._found:
            self._found[word] = [file for file in self.files if _has_word(file.content, word.encode())]
        files = (file for file in self._found[word] if all(one.search(file.content) for one in spelled))
        return [evaluator for evaluator in map(self.parse, files) if evaluator is not None]


def _has_word(content: bytes, word: bytes) -> bool:
    """Whether a text has a word as a whole; faster than a pattern that looks at what is before it."""
    at = content.find(word) if word else -1
    while at >= 0:
        end = at + len(word)
        if not _WORD.match(content, end) and not (at and _WORD.match(content, at - 1)):
            return True
        at = content.find(word, end)
    return False
