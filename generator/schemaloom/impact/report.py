"""`ImpactReport`: the effect of a drift on each call, and on each recorded payload."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from schemaloom.drift.message import message_text
from schemaloom.json.values import JsonObject


class Verdict(StrEnum):
    """The effect of a drift on one call; worst first."""

    BREAKS = "breaks"
    """Its payload was valid and is refused now, or a part that it reads is gone."""
    MAY_BREAK = "may-break"
    """Some of the values that it may send are refused now."""
    BEHAVES_DIFFERENTLY = "behaves-differently"
    """It stays valid; a default that it relies on changed, or it costs more."""
    UNAFFECTED = "unaffected"
    """Every payload that was valid is valid now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict about what one call sends, and why."""

    verdict: Verdict
    markup: str
    """Why, as a message whose names and values are marked by `schemaloom.drift.message`."""
    changes: tuple[str, ...] = ()
    """Fingerprints of the changes concerned."""
    payload: JsonObject | None = None
    """The payload of the call; None for a read."""
    unknown: tuple[str, ...] = ()
    """JSON Pointers of values that the code does not show; those in `payload` are examples."""

    @property
    def reason(self) -> str:
        """The reason for the verdict, as plain text."""
        return message_text(self.markup)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteVerdict:
    """One place in the code, judged."""

    path: str
    line: int
    column: int
    kind: str
    """``class``, ``client``, ``http`` or ``read``."""
    model: str
    judgement: Judgement
    fixed: str = ""
    """The edits of `--fix` here."""
    is_fixed: bool = False
    """Whether the new side accepts what the call sends since then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallShape:
    """Recorded calls of one model with the same parameters and the same verdict."""

    model: str
    parameters: tuple[str, ...]
    calls: int
    line: int
    """Line of the first of them in the recording."""
    judgement: Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactReport:
    """Every site and every shape of recorded calls, judged."""

    old: str
    new: str
    sites: tuple[SiteVerdict, ...]
    shapes: tuple[CallShape, ...] | None = None
    """None if no recorded calls were judged."""
    recording: str = ""
    """The file of the recorded calls."""
    faults: tuple[tuple[str, int, str], ...] = ()
    """Path, line and reason of every file that could not be parsed."""
    files: int = 0
    """Number of files that were found, those in `faults` included."""

    def counts(self) -> dict[Verdict, int]:
        """Number of sites by verdict."""
        return _counts((site.judgement.verdict, 1) for site in self.sites)

    def call_counts(self) -> dict[Verdict, int]:
        """Number of recorded calls by verdict."""
        return _counts((shape.judgement.verdict, shape.calls) for shape in self.shapes or ())

    def has(self, verdicts: frozenset[Verdict]) -> bool:
        """Whether any recorded call, or any site that was not fixed, has one of these verdicts."""
        judged = [site.judgement for site in self.sites if not site.is_fixed]
        judged += [shape.judgement for shape in self.shapes or ()]
        return any(found.verdict in verdicts for found in judged)


def _counts(found: Iterable[tuple[Verdict, int]]) -> dict[Verdict, int]:
    counts = dict.fromkeys(Verdict, 0)
    for verdict, number in found:
        counts[verdict] += number
    return counts
