"""Text for a terminal or a log: one block per group, worst first."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.text import Text

from schemaloom.drift.change import Severity
from schemaloom.drift.formats.subject import subject_name
from schemaloom.drift.formats.view import View
from schemaloom.drift.grouping import Group, group
from schemaloom.drift.plain_text import counted, listed, model_name, plain, value_text

_STYLES = {
    Severity.BREAKING: "bold red",
    Severity.DANGEROUS: "yellow",
    Severity.SAFE: "green",
    Severity.INFO: "cyan",
}
_MODELS_SHOWN = 8
_PLACES_SHOWN = 3


def render(view: View, *, color: bool) -> str:
    """Write the report; escape sequences only with `color`, and lines are never wrapped."""
    stream = StringIO()
    console = Console(
        file=stream, force_terminal=color, no_color=not color, color_system="standard" if color else None, width=100
    )
    for line in _lines(view):
        console.print(line, soft_wrap=True)
    return stream.getvalue()


def _lines(view: View) -> list[Text]:
    report = view.report
    head = f"{plain(report.provider)}: {report.counts_sentence()} (next version: {report.bump})"
    lines = [Text(head, "bold"), Text(f"{plain(view.old)} → {plain(view.new)}", "dim")]
    shown: tuple[Severity, bool] | None = None
    for found in group(report.changes):
        if (found.severity, found.acknowledged) != shown:
            shown = (found.severity, found.acknowledged)
            note = ", acknowledged" if found.acknowledged else ""
            lines += [Text(), Text(f"{found.severity.upper()}{note}", _STYLES[found.severity])]
        lines += _group(view, found)
    return lines if report.changes else [*lines, Text("No drift.", "green")]


def _group(view: View, found: Group) -> list[Text]:
    headline = Text.assemble("  ", (found.message, "bold"), (f"  [{found.rule}]", "dim"), _models_count(found))
    first, shown = found.first, found.shown
    lines = [headline, Text(f"      {_place(found)}", "dim")]
    if first.places:
        lines.append(Text(f"      used by {listed(tuple(map(plain, first.places)), _PLACES_SHOWN)}", "dim"))
    if not found.states_values:
        lines.append(Text(f"      {value_text(first.old)} → {value_text(first.new)}"))
    if shown.proof:
        whose = f" ({model_name(shown.model)})" if len(found.changes) > 1 else ""
        payload = f": {value_text(shown.witness)}" if shown.proof == "witness" else ""
        lines.append(Text(f"      {view.proof(shown)}{whose}{payload}"))
    lines.append(Text(f"      {_fingerprints(found)}", "dim"))
    return lines


def _models_count(found: Group) -> str:
    return f"  {counted(len(found.models), 'model')}" if len(found.models) > 1 else ""


def _place(found: Group) -> str:
    pointer = plain(found.first.pointer)
    if len(found.changes) == 1:
        return f"{subject_name(found.first)}{'#' + pointer if pointer else ''}"
    models = listed(tuple(map(model_name, found.models)), _MODELS_SHOWN)
    return f"{pointer} in {models}" if pointer else models


def _fingerprints(found: Group) -> str:
    first = found.first.fingerprint[:12]
    more = len(found.changes) - 1
    return f"fingerprint {first}" + (f" and {more} more (--format json lists them)" if more else "")
