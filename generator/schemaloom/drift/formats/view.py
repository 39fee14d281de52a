"""`View`: a report and what its readers need besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemaloom.drift.change import Change, DriftReport, Polarity, Rule, Severity
from schemaloom.drift.formats.source_lines import SourceLines


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that a format may use; formats are pure functions of it."""

    report: DriftReport
    rules: Mapping[str, Rule]
    source_lines: SourceLines
    """Where the committed files say what the changes are about."""
    old: str
    """The old side as the user spelled it."""
    new: str
    failing: frozenset[Severity] = frozenset()
    """Severities that make the command fail."""

    def fails(self, change: Change) -> bool:
        """Whether this change makes the command fail."""
        return change.severity in self.failing and not change.acknowledged

    def polarity(self, change: Change) -> Polarity:
        """Who speaks where the change happened."""
        rule = self.rules.get(change.rule)
        return rule.polarity if rule else Polarity.CATALOGUE

    def proof(self, change: Change) -> str:
        """What the witness shows, or that there is none; empty where no proof is due."""
        if change.proof is None:
            return ""
        if change.proof == "unproven":
            return "unproven: no payload was found that shows it"
        if self.polarity(change) is Polarity.OUTPUT:
            return "may be received now, and could not before"
        return "was accepted before, and is refused now"
