"""The chart of a log: one column for each entry, and a strip for each model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemaloom.drift.change import Change, Severity
from schemaloom.history.entry import Entry

MOST_ENTRIES = 1_000
_WIDTH, _HEIGHT, _LABELS = 960, 120, 8
_STRIP_WIDTH, _STRIP_HEIGHT = 160, 14


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `kind` is a severity, or ``quiet``."""

    kind: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One entry: its bars, worst on top."""

    entry: Entry
    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A date below the chart."""

    left: float
    text: str


class Chart:
    """Geometry of the chart of these entries, which are newest first; the chart is oldest first."""

    width, height = _WIDTH, _HEIGHT

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = list(entries[:MOST_ENTRIES])[::-1]
        self._step = _STRIP_WIDTH / max(len(self._entries), 8)

    @property
    def columns(self) -> list[Column]:
        """Each entry's column, its height by the number of changes."""
        most = max(1, *(len(entry.report.changes) for entry in self._entries))
        step = _WIDTH / max(len(self._entries), 12)
        return [_column(entry, index * step, min(step * 0.7, 28), most) for index, entry in enumerate(self._entries)]

    @property
    def labels(self) -> list[Label]:
        """A few dates, evenly spread."""
        step = _WIDTH / max(len(self._entries), 12)
        every = max(1, -(-len(self._entries) // _LABELS))
        return [
            Label(index * step, f"{entry.date:%Y-%m-%d}")
            for index, entry in enumerate(self._entries)
            if index % every == 0
        ]

    @property
    def ground(self) -> Bar:
        """The whole timeline in small."""
        return Bar("quiet", 0, 0, self._step * len(self._entries), _STRIP_HEIGHT)

    def strip(self, changes: Sequence[tuple[Entry, Change]]) -> list[Bar]:
        """The timeline in small, coloured where one model changed, by the worst change."""
        worst: dict[str, Severity] = {}
        for entry, change in sorted(changes, key=lambda pair: -list(Severity).index(pair[1].severity)):
            worst[entry.commit] = change.severity
        return [
            Bar(worst[entry.commit].value, index * self._step, 0, max(self._step - 1, 2), _STRIP_HEIGHT)
            for index, entry in enumerate(self._entries)
            if entry.commit in worst
        ]


def _column(entry: Entry, left: float, width: float, most: int) -> Column:
    counts = entry.report.counts()
    title = f"{entry.date:%Y-%m-%d}: {', '.join(f'{n} {s}' for s, n in counts.items() if n) or 'beginning'}"
    # With a square root one change is visible beside a hundred.
    height = _HEIGHT * 0.92 * (len(entry.report.changes) / most) ** 0.5
    bars: list[Bar] = []
    top = float(_HEIGHT)
    for severity in reversed(Severity):
        if counts[severity]:
            size = height * counts[severity] / len(entry.report.changes)
            top -= size
            bars.append(Bar(severity.value, left, top, width, size))
    return Column(entry, title, tuple(bars) or (Bar("quiet", left, _HEIGHT - 3, width, 3),))
