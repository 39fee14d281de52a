"""Sentences that several formats show."""

from __future__ import annotations

from collections.abc import Sequence

from schemaloom.drift.plain_text import counted
from schemaloom.impact.report import CallShape, ImpactReport, Judgement, Verdict
from schemaloom.json.pointer import resolve_pointer
from schemaloom.json.values import JsonObject

WORDS = {
    Verdict.BREAKS: "breaks",
    Verdict.MAY_BREAK: "may break",
    Verdict.BEHAVES_DIFFERENTLY: "behaves differently",
    Verdict.UNAFFECTED: "unaffected",
}


def counts_sentence(report: ImpactReport) -> str:
    """``15 sites in 9 files (1 of them not read): 6 break, 1 may break, 0 behave differently, 8 unaffected``."""
    unread = f" ({len(report.faults)} of them not read)" if report.faults else ""
    places = f"{counted(len(report.sites), 'site')} in {counted(report.files, 'file')}{unread}"
    return f"{places}: {_numbers(report.counts())}"


def calls_sentence(report: ImpactReport) -> str:
    """``10000 recorded calls: 214 would be refused, by 3 call shapes; …``."""
    counts = report.call_counts()
    shapes = sum(shape.judgement.verdict is Verdict.BREAKS for shape in report.shapes or ())
    refused = counts.pop(Verdict.BREAKS)
    others = ", ".join(f"{number} {_PLURALS[verdict]}" for verdict, number in counts.items())
    total = counted(refused + sum(counts.values()), "recorded call")
    return f"{total}: {refused} would be refused, by {counted(shapes, 'call shape')}; {others}"


def sent_pointers(found: Judgement) -> list[str]:
    """JSON Pointers of the values in a payload that the code does not show, and that are examples."""
    return [pointer for pointer in found.unknown if found.payload is not None and _is_in(found.payload, pointer)]


def examples_sentence(pointers: Sequence[str]) -> str:
    """``, where /image and /seed are examples``; empty without any."""
    if not pointers:
        return ""
    if len(pointers) == 1:
        return f", where {pointers[0]} is an example"
    return f", where {', '.join(pointers[:-1])} and {pointers[-1]} are examples"


def _is_in(payload: JsonObject, pointer: str) -> bool:
    try:
        resolve_pointer(payload, pointer)
    except LookupError:
        return False
    return True


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
