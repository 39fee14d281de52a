"""`Change` and `DriftReport`: the changes between two snapshots, as values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from schemaloom.drift.message import message_text
from schemaloom.json.values import JsonValue

Proof: TypeAlias = Literal["witness", "unproven"]


class Severity(StrEnum):
    """The effect of a change on callers of the model; worst first."""

    BREAKING = "breaking"
    """A call or a read that worked stops working."""
    DANGEROUS = "dangerous"
    """Calls stay valid and may behave or cost differently."""
    SAFE = "safe"
    """Something was added or relaxed."""
    INFO = "info"
    """Texts and order."""


class FailOn(StrEnum):
    """From which severity on a change makes the command fail."""

    BREAKING = "breaking"
    DANGEROUS = "dangerous"
    ANY = "any"
    NEVER = "never"

    def severities(self) -> frozenset[Severity]:
        """The severities that fail."""
        match self:
            case FailOn.BREAKING:
                return frozenset({Severity.BREAKING})
            case FailOn.DANGEROUS:
                return frozenset({Severity.BREAKING, Severity.DANGEROUS})
            case FailOn.ANY:
                return frozenset(Severity)
            case FailOn.NEVER:
                return frozenset()


class Polarity(StrEnum):
    """The subject of a rule: an input breaks when it narrows, an output when it widens."""

    INPUT = "input"
    OUTPUT = "output"
    CATALOGUE = "catalogue"


class Bump(StrEnum):
    """The part of a version that a set of changes raises (one step lower before 1.0)."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of change; `id` is stable and public."""

    id: str
    severity: Severity
    polarity: Polarity
    sentence: str
    """A sentence about the kind of change that names no model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one model, or of the catalogue: then `model` is empty."""

    rule: str
    severity: Severity
    model: str
    pointer: str
    """JSON Pointer into the model's request or result schema, or into its document."""
    old: JsonValue
    new: JsonValue
    markup: str
    """One sentence, its names and values marked by `schemaloom.drift.message`."""
    fingerprint: str
    """Hexadecimal digest of rule, model, path and canonical values; not of the wording."""
    proof: Proof | None = None
    """Set on every breaking change of an input or output."""
    witness: JsonValue = None
    """With ``proof == "witness"``: a payload that was valid and is refused now (outputs: the reverse)."""
    acknowledged: bool = False
    places: tuple[str, ...] = ()
    """Of a component that operations share: where it is used, sorted."""

    @property
    def message(self) -> str:
        """The sentence as plain text, on one printable line."""
        return message_text(self.markup)


def report_order(change: Change) -> tuple[int, str, str, str, str]:
    """Sort key of changes: worst first, then by model, pointer, rule and fingerprint."""
    return _RANK[change.severity], change.model, change.pointer, change.rule, change.fingerprint


_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """All changes between two snapshots, in `report_order`."""

    provider: str
    changes: tuple[Change, ...]

    def counts(self) -> dict[Severity, int]:
        """Number of unacknowledged changes of each severity."""
        found = Counter(change.severity for change in self.changes if not change.acknowledged)
        return {severity: found[severity] for severity in Severity}

    def counts_sentence(self) -> str:
        """``1 breaking, 0 dangerous, 2 safe, 0 info``, and the number of acknowledged changes if there are any."""
        sentence = ", ".join(f"{number} {severity}" for severity, number in self.counts().items())
        acknowledged = sum(change.acknowledged for change in self.changes)
        return f"{sentence}, {acknowledged} acknowledged" if acknowledged else sentence

    @property
    def bump(self) -> Bump:
        """Return the part of the version to raise; an acknowledged change counts like any other."""
        found = {change.severity for change in self.changes if not change.rule.startswith("acknowledgement.")}
        if Severity.BREAKING in found:
            return Bump.MAJOR
        if found & {Severity.DANGEROUS, Severity.SAFE}:
            return Bump.MINOR
        return Bump.PATCH if found else Bump.NONE
