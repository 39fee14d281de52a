"""`find_uncovered`: whether strings of some kinds together include all strings of another kind.

A pattern becomes an automaton whose states are sets of positions in the pattern.  All automata
read the same strings at once, the shortest strings first, until one string distinguishes them or
every state that can be reached is seen.  Characters that no pattern distinguishes are tried once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from schemaloom.ir.pattern_syntax import (
    ANY,
    LAST,
    Alternation,
    Characters,
    Concatenation,
    Edge,
    Repetition,
    Syntax,
    UnreadablePattern,
    literal,
    read_pattern,
)

_MOST_POSITIONS: Final = 3_000
"""Positions of an automaton; counted repetitions multiply them."""
_MOST_STATES: Final = 3_000
"""Combined states that are looked at."""
_MOST_SAMPLES: Final = 8
_READABLE: Final = [ord(char) for char in "a1-A_./ b0:x@é"]
_PRINTABLE: Final = [*range(0x20, 0x7F)]
State: TypeAlias = tuple[frozenset[int], bool]
"""Positions, and whether nothing was read so far."""


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
    shares = [(kind, found) for kind in wide if (found := _automaton(kind.pattern)) is not None]
    if listed and (values := _automaton(None, listed)) is not None:
        shares.append((Strings(), values))
    own = _automaton(narrow.pattern)
    answer = _search(narrow, own or _automaton(None) or _Automaton(ANY), shares)
    exact = own is not None and len(shares) == len(wide) + bool(listed)
    return answer if answer.is_proved or exact else Coverage(is_proved=False)


@lru_cache(maxsize=512)
def samples_of(pattern: str) -> tuple[str, ...]:
    """Return a few of the shortest strings that a pattern matches; none for a pattern that cannot be read."""
    automaton = _automaton(pattern)
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


def matches_every_string(pattern: str) -> bool:
    """Return whether a pattern is proved to match somewhere in every string."""
    return find_uncovered(Strings(), [Strings(pattern=pattern)]).is_proved


def _search(narrow: Strings, own: _Automaton, shares: Sequence[tuple[Strings, _Automaton]]) -> Coverage:
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


def _representatives(automata: Iterable[_Automaton]) -> list[int]:
    """Return one character of every set that the automata do not distinguish, a readable one if there is one."""
    cuts = sorted({cut for automaton in automata for low, high in automaton.ranges for cut in (low, high + 1)})
    classes: dict[tuple[tuple[int, ...], ...], int] = {}
    candidates = [*_READABLE, *_PRINTABLE, *cuts]
    for char in candidates:
        if char <= LAST:
            classes.setdefault(tuple(automaton.class_of(char) for automaton in automata), char)
    return list(classes.values())


@lru_cache(maxsize=1024)
def _automaton(pattern: str | None, listed: tuple[str, ...] = ()) -> _Automaton | None:
    try:
        if listed:
            return _Automaton(Alternation(tuple(map(literal, listed))))
        return _Automaton(Concatenation(()) if pattern is None else read_pattern(pattern))
    except (UnreadablePattern, RecursionError):
        return None


class _Automaton:
    """Reads a string character by character and looks for a match anywhere in it."""

    def __init__(self, tree: Syntax) -> None:
        self._free: list[list[int]] = []
        """Positions that are reached without reading, by position."""
        self._edges: dict[int, list[tuple[bool, int]]] = {}
        """Positions that are reached at the beginning (False) or at the end (True) of the string."""
        self._reads: dict[int, tuple[Characters, int]] = {}
        begin = self._position()
        self._reads[begin] = (ANY, begin)
        inner = self._position()
        self._free[begin].append(inner)
        self._match = self._add(tree, inner)
        self._reads[self._match] = (ANY, self._match)
        self._useful = self._leading_to_match(at_beginning=False), self._leading_to_match(at_beginning=True)
        self._classes: dict[int, tuple[int, ...]] = {}
        self._steps: dict[tuple[frozenset[int], tuple[int, ...]], State] = {}
        self._accepted: dict[State, bool] = {}
        self.ranges = frozenset(span for characters, _ in self._reads.values() for span in characters.ranges)
        self.start: State = (self._reached([begin], edges=(True, False)), True)

    def class_of(self, char: int) -> tuple[int, ...]:
        """Return the positions that read a character: equal for characters that make no difference."""
        if char not in self._classes:
            self._classes[char] = tuple(
                position
                for position, (characters, _) in self._reads.items()
                if any(low <= char <= high for low, high in characters.ranges)
            )
        return self._classes[char]

    def step(self, state: State, char: int) -> State:
        """Return the state after one more character."""
        positions, readers = state[0], self.class_of(char)
        if (positions, readers) not in self._steps:
            after = [self._reads[position][1] for position in readers if position in positions]
            self._steps[positions, readers] = (self._reached(after, edges=(False, False)), False)
        return self._steps[positions, readers]

    def accepts(self, state: State) -> bool:
        """Whether the string read so far has a match."""
        if state not in self._accepted:
            self._accepted[state] = self._match in self._reached(state[0], edges=(state[1], True))
        return self._accepted[state]

    def accepts_all_after(self, state: State) -> bool:
        """Whether the string has a match, whatever follows."""
        return self._match in state[0]

    def is_alive(self, state: State) -> bool:
        """Whether the string may get a match."""
        return bool(state[0])

    def _position(self) -> int:
        if len(self._free) >= _MOST_POSITIONS:
            raise UnreadablePattern
        self._free.append([])
        return len(self._free) - 1

    def _add(self, tree: Syntax, begin: int) -> int:
        """Add positions for a part that begins at a position; return where it ends."""
        match tree:
            case Characters():
                # A position reads one set; others begin elsewhere.
                here, end = self._position(), self._position()
                self._free[begin].append(here)
                self._reads[here] = (tree, end)
                return end
            case Edge():
                end = self._position()
                self._edges.setdefault(begin, []).append((tree.at_end, end))
                return end
            case Concatenation():
                for part in tree.parts:
                    begin = self._add(part, begin)
                return begin
            case Alternation():
                end = self._position()
                for part in tree.parts:
                    self._free[self._add(part, self._fork(begin))].append(end)
                return end
            case Repetition():
                return self._repeat(tree, begin)

    def _repeat(self, tree: Repetition, begin: int) -> int:
        for _ in range(tree.least):
            begin = self._add(tree.part, begin)
        if tree.most is None:
            loop = self._fork(begin)
            self._free[self._add(tree.part, loop)].append(loop)
            return self._fork(loop)
        end = self._position()
        for _ in range(tree.most - tree.least):
            self._free[begin].append(end)
            begin = self._add(tree.part, begin)
        self._free[begin].append(end)
        return end

    def _fork(self, begin: int) -> int:
        position = self._position()
        self._free[begin].append(position)
        return position

    def _reached(self, positions: Iterable[int], *, edges: tuple[bool, bool]) -> frozenset[int]:
        """Return what is reached without reading; `edges`: whether the string begins here, and whether it ends here."""
        found: set[int] = set()
        pending = list(positions)
        while pending:
            position = pending.pop()
            if position not in found and position in self._useful[edges[0]]:
                found.add(position)
                pending += self._free[position]
                pending += [after for at_end, after in self._edges.get(position, ()) if edges[at_end]]
        return frozenset(found)

    def _leading_to_match(self, *, at_beginning: bool) -> frozenset[int]:
        before: dict[int, list[int]] = {}
        for position, after in self._transitions(at_beginning=at_beginning):
            before.setdefault(after, []).append(position)
        found: set[int] = set()
        pending = [self._match]
        while pending:
            position = pending.pop()
            if position not in found:
                found.add(position)
                pending += before.get(position, ())
        return frozenset(found)

    def _transitions(self, *, at_beginning: bool) -> Iterator[tuple[int, int]]:
        for position, targets in enumerate(self._free):
            yield from ((position, after) for after in targets)
        for position, edges in self._edges.items():
            yield from ((position, after) for at_end, after in edges if at_end or at_beginning)
        yield from ((position, after) for position, (_, after) in self._reads.items())
