"""Sentences that several formats show."""

from __future__ import annotations

from schemaloom.drift.plain_text import counted
from schemaloom.impact.report import CallShape, ImpactReport, Verdict

WORDS = {
    Verdict.BREAKS: "breaks",
    Verdict.MAY_BREAK: "may break",
    Verdict.BEHAVES_DIFFERENTLY: "behaves differently",
    Verdict.UNAFFECTED: "unaffected",
}


def counts_sentence(report: ImpactReport) -> str:
    """``15 sites: 6 break, 1 may break, 0 behave differently, 8 unaffected``."""
    return f"{counted(len(report.sites), 'site')} in {counted(report.files, 'file')}: {_numbers(report.counts())}"


def calls_sentence(report: ImpactReport) -> str:
    """``10000 recorded calls: 214 would be refused, by 3 call shapes; …``."""
    counts = report.call_counts()
    shapes = sum(shape.judgement.verdict is Verdict.BREAKS for shape in report.shapes or ())
    refused = counts.pop(Verdict.BREAKS)
    others = ", ".join(f"{number} {_PLURALS[verdict]}" for verdict, number in counts.items())
    total = counted(refused + sum(counts.values()), "recorded call")
    return f"{total}: {refused} would be refused, by {counted(shapes, 'call shape')}; {others}"


def shape_name(shape: CallShape) -> str:
    """``3 calls with prompt, seed``."""
    return f"{counted(shape.calls, 'call')} with {', '.join(shape.parameters) or 'no parameters'}"


_PLURALS = {
    Verdict.BREAKS: "break",
    Verdict.MAY_BREAK: "may break",
    Verdict.BEHAVES_DIFFERENTLY: "behave differently",
    Verdict.UNAFFECTED: "unaffected",
}


def _numbers(counts: dict[Verdict, int]) -> str:
    return ", ".join(f"{number} {_PLURALS[verdict]}" for verdict, number in counts.items())
