"""`Change` and `DriftReport`: findings as values; who makes them and who prints them are elsewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from schemaloom.json.values import JsonValue

Proof: TypeAlias = Literal["witness", "unproven"]


class Severity(StrEnum):
    """What a change does to someone who calls the model; worst first."""

    BREAKING = "breaking"
    """A call or a read that worked stops working."""
    DANGEROUS = "dangerous"
    """Calls stay valid and may behave or cost differently."""
    SAFE = "safe"
    """Something was added or relaxed."""
    INFO = "info"
    """Texts and order."""


class Polarity(StrEnum):
    """Who speaks: what narrows breaks an input, what widens breaks an output."""

    INPUT = "input"
    OUTPUT = "output"
    CATALOGUE = "catalogue"


class Bump(StrEnum):
    """Which part of a version a set of changes raises (one step lower before 1.0)."""

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
    """What it means, for people who have not read the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One finding about one model (or about the catalogue: then `model` is empty)."""

    rule: str
    severity: Severity
    model: str
    pointer: str
    """JSON pointer into the model's request or result schema, or into its document."""
    old: JsonValue
    new: JsonValue
    message: str
    fingerprint: str
    """Hexadecimal digest of rule, model, pointer and canonical values; not of the wording."""
    proof: Proof | None = None
    """Set on every breaking finding about an input or output."""
    witness: JsonValue = None
    """With ``proof == "witness"``: a payload that was valid and is refused now (outputs: the reverse)."""
    acknowledged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """All findings between two snapshots, sorted by severity, model, pointer and rule."""

    provider: str
    changes: tuple[Change, ...]

    def counts(self) -> dict[Severity, int]:
        """How many changes that nobody acknowledged there are of each severity."""
        found = Counter(change.severity for change in self.changes if not change.acknowledged)
        return {severity: found[severity] for severity in Severity}

    @property
    def bump(self) -> Bump:
        """What the next version has to raise; an acknowledged change counts like any other."""
        found = {change.severity for change in self.changes if not change.rule.startswith("acknowledgement.")}
        if Severity.BREAKING in found:
            return Bump.MAJOR
        if found & {Severity.DANGEROUS, Severity.SAFE}:
            return Bump.MINOR
        return Bump.PATCH if found else Bump.NONE
