"""Text for a terminal or a log: one block per site, worst first; unaffected sites are only counted."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from rich.console import Console
from rich.text import Text

from schemaloom.drift.plain_text import plain, value_text
from schemaloom.impact.formats.sentences import (
    WORDS,
    calls_sentence,
    counts_sentence,
    examples_sentence,
    sent_pointers,
    shape_name,
)
from schemaloom.impact.report import ImpactReport, Judgement, Verdict

_STYLES = {Verdict.BREAKS: "bold red", Verdict.MAY_BREAK: "yellow", Verdict.BEHAVES_DIFFERENTLY: "cyan"}


def render(report: ImpactReport, *, color: bool) -> str:
    """Write the report; escape sequences only with `color`, and lines are never wrapped."""
    stream = StringIO()
    console = Console(
        file=stream, force_terminal=color, no_color=not color, color_system="standard" if color else None, width=100
    )
    for line in _lines(report):
        console.print(line, soft_wrap=True)
    return stream.getvalue()


def _lines(report: ImpactReport) -> Iterator[Text]:
    yield Text(counts_sentence(report), "bold")
    yield Text(f"{plain(report.old)} → {plain(report.new)}", "dim")
    for verdict, style in _STYLES.items():
        for site in report.sites:
            if site.judgement.verdict is verdict:
                place = f"{plain(site.path)}:{site.line}:{site.column}"
                yield Text.assemble(f"{place}: ", (WORDS[verdict], style), f"  {plain(site.model)}")
                yield from _judgement(site.judgement)
                if site.fixed:
                    yield Text(f"    {'fixed' if site.is_fixed else 'rewritten in part'}: {plain(site.fixed)}", "green")
    for path, line, reason in report.faults:
        yield Text(f"{plain(path)}:{line}: not read: {plain(reason)}", "yellow")
    if report.shapes is None:
        return
    yield Text(calls_sentence(report), "bold")
    for shape in report.shapes:
        verdict = shape.judgement.verdict
        if verdict in _STYLES:
            place = f"{plain(report.recording)}:{shape.line}"
            head = f"  {plain(shape.model)}: {plain(shape_name(shape))}"
            yield Text.assemble(f"{place}: ", (WORDS[verdict], _STYLES[verdict]), head)
            yield from _judgement(shape.judgement)


def _judgement(found: Judgement) -> Iterator[Text]:
    yield Text(f"    {plain(found.reason)}")
    if found.payload is not None and found.verdict is not Verdict.BEHAVES_DIFFERENTLY:
        examples = examples_sentence([plain(pointer) for pointer in sent_pointers(found)])
        yield Text(f"    sends {value_text(found.payload)}{examples}", "dim")
