"""`find_uncovered`: whether strings of some kinds together include all strings of another kind.

Every pattern becomes an automaton.  All automata read the same strings at once, the shortest
first, until one string distinguishes them or every state that can be reached is seen.  Characters
that no pattern distinguishes are tried once.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from schemaloom.ir.pattern_automaton import Automaton, State, automaton_of
from schemaloom.ir.pattern_syntax import ANY, LAST

_Read: TypeAlias = tuple[int, tuple[State, ...]]
"""The characters that were read, at most as many as any length counts, and the state of each automaton."""

_MOST_STATES: Final = 3_000
"""Most combined states that are visited."""
_MOST_SAMPLES: Final = 8
_MOST_COMBINED: Final = 6
"""Patterns whose combinations are looked for."""
_MOST_TEXTS: Final = 800
_LOOK_AROUND: Final = re.compile(r"\(\?<?[=!]([^()]*)\)")
_READABLE: Final = [ord(char) for char in "a1-A_./ b0:x@é"]
_PRINTABLE: Final = [*range(0x20, 0x7F)]
_Node: TypeAlias = tuple[int, State, tuple[State, ...]]
"""A length, the state of the automaton that is covered, and those of the others."""


class Strings(NamedTuple):
    """Strings by length in code points and by a pattern that matches somewhere in them."""

    min_length: int = 0
    max_length: int | None = None
    pattern: str | None = None


class Coverage(NamedTuple):
    """An answer of `find_uncovered`."""

    is_proved: bool
    uncovered: str | None = None
    """A string that is not covered; None if all are, or if none was found."""


def find_uncovered(narrow: Strings, wide: Iterable[Strings], listed: Iterable[str] = ()) -> Coverage:
    """Return whether every string of `narrow` is one of `wide` or of `listed`, or a string that is not.

    A pattern that cannot be read as an automaton is left out where that keeps a proof one; then
    a string is not proved to be uncovered.
    """
    return _find_uncovered(narrow, tuple(wide), tuple(listed))


@lru_cache(maxsize=2048)
def _find_uncovered(narrow: Strings, wide: tuple[Strings, ...], listed: tuple[str, ...]) -> Coverage:
    # What matches the pattern of `narrow` matches it on the wide side too, readable or not.
    wide = tuple(kind._replace(pattern=None) if kind.pattern == narrow.pattern else kind for kind in wide)
    shares = [(kind, found) for kind in wide if (found := automaton_of(kind.pattern)) is not None]
    if listed and (values := automaton_of(None, listed)) is not None:
        shares.append((Strings(), values))
    own = automaton_of(narrow.pattern)
    # More than `narrow` has may be searched instead: a proof holds for the part, too.
    answer = _search(narrow, own or automaton_of(narrow.pattern, loosely=True) or Automaton(ANY), shares)
    exact = own is not None and len(shares) == len(wide) + bool(listed)
    return answer if answer.is_proved or exact else Coverage(is_proved=False)


@lru_cache(maxsize=512)
def samples_of(pattern: str) -> tuple[str, ...]:
    """Return a few of the shortest strings that a pattern matches; none for a pattern that cannot be read."""
    automaton = automaton_of(pattern)
    if automaton is None:
        return ()
    found: list[str] = []
    pending = deque([(automaton.start, "")])
    seen = 0
    while pending and len(found) < _MOST_SAMPLES and seen < _MOST_STATES:
        state, text = pending.popleft()
        seen += 1
        if automaton.accepts(state):
            found.append(text)
        for char in _representatives([automaton]):
            if automaton.is_alive(after := automaton.step(state, char)):
                pending.append((after, text + chr(char)))
    return tuple(found)


@lru_cache(maxsize=512)
def distinct_texts(patterns: tuple[str, ...], lengths: tuple[int, ...]) -> tuple[str, ...]:
    """Return the shortest string for each combination of patterns that match, and of lengths that it reaches.

    A pattern that no automaton reads is taken loosely, with the texts it looks around for as patterns
    of their own, so a string may belong to another combination than it seems.
    """
    parts = dict.fromkeys(part for pattern in patterns for part in (pattern, *_LOOK_AROUND.findall(pattern)))
    automata = [own for part in parts if (own := automaton_of(part, loosely=True)) is not None][:_MOST_COMBINED]
    characters = [char for char in _representatives(automata) if any(low <= char <= high for low, high in ANY.ranges)]
    longest = max(lengths, default=0)
    found: dict[tuple[bool, ...], str] = {}
    first: _Read = (0, tuple(automaton.start for automaton in automata))
    texts: dict[_Read, str] = {first: ""}
    pending: deque[_Read] = deque([first])
    while pending:
        node = pending.popleft()
        length, states = node
        matching = [automaton.accepts(state) for automaton, state in zip(automata, states, strict=True)]
        found.setdefault((*matching, *(length >= bound for bound in lengths)), texts[node])
        for char in characters:
            after = tuple(automaton.step(state, char) for automaton, state in zip(automata, states, strict=True))
            following = min(length + 1, longest), after
            if following not in texts and len(texts) < _MOST_TEXTS:
                texts[following] = texts[node] + chr(char)
                pending.append(following)
    return tuple(found.values())


def matches_every_string(pattern: str) -> bool:
    """Return whether a pattern is proved to match somewhere in every string."""
    return find_uncovered(Strings(), [Strings(pattern=pattern)]).is_proved


def _search(narrow: Strings, own: Automaton, shares: Sequence[tuple[Strings, Automaton]]) -> Coverage:
    bounds = [kind for kind, _ in shares] + [narrow]
    longest = max(max(kind.min_length, kind.max_length or 0) for kind in bounds) + 1
    characters = _representatives([own, *(automaton for _, automaton in shares)])
    first: _Node = (0, own.start, tuple(automaton.start for _, automaton in shares))
    texts: dict[_Node, str] = {first: ""}
    pending: deque[_Node] = deque([first])
    while pending:
        node = pending.popleft()
        length, state, others = node
        fits = [_fits(kind, length) for kind, _ in shares]
        if _fits(narrow, length) and own.accepts(state):
            pairs = zip(shares, others, fits, strict=True)
            if not any(fit and automaton.accepts(other) for (_, automaton), other, fit in pairs):
                return Coverage(is_proved=False, uncovered=texts[node])
        if narrow.max_length is not None and length >= narrow.max_length:
            continue
        if any(
            automaton.accepts_all_after(other) and _fits_from(kind, narrow, length)
            for (kind, automaton), other in zip(shares, others, strict=True)
        ):
            continue
        for char in characters:
            after = own.step(state, char)
            if not own.is_alive(after):
                continue
            rest = tuple(automaton.step(other, char) for (_, automaton), other in zip(shares, others, strict=True))
            following: _Node = (min(length + 1, longest), after, rest)
            if following not in texts:
                if len(texts) >= _MOST_STATES:
                    return Coverage(is_proved=False)
                texts[following] = texts[node] + chr(char)
                pending.append(following)
    return Coverage(is_proved=True)


def _fits(kind: Strings, length: int) -> bool:
    return kind.min_length <= length and (kind.max_length is None or length <= kind.max_length)


def _fits_from(kind: Strings, narrow: Strings, length: int) -> bool:
    """Whether `kind` allows every length above `length` that `narrow` allows."""
    shortest = max(length + 1, narrow.min_length)
    if kind.max_length is not None and (narrow.max_length is None or narrow.max_length > kind.max_length):
        return False
    return kind.min_length <= shortest


def _representatives(automata: Iterable[Automaton]) -> list[int]:
    """Return one character of every set that the automata do not distinguish, a readable one if there is one."""
    cuts = sorted({cut for automaton in automata for low, high in automaton.ranges for cut in (low, high + 1)})
    classes: dict[tuple[tuple[int, ...], ...], int] = {}
    candidates = [*_READABLE, *_PRINTABLE, *cuts]
    for char in candidates:
        if char <= LAST:
            classes.setdefault(tuple(automaton.class_of(char) for automaton in automata), char)
    return list(classes.values())
