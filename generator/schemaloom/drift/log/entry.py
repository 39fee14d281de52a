"""`Log` and `Entry`: what happened to a catalogue, as values; who finds them and who prints them are elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from schemaloom.drift.change import Change, DriftReport, Rule, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One commit in which something happened."""

    commit: str
    date: datetime
    subject: str
    models: int
    """How many models the snapshot has now."""
    report: DriftReport
    """From the commit before to this one; without findings where there was none to compare with."""
    first: bool = False
    """Whether the history begins here."""
    unreadable: str = ""
    """Why the two sides could not be compared, if they could not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The history of one provider, newest first; commits in which nothing happened are left out."""

    provider: str
    folder: str
    entries: tuple[Entry, ...]
    shallow: bool
    """Whether the clone was cut, so that the first entry is not the beginning."""
    rules: Mapping[str, Rule]

    def by_model(self) -> dict[str, list[tuple[Entry, Change]]]:
        """What happened to each model, newest first; the empty id stands for the catalogue."""
        found: dict[str, list[tuple[Entry, Change]]] = {}
        for entry in self.entries:
            for change in entry.report.changes:
                found.setdefault(change.model, []).append((entry, change))
        return dict(sorted(found.items()))

    def counts(self) -> dict[Severity, int]:
        """How many changes of each severity the whole history has."""
        found = [entry.report.counts() for entry in self.entries]
        return {severity: sum(counts[severity] for counts in found) for severity in Severity}
