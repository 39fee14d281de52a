"""JUnit XML: one test case per change; those that make the command fail are failures."""

from __future__ import annotations

from html import escape

from schemaloom.drift.change import Change
from schemaloom.drift.formats.subject import subject_name
from schemaloom.drift.formats.view import View
from schemaloom.drift.plain_text import plain, value_text


def render(view: View) -> str:
    """Write one test suite; acknowledged changes are skipped cases, and no drift is one passed case."""
    report = view.report
    name = _attribute(f"drift of {report.provider}")
    failures = sum(view.fails(change) for change in report.changes)
    skipped = sum(change.acknowledged for change in report.changes)
    cases = [_case(view, change) for change in report.changes] or ['<testcase classname="drift" name="no drift"/>']
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="schemaloom" tests="{len(cases)}" failures="{failures}" errors="0">',
        f'  <testsuite name="{name}" {counts}>',
        *(f"    {case}" for case in cases),
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _case(view: View, change: Change) -> str:
    place = view.source_lines.find(change)
    attributes = (
        f'classname="{_attribute(subject_name(change))}" name="{_attribute(f"{change.rule} {change.pointer}")}" '
        f'file="{_attribute(place.file)}" line="{place.line}"'
    )
    if change.acknowledged:
        return f'<testcase {attributes}><skipped message="acknowledged"/></testcase>'
    message, detail = _attribute(change.message), _text(_detail(view, change))
    if view.fails(change):
        outcome = f'<failure message="{message}" type="{change.severity}">{detail}</failure>'
    else:
        outcome = f"<system-out>{change.severity}: {_text(change.message)}\n{detail}</system-out>"
    return f"<testcase {attributes}>{outcome}</testcase>"


def _detail(view: View, change: Change) -> str:
    lines: list[str] = []
    if change.old is not None or change.new is not None:
        lines.append(f"{value_text(change.old)} → {value_text(change.new)}")
    if change.proof:
        payload = f": {value_text(change.witness)}" if change.proof == "witness" else ""
        lines.append(f"{view.proof(change)}{payload}")
    return "\n".join([*lines, f"fingerprint {change.fingerprint[:12]}"])


def _attribute(text: str) -> str:
    return escape(plain(text))


def _text(text: str) -> str:
    return escape(text, quote=False)
