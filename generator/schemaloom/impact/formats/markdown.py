"""Markdown for a pull request's body or a job's summary, bounded in size."""

from __future__ import annotations

from schemaloom.drift.message import code, message_markdown
from schemaloom.drift.plain_text import counted, value_text
from schemaloom.impact.formats.sentences import (
    WORDS,
    calls_sentence,
    counts_sentence,
    examples_sentence,
    sent_pointers,
    shape_name,
)
from schemaloom.impact.report import ImpactReport, Judgement, Verdict

LARGEST = 4_000
"""Most bytes of a report: it follows a drift report in a pull request's body, which has 65,536 characters."""


def render(report: ImpactReport, largest: int = LARGEST) -> str:
    """Write the report in about `largest` bytes of UTF-8; what does not fit is counted."""
    pieces = [
        "## Impact on the calls in this repository\n\n",
        f"{code(report.old)} → {code(report.new)}: {counts_sentence(report)}\n",
    ]
    items = list(_items(report))
    room = largest - sum(len(piece.encode()) for piece in pieces)
    heading, left = "", 0
    for wanted, item in items:
        piece = item if wanted == heading else f"\n### {wanted}\n\n{item}"
        room -= len(piece.encode("utf-8", "replace"))
        if left or room < 0:
            left += 1
            continue
        heading = wanted
        pieces.append(piece)
    if left:
        pieces.append(f"\n{counted(left, 'entry').replace('entrys', 'entries')} not shown: `--format json` has all.\n")
    return "".join(pieces)


def _items(report: ImpactReport) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    shown = [verdict for verdict in Verdict if verdict is not Verdict.UNAFFECTED]
    for verdict in shown:
        for site in report.sites:
            if site.judgement.verdict is verdict:
                place = f"{code(f'{site.path}:{site.line}')} ({code(site.model)})"
                found.append((WORDS[verdict].capitalize(), f"- {place}: {_why(site.judgement)}\n"))
    found += [("Not read", f"- {code(f'{path}:{line}')}: {code(reason)}\n") for path, line, reason in report.faults]
    if report.shapes is not None:
        heading = f"Recorded calls\n\n{calls_sentence(report)}"
        for shape in report.shapes:
            if shape.judgement.verdict in shown:
                word = WORDS[shape.judgement.verdict]
                item = f"- {code(shape.model)}, {code(shape_name(shape))}: {word}. {_why(shape.judgement)}\n"
                found.append((heading, item))
    return found


def _why(found: Judgement) -> str:
    if found.payload is None:
        return message_markdown(found.markup)
    examples = examples_sentence([code(pointer) for pointer in sent_pointers(found)])
    return f"{message_markdown(found.markup)}; sends {code(value_text(found.payload))}{examples}"
