"""The report as one self-contained HTML page: counts, groups, and a card for each model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from schemaloom.drift.change import Change
from schemaloom.drift.formats.page import KINDS, environment
from schemaloom.drift.formats.view import View
from schemaloom.drift.grouping import group

MOST_CARDS = 500
"""Models that get a card of their own, worst first."""
_MOST_GROUPS = 500


@dataclass(frozen=True, slots=True)
class _Card:
    model: str
    changes: tuple[Change, ...]

    @property
    def counts(self) -> Counter[str]:
        """Number of changes by severity; the acknowledged count apart."""
        return Counter("acknowledged" if change.acknowledged else change.severity.value for change in self.changes)


def render(view: View) -> str:
    """Write the page."""
    by_model: dict[str, list[Change]] = {}
    for change in view.report.changes:
        by_model.setdefault(change.model, []).append(change)
    return (
        environment()
        .get_template("drift.html.j2")
        .render(
            view=view,
            report=view.report,
            acknowledged=sum(change.acknowledged for change in view.report.changes),
            kinds=KINDS,
            groups=group(view.report.changes),
            most_groups=_MOST_GROUPS,
            cards=[_Card(model, tuple(changes)) for model, changes in by_model.items()],
            most_cards=MOST_CARDS,
        )
    )
