"""`View`: a report, and what the formats need beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemaloom.drift.change import Change, DriftReport, Polarity, Rule, Severity
from schemaloom.drift.formats.source_lines import SourceLines


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The input of every format; formats are pure functions of it."""

    report: DriftReport
    rules: Mapping[str, Rule]
    source_lines: SourceLines
    """Finds file and line of a change in the committed files."""
    old: str
    """The old side as the user named it."""
    new: str
    failing: frozenset[Severity] = frozenset()
    """Severities that make the command fail."""

    def fails(self, change: Change) -> bool:
        """Whether this change makes the command fail."""
        return change.severity in self.failing and not change.acknowledged

    def polarity(self, change: Change) -> Polarity:
        """Polarity of the rule of a change."""
        rule = self.rules.get(change.rule)
        return rule.polarity if rule else Polarity.CATALOGUE

    def proof(self, change: Change) -> str:
        """Return the witness's sentence, or that there is none; empty if the change needs no proof."""
        if change.proof is None:
            return ""
        if change.proof == "unproven":
            return "unproven: no payload was found that shows the break"
        if self.polarity(change) is Polarity.OUTPUT:
            return "may be received now, was not possible before"
        return "was accepted before, is refused now"
