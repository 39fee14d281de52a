"""Patterns, run by the linear-time engine that the generated classes use too, and texts that match them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pydantic_core import SchemaValidator, core_schema

_MOST_READ = 2_000
"""Characters of a pattern that are read in search of samples."""
_DEEPEST = 20
_MOST_REPEATED = 64
_MOST_SAMPLES = 8
_CLASSES = {
    "d": "0",
    "w": "a",
    "s": " ",
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "D": "a",
    "W": "-",
    "S": "a",
    "b": "",
    "B": "",
}
_CANDIDATES = "a0A -_.x!é\n"


@lru_cache(maxsize=4096)
def _engine(pattern: str) -> SchemaValidator:
    # Python's own engine backtracks: an untrusted pattern on an untrusted text could hang it.
    return SchemaValidator(core_schema.str_schema(pattern=pattern, strict=True))


def matches(pattern: str, text: str) -> bool:
    """Whether `pattern` matches anywhere in `text`."""
    return _engine(pattern).isinstance_python(text)


def accepts_any_text(pattern: str) -> bool:
    """Return whether a pattern certainly matches somewhere in every string: it needs no character and no place."""
    free = pattern if "|" in pattern else pattern.removeprefix("^")
    return not any(mark in free for mark in ("^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z", "(?")) and matches(free, "")


@lru_cache(maxsize=512)
def samples_of(pattern: str) -> tuple[str, ...]:
    """A few short texts that `pattern` matches, where a simple reading of it finds some."""
    reader = _Reader(pattern[:_MOST_READ])
    try:
        found = reader.alternatives(0)
    except (IndexError, ValueError):  # syntax that the simple reading does not know
        return ()
    return tuple(text for text in dict.fromkeys(found) if matches(pattern, text))[:_MOST_SAMPLES]


class _Reader:
    """Reads literals, classes, groups, alternatives and repetitions; each part gives a few samples."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def alternatives(self, depth: int) -> list[str]:
        """Samples of all alternatives up to the end of the group."""
        if depth > _DEEPEST:
            raise ValueError(self._pattern)
        found = self._sequence(depth)
        while self._peek() == "|":
            self._at += 1
            found += self._sequence(depth)
        return found[:_MOST_SAMPLES]

    def _sequence(self, depth: int) -> list[str]:
        found = [""]
        while self._peek() not in {"", "|", ")"}:
            part = self._repeated(self._atom(depth))
            found = [text + end for end in part for text in found][:_MOST_SAMPLES]
        return found

    def _atom(self, depth: int) -> list[str]:
        char = self._next()
        if char in "^$":
            return [""]
        if char == ".":
            return ["x"]
        if char == "[":
            return self._set()
        if char == "(":
            if self._pattern.startswith("?:", self._at):
                self._at += 2
            elif self._peek() == "?":
                raise ValueError(self._pattern)
            inner = self.alternatives(depth + 1)
            if self._next() != ")":
                raise ValueError(self._pattern)
            return inner
        if char == "\\":
            char = self._next()
            return [_CLASSES.get(char, char)]
        return [char]

    def _set(self) -> list[str]:
        start = self._at - 1
        if self._peek() == "^":
            self._at += 1
        if self._peek() == "]":
            self._at += 1
        while self._next() != "]":
            if self._pattern[self._at - 1] == "\\":
                self._at += 1
        text = self._pattern[start : self._at]
        first = text[1:2]
        found = [char for char in (*_CANDIDATES, first) if matches(f"^{text}$", char)]
        return found[:2]

    def _repeated(self, part: list[str]) -> list[str]:
        sign = self._peek()
        low, high = 1, 1
        if sign in {"*", "+", "?"}:
            self._at += 1
            low, high = (1 if sign == "+" else 0), (1 if sign == "?" else 2)
        elif sign == "{":
            inside, _, _ = self._pattern[self._at + 1 :].partition("}")
            least, comma, most = inside.partition(",")
            self._at += len(inside) + 2
            low = int(least or 0)
            high = int(most) if most else low + 1 if comma else low
        else:
            return part
        if self._peek() == "?":  # lazy; the same texts
            self._at += 1
        if low > _MOST_REPEATED:
            raise ValueError(self._pattern)
        counts: Iterator[int] = iter(dict.fromkeys((max(low, min(1, high)), low, min(high, _MOST_REPEATED))))
        return [text * count for count in counts for text in part][:_MOST_SAMPLES]

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        self._at += 1
        return self._pattern[self._at - 1]
