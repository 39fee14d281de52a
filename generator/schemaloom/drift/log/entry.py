"""`Log` and `Entry`: the history of a catalogue, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemaloom.drift.change import Change, DriftReport, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One commit that changed the snapshot."""

    commit: str
    date: datetime
    subject: str
    models: int
    """Number of models in the snapshot after the commit."""
    report: DriftReport
    """Changes since the commit before; empty if there is none to compare with."""
    first: bool = False
    """Whether the history begins here."""
    unreadable: str = ""
    """Why the two sides could not be compared, if they could not."""

    @property
    def worst(self) -> Severity | None:
        """The severity of its worst unacknowledged change."""
        counts = self.report.counts()
        return next((severity for severity in Severity if counts[severity]), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The history of one provider, newest first; commits without a change are left out."""

    provider: str
    folder: str
    entries: tuple[Entry, ...]
    shallow: bool
    """Whether the clone is shallow, so that the first entry is not the beginning."""

    def by_model(self) -> dict[str, list[tuple[Entry, Change]]]:
        """Changes of each model, newest first; the empty id is the catalogue."""
        found: dict[str, list[tuple[Entry, Change]]] = {}
        for entry in self.entries:
            for change in entry.report.changes:
                found.setdefault(change.model, []).append((entry, change))
        return dict(sorted(found.items()))

    def counts(self) -> dict[Severity, int]:
        """Number of unacknowledged changes of each severity in the whole history."""
        found = [entry.report.counts() for entry in self.entries]
        return {severity: sum(counts[severity] for counts in found) for severity in Severity}
