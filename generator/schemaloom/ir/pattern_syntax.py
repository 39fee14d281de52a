"""The syntax tree of a pattern (ECMA-262), as far as the pattern describes a regular language by characters.

Flags and Unicode properties are not read; look-around, back-references and word boundaries only loosely.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

LAST: Final = 0x10FFFF
Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""A set of characters: first and last code point of each run, in order."""
_SURROGATES: Final = (0xD800, 0xDFFF)
_DIGITS: Final[Ranges] = ((0x30, 0x39),)
_WORD: Final[Ranges] = (*_DIGITS, (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_SPACE: Final[Ranges] = (
    (9, 13), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
    (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_SETS: Final = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_CONTROLS: Final = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
_CODE: Final = re.compile(
    r"x(?P<x>[0-9A-Fa-f]{2})|u\{(?P<u>[0-9A-Fa-f]{1,6})\}|u(?P<high>[Dd][89ABab][0-9A-Fa-f]{2})"
    r"\\u(?P<low>[Dd][C-Fc-f][0-9A-Fa-f]{2})|u(?P<four>[0-9A-Fa-f]{4})"
)
_COUNT: Final = re.compile(r"\{(\d{1,4})(,(\d{1,4})?)?\}")
_GROUP: Final = re.compile(r"\(\?(?::|P?<[A-Za-z_]\w*>)")
_LOOK_AROUND: Final = re.compile(r"\(\?<?[=!]")
_NOT_REGULAR: Final = re.compile(r"[bB]|(?P<reference>[1-9]\d*|k<[A-Za-z_]\w*>)")
"""Characters after a backslash that are read loosely only: word boundaries and back-references."""
_DEEPEST: Final = 40


class UnreadablePattern(ValueError):
    """A pattern uses syntax that is not read."""


@dataclass(frozen=True, slots=True)
class Characters:
    """One character of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Edge:
    """The beginning (``^``) or the end (``$``) of the string."""

    at_end: bool


@dataclass(frozen=True, slots=True)
class Concatenation:
    """One part after another."""

    parts: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Alternation:
    """Any of the parts."""

    parts: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Repetition:
    """A part several times; without a limit if `most` is None."""

    part: Syntax
    least: int
    most: int | None


Syntax: TypeAlias = Characters | Edge | Concatenation | Alternation | Repetition
ANY: Final = Characters(((0, _SURROGATES[0] - 1), (_SURROGATES[1] + 1, LAST)))
"""Any character; a string of JSON holds no half of a surrogate pair."""


def read_pattern(pattern: str, *, loosely: bool = False) -> Syntax:
    """Return the syntax tree of a pattern.

    With `loosely`, it matches more strings: word boundaries and look-around count as met, and a
    back-reference matches any text.  Raises `UnreadablePattern`.
    """
    reader = _Reader(pattern, loosely=loosely)
    tree = reader.alternation(0)
    if reader.rest:
        raise UnreadablePattern(pattern)
    return tree


def literal(text: str) -> Syntax:
    """Return the syntax tree of a pattern that matches one string and no other."""
    characters = (Characters(((ord(char), ord(char)),)) for char in text)
    return Concatenation((Edge(at_end=False), *characters, Edge(at_end=True)))


class _Reader:
    def __init__(self, pattern: str, *, loosely: bool) -> None:
        self._pattern = pattern
        self._loosely = loosely
        self._at = 0

    @property
    def rest(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def alternation(self, depth: int) -> Syntax:
        """Read alternatives up to the end of the group."""
        if depth > _DEEPEST:
            raise UnreadablePattern(self._pattern)
        parts = [self._concatenation(depth)]
        while self._accept("|"):
            parts.append(self._concatenation(depth))
        return parts[0] if len(parts) == 1 else Alternation(tuple(parts))

    def _concatenation(self, depth: int) -> Syntax:
        parts: list[Syntax] = []
        while self.rest not in {"", "|", ")"}:
            parts.append(self._repeated(self._atom(depth)))
        return parts[0] if len(parts) == 1 else Concatenation(tuple(parts))

    def _atom(self, depth: int) -> Syntax:
        if self._accept("^"):
            return Edge(at_end=False)
        if self._accept("$"):
            return Edge(at_end=True)
        if self._accept("."):
            return Characters(_without(((10, 10), (13, 13), (0x2028, 0x2029))))
        if self._accept("["):
            return self._class()
        if self.rest == "(":
            return self._group(depth)
        if self._accept("\\"):
            if self._loosely and (found := _NOT_REGULAR.match(self._pattern, self._at)):
                self._at = found.end()
                return Repetition(ANY, 0, None) if found["reference"] else Concatenation(())
            if self.rest and self.rest in "AZz":
                self._at += 1
                return Edge(at_end=self._pattern[self._at - 1] != "A")
            return Characters(self._escaped())
        if self.rest in {"*", "+", "?"}:
            raise UnreadablePattern(self._pattern)
        return Characters(_one(self._next()))

    def _group(self, depth: int) -> Syntax:
        if self._loosely and (found := _LOOK_AROUND.match(self._pattern, self._at)):
            self._at = found.end()
            self._inside(depth)
            return Concatenation(())
        found = _GROUP.match(self._pattern, self._at)
        self._at = found.end() if found else self._at + 1
        if self.rest == "?":
            raise UnreadablePattern(self._pattern)
        return self._inside(depth)

    def _inside(self, depth: int) -> Syntax:
        """Read the rest of a group, with its closing parenthesis."""
        inner = self.alternation(depth + 1)
        if not self._accept(")"):
            raise UnreadablePattern(self._pattern)
        return inner

    def _repeated(self, part: Syntax) -> Syntax:
        least, most = 1, None
        if count := _COUNT.match(self._pattern, self._at):
            self._at = count.end()
            least = int(count[1])
            most = int(count[3]) if count[3] else None if count[2] else least
        elif self.rest in {"*", "+", "?"}:
            sign = self._next()
            least, most = int(sign == "+"), 1 if sign == "?" else None
        else:
            return part
        self._accept("?")  # lazy: the same strings
        if self.rest in {"*", "+", "?"} or _COUNT.match(self._pattern, self._at) or (most is not None and most < least):
            raise UnreadablePattern(self._pattern)
        return Repetition(part, least, most)

    def _class(self) -> Syntax:
        negated = self._accept("^")
        found: list[tuple[int, int]] = []
        while not self._accept("]"):
            first = self._member()
            if self.rest == "-" and self._pattern[self._at + 1 : self._at + 2] not in {"]", ""} and _is_one(first):
                before = self._at
                self._at += 1
                last = self._member()
                if _is_one(last):
                    if last[0][0] < first[0][0]:
                        raise UnreadablePattern(self._pattern)
                    found.append((first[0][0], last[0][0]))
                    continue
                self._at = before
            found += first
        return Characters(_without(found) if negated else _sorted(found))

    def _member(self) -> Ranges:
        if self._accept("\\"):
            return _one("\b") if self._accept("b") else _one("-") if self._accept("-") else self._escaped()
        return _one(self._next())

    def _escaped(self) -> Ranges:
        """Read what follows a backslash."""
        if code := _CODE.match(self._pattern, self._at):
            self._at = code.end()
            if code["low"]:
                return _one(chr(0x10000 + ((int(code["high"], 16) - 0xD800) << 10) + int(code["low"], 16) - 0xDC00))
            number = int(code["x"] or code["u"] or code["four"], 16)
            return ((number, number),) if number <= LAST else ()
        char = self._next()
        if char.lower() in _SETS:
            ranges = _SETS[char.lower()]
            return ranges if char.islower() else _without(ranges)
        if char in _CONTROLS:
            return _one(chr(_CONTROLS[char]))
        if char == "c" and self.rest.isascii() and self.rest.isalpha():
            return _one(chr(ord(self._next()) % 32))
        if char.isalnum():
            raise UnreadablePattern(self._pattern)
        return _one(char)

    def _accept(self, char: str) -> bool:
        if self.rest != char:
            return False
        self._at += 1
        return True

    def _next(self) -> str:
        if not self.rest:
            raise UnreadablePattern(self._pattern)
        self._at += 1
        return self._pattern[self._at - 1]


def _one(char: str) -> Ranges:
    return ((ord(char), ord(char)),)


def _is_one(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _sorted(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return the union of ranges, without surrogates."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], high)
        else:
            found.append((low, high))
    below = [(low, min(high, _SURROGATES[0] - 1)) for low, high in found if low < _SURROGATES[0]]
    above = [(max(low, _SURROGATES[1] + 1), high) for low, high in found if high > _SURROGATES[1]]
    return (*below, *above)


def _without(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return the characters that are in none of the ranges."""
    found: list[tuple[int, int]] = []
    start = 0
    for low, high in _sorted(ranges):
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        found.append((start, LAST))
    return _sorted(found)
