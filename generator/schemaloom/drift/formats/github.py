"""GitHub Actions: annotations on stdout, a summary of the job, and outputs of the step.

Limits of GitHub: 10 annotations of each level in a step, and 1 MiB of summary, above which the
whole summary is dropped.
"""

from __future__ import annotations

from secrets import token_hex

from schemaloom.drift.change import Severity
from schemaloom.drift.formats import markdown
from schemaloom.drift.formats.subject import subject_name
from schemaloom.drift.formats.view import View
from schemaloom.drift.grouping import Group, group
from schemaloom.drift.plain_text import counted, listed, model_name, plain, value_text

MOST_PER_LEVEL = 10
LARGEST_SUMMARY = 1024 * 1024 - 4096
"""Bytes of a step's summary, a little below the limit."""
_LEVELS = {
    Severity.BREAKING: "error",
    Severity.DANGEROUS: "warning",
    Severity.SAFE: "notice",
    Severity.INFO: "notice",
}


def render(view: View) -> str:
    """Write one workflow command for each group, the worst of each level, then a line with the counts."""
    used = dict.fromkeys(_LEVELS.values(), 0)
    lines: list[str] = []
    left = 0
    for found in group(change for change in view.report.changes if not change.acknowledged):
        level = _LEVELS[found.severity]
        used[level] += 1
        if used[level] > MOST_PER_LEVEL:
            left += 1
            continue
        lines.append(_command(view, found, level))
    more = f"; {counted(left, 'group')} not annotated" if left else ""
    lines.append(f"{plain(view.report.provider)}: {view.report.counts_sentence()}{more}")
    return "\n".join(lines) + "\n"


def summary(view: View, already: int = 0) -> str:
    """Markdown for ``$GITHUB_STEP_SUMMARY``, which holds `already` bytes; empty if there is no room."""
    room = LARGEST_SUMMARY - already
    return "\n" + markdown.render(view, room - 1) if room > markdown.LARGEST // 4 else ""


def outputs(view: View) -> str:
    """Lines for ``$GITHUB_OUTPUT``: ``drift``, ``bump`` and a count for each severity.

    Each value is between random delimiters, so that no value can end early.
    """
    values = {
        "drift": "true" if view.report.changes else "false",
        "bump": view.report.bump.value,
        **{severity.value: str(number) for severity, number in view.report.counts().items()},
    }
    mark = f"schemaloom-{token_hex(16)}"
    return "".join(f"{name}<<{mark}\n{value}\n{mark}\n" for name, value in values.items())


def _command(view: View, found: Group, level: str) -> str:
    place = view.source_lines.find(found.changes[0])
    title = f"{found.severity}: {found.rule}"
    properties = f"file={_property(place.file)},line={place.line},title={_property(title)}"
    return f"::{level} {properties}::{_data(_message(view, found))}"


def _message(view: View, found: Group) -> str:
    shown = found.shown
    parts = [f"{found.message} ({_place(found)})"]
    if shown.proof:
        payload = f": {value_text(shown.witness)}" if shown.proof == "witness" else ""
        parts.append(f"{view.proof(shown)}{payload}")
    return "\n".join(parts)


def _place(found: Group) -> str:
    pointer = plain(found.first.pointer)
    if len(found.changes) == 1:
        return f"{subject_name(found.first)}{'#' + pointer if pointer else ''}"
    models = f"{counted(len(found.models), 'model')}: {listed(tuple(map(model_name, found.models)), 5)}"
    return f"{pointer} in {models}" if pointer else models


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
