"""``CHANGELOG.md``: one entry for each release, written from the changes (keepachangelog.com).

Untrusted text is in code spans only, so it cannot add structure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from schemaloom.drift.change import DriftReport, Severity
from schemaloom.drift.grouping import Group, group
from schemaloom.drift.message import code, message_markdown
from schemaloom.drift.plain_text import counted, listed, value_text

_SECTIONS = ("Removed", "Changed", "Deprecated", "Added")
"""In the order of their urgency."""
_PLACES_SHOWN = 3
_DEPRECATING = frozenset(
    {
        *("api.operation-deprecated", "input.deprecated.set", "model.deprecated", "output.deprecated.set"),
        # The old name still works, with a warning.
        *("input.property.renamed", "model.renamed"),
    }
)


def changelog_entry(version: str, day: date, report: DriftReport, notes: Iterable[str] = ()) -> str:
    """Return the section of one release: what changed for callers, and `notes` about anything else.

    Equal changes of many models are one line with the ids of all of them.  A breaking change of a
    request is shown by a payload that worked in the release before.
    """
    sections: dict[str, list[str]] = {name: [] for name in _SECTIONS}
    for found in group(change for change in report.changes if not change.rule.startswith("acknowledgement.")):
        sections[_section(found)].append(_line(found))
    sections["Changed"] += [f"- {note}" for note in notes]
    parts = [f"## [{version}] - {day.isoformat()}"]
    parts += [f"### {name}\n\n" + "\n".join(lines) for name, lines in sections.items() if lines]
    return "\n\n".join(parts) + "\n"


def with_entry(changelog: str, entry: str) -> str:
    """`changelog` with `entry` above the newest release; what people wrote stays as it is."""
    first = re.search(r"^## \[?[0-9]", changelog, re.MULTILINE)
    if first is None:
        return f"{changelog.rstrip()}\n\n{entry}"
    return f"{changelog[: first.start()]}{entry}\n{changelog[first.start() :]}"


def _section(found: Group) -> str:
    kind = found.rule.rpartition(".")[2]
    if "removed" in kind or "withdrawn" in kind:
        return "Removed"
    if found.rule in _DEPRECATING:
        return "Deprecated"
    return "Added" if "added" in kind and found.severity is Severity.SAFE else "Changed"


def _line(found: Group) -> str:
    mark = "**Breaking:** " if found.severity is Severity.BREAKING else ""
    models = [code(model) for model in found.models if model]
    where = f"{models[0]}: " if len(models) == 1 else ""
    many = f" in {counted(len(models), 'model')}: {', '.join(models)}" if len(models) > 1 else ""
    if many and found.rule in {"model.added", "model.removed"}:
        many = f": {', '.join(models)}"
    first = found.first
    places = f", used by {listed(tuple(map(code, first.places)), _PLACES_SHOWN)}" if first.places else ""
    return f"- {mark}{where}{message_markdown(found.markup)}{many}{places}.{_values(found)}{_proof(found)}"


def _values(found: Group) -> str:
    first = found.first
    if found.states_values or first.old is None or first.new is None:
        return ""
    return f" {code(value_text(first.old))} → {code(value_text(first.new))}"


def _proof(found: Group) -> str:
    shown = found.shown
    if shown.proof != "witness":
        return ""
    whose = f" ({code(shown.model)})" if len(found.models) > 1 else ""
    effect = "may be received now, was not possible before" if shown.rule.startswith("output.") else "is refused now"
    return f" For example{whose} {code(value_text(shown.witness))} {effect}."
