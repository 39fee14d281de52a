"""`Automaton`: looks for a match of a pattern, character by character.

Its states are sets of positions in the pattern.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, TypeAlias

from schemaloom.ir.pattern_syntax import (
    ANY,
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
"""Most positions of an automaton; counted repetitions multiply them."""
State: TypeAlias = tuple[frozenset[int], bool]
"""Positions, and whether nothing was read so far."""


@lru_cache(maxsize=1024)
def automaton_of(pattern: str | None, listed: tuple[str, ...] = (), *, loosely: bool = False) -> Automaton | None:
    """Return the automaton of a pattern, or of `listed` strings; None if it cannot be read or is too large.

    Without either, it accepts every string.  With `loosely`, it may accept more than the pattern.
    """
    try:
        if listed:
            return Automaton(Alternation(tuple(map(literal, listed))))
        return Automaton(Concatenation(()) if pattern is None else read_pattern(pattern, loosely=loosely))
    except (UnreadablePattern, RecursionError):
        return None


class Automaton:
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
