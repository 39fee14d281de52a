"""Text for a terminal or a log: one block per group, worst first."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.text import Text

from schemaloom.drift.change import Severity
from schemaloom.drift.formats.plain_text import counted, counts_sentence, listed, model_name, plain, value_text
from schemaloom.drift.formats.view import View
from schemaloom.drift.grouping import Group, group

_STYLES = {
    Severity.BREAKING: "bold red",
    Severity.DANGEROUS: "yellow",
    Severity.SAFE: "green",
    Severity.INFO: "cyan",
}
_MODELS_SHOWN = 8


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
    head = f"{plain(report.provider)}: {counts_sentence(report)} (next version: {report.bump})"
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
    headline = Text.assemble(
        "  ", (plain(found.headline(view.rules)), "bold"), (f"  [{found.rule}]", "dim"), _models_count(found)
    )
    first = found.changes[0]
    lines = [headline, Text(f"      {_where(found)}", "dim")]
    if found.uniform and (first.old is not None or first.new is not None):
        lines.append(Text(f"      {value_text(first.old)} → {value_text(first.new)}"))
    elif not found.uniform:
        lines.append(Text(f"      such as {value_text(first.old)} → {value_text(first.new)}"))
    shown = next((change for change in found.changes if change.proof == "witness"), first)
    if shown.proof:
        whose = f" ({model_name(shown.model)})" if len(found.changes) > 1 else ""
        payload = f": {value_text(shown.witness)}" if shown.proof == "witness" else ""
        lines.append(Text(f"      {view.proof(shown)}{whose}{payload}"))
    lines.append(Text(f"      {_fingerprints(found)}", "dim"))
    return lines


def _models_count(found: Group) -> str:
    return f"  {counted(len(found.models), 'model')}" if len(found.models) > 1 else ""


def _where(found: Group) -> str:
    if len(found.changes) == 1:
        change = found.changes[0]
        return f"{model_name(change.model)}{'#' + plain(change.pointer) if change.pointer else ''}"
    return listed(tuple(map(model_name, found.models)), _MODELS_SHOWN)


def _fingerprints(found: Group) -> str:
    first = found.changes[0].fingerprint[:12]
    more = len(found.changes) - 1
    return f"fingerprint {first}" + (f" and {more} more (--format json lists them)" if more else "")
