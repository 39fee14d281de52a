"""``CHANGELOG.md``: one entry for each release, written from the findings (keepachangelog.com).

A stranger's text stands in code spans, or passes through `escaped`; it cannot add structure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from schemaloom.drift.change import Change, DriftReport, Severity
from schemaloom.drift.formats.markdown import code, escaped
from schemaloom.drift.formats.plain_text import counted, value_text
from schemaloom.drift.grouping import Group, group
from schemaloom.drift.rules import RULES

_SECTIONS = ("Removed", "Changed", "Deprecated", "Added")
"""In the order of a reader's haste."""
_DEPRECATING = frozenset(
    {
        *("api.operation-deprecated", "input.deprecated.set", "model.deprecated", "output.deprecated.set"),
        # The former name still works, and warns.
        *("input.property.renamed", "model.renamed"),
    }
)


def changelog_entry(version: str, day: date, report: DriftReport, notes: Iterable[str] = ()) -> str:
    """The section of one release: what changed for callers, and `notes` that no finding tells.

    What many models have in common is told once, with the ids of all of them.  A breaking change
    of a request is shown by a payload that worked in the release before.
    """
    sections: dict[str, list[str]] = {name: [] for name in _SECTIONS}
    for found in group(change for change in report.changes if not change.rule.startswith("acknowledgement.")):
        sections[_section(found)].append(_told(found))
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


def _told(found: Group) -> str:
    mark = "**Breaking:** " if found.severity is Severity.BREAKING else ""
    changes = found.changes
    if len(changes) == 1:
        return f"- {mark}{_place(changes[0])}{escaped(changes[0].message)}.{_values(changes[0])}{_proof(found)}"
    headline = escaped(found.headline(RULES).removesuffix("."))
    models = ", ".join(code(model) for model in found.models if model)
    if all(change.pointer in {"", "/id"} for change in changes):
        return f"- {mark}{headline}: {models}."
    if found.uniform and models and len(found.models) == len(changes):
        many = counted(len(found.models), "model")
        return f"- {mark}{headline} in {many}: {models}.{_values(changes[0])}{_proof(found)}"
    lines = [f"- {mark}{headline}.{_proof(found)}"]
    lines += [f"  - {_place(change)}{escaped(change.message)}.{_values(change)}" for change in changes]
    return "\n".join(lines)


def _place(change: Change) -> str:
    return f"{code(change.model)}: " if change.model else ""


def _values(change: Change) -> str:
    """Before and after, where there are both, these are more than yes and no, and the message does not have them."""
    if change.rule.endswith(("published", "withdrawn")):
        return ""
    shown = [value_text(value) for value in (change.old, change.new) if value is not None]
    if len(shown) < 2 or all(text.strip('"') in change.message for text in shown):
        return ""
    return f" {code(shown[0])} → {code(shown[1])}"


def _proof(found: Group) -> str:
    shown = next((change for change in found.changes if change.proof == "witness"), None)
    if shown is None:
        return ""
    whose = f" ({code(shown.model)})" if len(found.changes) > 1 else ""
    said = "may be received now, and could not before" if shown.rule.startswith("output.") else "is refused now"
    return f" For example{whose} {code(value_text(shown.witness))} {said}."
