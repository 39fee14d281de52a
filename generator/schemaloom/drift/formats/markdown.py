"""Markdown for a pull request's body or a job's summary, bounded in size.

Untrusted text is in code spans, or passes through `escaped`, which leaves no character that has a
meaning in Markdown, HTML or GitHub's mentions and references.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from schemaloom.drift.change import Severity
from schemaloom.drift.formats.subject import subject_name
from schemaloom.drift.formats.view import View
from schemaloom.drift.grouping import Group, group
from schemaloom.drift.message import code, message_markdown
from schemaloom.drift.plain_text import counted, listed, model_name, plain, value_text
from schemaloom.json.values import JsonValue

LARGEST = 60_000
"""Most bytes of a report; GitHub refuses a body of more than 65,536 characters."""
_RESERVE = 2_000
"""Bytes kept free for the section that counts what did not fit."""
_MODELS_SHOWN = 5
_PLACES_SHOWN = 5
_LONGEST_LIST = 4_000
"""Bytes of a list of model ids."""


def render(view: View, largest: int = LARGEST) -> str:
    """Write the report in at most `largest` bytes of UTF-8; what does not fit is counted by severity."""
    report = view.report
    title = f"## Drift of {code(report.provider)}: {'next version ' + report.bump if report.changes else 'none'}\n\n"
    pieces = [title, f"{code(view.old)} → {code(view.new)}\n\n", _table(view)]
    room = largest - _RESERVE - _size(pieces)
    left: list[Group] = []
    heading = ""
    for found in group(report.changes):
        piece = _group(view, found)
        wanted = _heading(found)
        new = [piece] if wanted == heading else [f"\n### {wanted}\n\n", piece]
        if left or _size(new) > room:
            left.append(found)  # from the first that does not fit, so that what is shown is the worst
            continue
        heading = wanted
        room -= _size(new)
        pieces += new
    return "".join([*pieces, *_left(left)])


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is, without structure, HTML, links, mentions or references."""
    text = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*_{}\[\]()+!|~^=-])", r"\\\1", text)
    # GitHub looks for mentions and references after it has read the Markdown: only a break in them helps.
    text = re.sub(r"[@#]", r"\g<0>&#8203;", text).replace("$", "&#36;")
    return text.replace("://", ":&#8203;//").replace("www.", "www&#8203;.")


def _table(view: View) -> str:
    counts = view.report.counts()
    acknowledged = sum(change.acknowledged for change in view.report.changes)
    heads = " | ".join([*counts, "acknowledged"])
    values = " | ".join(str(number) for number in [*counts.values(), acknowledged])
    return f"| {heads} |\n|{' --: |' * (len(counts) + 1)}\n| {values} |\n"


def _heading(found: Group) -> str:
    return f"{found.severity.capitalize()}{', acknowledged' if found.acknowledged else ''}"


def _group(view: View, found: Group) -> str:
    first, shown = found.first, found.shown
    lines = [f"- **{message_markdown(found.markup)}** ({code(found.rule)}): {_where(found)}"]
    if first.places:
        lines.append(f"  - used by {listed(tuple(map(code, first.places)), _PLACES_SHOWN)}")
    if not found.states_values:
        lines.append(f"  - {_value(first.old)} → {_value(first.new)}")
    if shown.proof:
        whose = f" ({code(model_name(shown.model))})" if len(found.changes) > 1 else ""
        payload = f": {_value(shown.witness)}" if shown.proof == "witness" else ""
        lines.append(f"  - {view.proof(shown)}{whose}{payload}")
    if len(found.models) > _MODELS_SHOWN:
        summary = counted(len(found.models), "model")
        lines += ["", f"  <details><summary>{summary}</summary>", "", f"  {_models(found)}", "", "  </details>", ""]
    return "\n".join(lines) + "\n"


def _where(found: Group) -> str:
    place = f" at {code(found.first.pointer)}" if found.first.pointer else ""
    if len(found.changes) == 1:
        return f"{code(subject_name(found.first))}{place}"
    models = tuple(code(model_name(model)) for model in found.models)
    ids = "" if len(models) > _MODELS_SHOWN else f": {listed(models, _MODELS_SHOWN)}"
    return f"{counted(len(models), 'model')}{ids}{place}"


def _models(found: Group) -> str:
    """Return as many ids as fit in `_LONGEST_LIST` bytes."""
    ids: list[str] = []
    room = _LONGEST_LIST
    for model in found.models:
        ids.append(code(model_name(model)))
        room -= _size(ids[-1:])
        if room < 0:
            break
    more = len(found.models) - len(ids)
    return ", ".join(ids) + (f" and {more} more" if more else "")


def _value(value: JsonValue) -> str:
    return "nothing" if value is None else code(value_text(value))


def _left(left: list[Group]) -> list[str]:
    if not left:
        return []
    pieces = ["\n### Not shown\n\nThis page is full. `--format json` or `--format html` has all of it.\n\n"]
    for severity in Severity:
        found = [item for item in left if item.severity is severity]
        if found:
            changes = counted(sum(len(item.changes) for item in found), "change")
            models = len({model for item in found for model in item.models})
            pieces.append(f"- {severity}: {changes} in {counted(models, 'model')}, {counted(len(found), 'group')}\n")
    return pieces


def _size(pieces: Iterable[str]) -> int:
    return sum(len(piece.encode("utf-8", "replace")) for piece in pieces)
