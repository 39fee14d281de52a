"""GitHub Actions: an annotation at each call, then one line that sums up."""

from __future__ import annotations

from schemaloom.drift.plain_text import counted, plain, value_text
from schemaloom.impact.formats.sentences import WORDS, calls_sentence, counts_sentence, examples_sentence, sent_pointers
from schemaloom.impact.report import ImpactReport, SiteVerdict, Verdict

MOST_PER_LEVEL = 10
"""Annotations that GitHub shows of each level in a step."""
_LEVELS = {Verdict.BREAKS: "error", Verdict.MAY_BREAK: "warning", Verdict.BEHAVES_DIFFERENTLY: "notice"}


def render(report: ImpactReport) -> str:
    """Write a workflow command for each site that is affected and each file not read, then the counts."""
    lines: list[str] = []
    left = 0
    for verdict, level in _LEVELS.items():
        found = [site for site in report.sites if site.judgement.verdict is verdict]
        lines += [_command(site, level) for site in found[:MOST_PER_LEVEL]]
        left += len(found[MOST_PER_LEVEL:])
    for path, line, reason in report.faults[:MOST_PER_LEVEL]:
        lines.append(f"::warning file={_property(path)},line={line},title=not read::{_data(plain(reason))}")
    more = f"; {counted(left, 'site')} not annotated" if left else ""
    lines.append(f"{counts_sentence(report)}{more}")
    lines += [calls_sentence(report)] if report.shapes is not None else []
    return "\n".join(lines) + "\n"


def _command(site: SiteVerdict, level: str) -> str:
    title = f"{WORDS[site.judgement.verdict]}: {plain(site.model)}"
    properties = f"file={_property(site.path)},line={site.line},col={site.column},title={_property(title)}"
    found = site.judgement
    examples = examples_sentence([plain(pointer) for pointer in sent_pointers(found)])
    sent = "" if found.payload is None else f"\nsends {value_text(found.payload)}{examples}"
    return f"::{level} {properties}::{_data(plain(found.reason) + sent)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
