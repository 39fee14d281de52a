"""The log as one self-contained HTML page: a timeline, and the history of each model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from schemaloom.drift.change import Change, Severity
from schemaloom.drift.formats.page import KINDS, environment
from schemaloom.history.entry import Entry
from schemaloom.history.formats.chart import MOST_ENTRIES, Bar, Chart
from schemaloom.history.log import Log

_MOST_CARDS = 1_000


@dataclass(frozen=True, slots=True)
class _Card:
    model: str
    changes: tuple[tuple[Entry, Change], ...]
    strip: tuple[Bar, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Number of changes by severity, worst first."""
        found = Counter(change.severity for _, change in self.changes)
        return {severity.value: found[severity] for severity in Severity}


def render(log: Log) -> str:
    """Write the page."""
    chart = Chart(log.entries)
    known = log.by_model()
    return (
        environment()
        .get_template("log.html.j2")
        .render(
            log=log,
            chart=chart,
            kinds=KINDS,
            most_entries=MOST_ENTRIES,
            cards=[
                _Card(model, tuple(known[model]), tuple(chart.strip(known[model])))
                for model in sorted(known, key=lambda model: (-len(known[model]), model))
            ],
            most_cards=_MOST_CARDS,
        )
    )
