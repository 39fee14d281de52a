"""`Entry`: the changes of one commit, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemaloom.drift.change import DriftReport, Severity


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
    version: str = ""
    """Version of the package that was released with the commit or first after it; empty if none was."""
    version_before: str = ""
    """The version before that one; empty if there is none."""
    first: bool = False
    """Whether the history begins here."""
    unreadable: str = ""
    """Why the two sides could not be compared, if they could not."""

    @property
    def worst(self) -> Severity | None:
        """The severity of its worst unacknowledged change."""
        counts = self.report.counts()
        return next((severity for severity in Severity if counts[severity]), None)
