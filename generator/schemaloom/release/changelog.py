"""``CHANGELOG.md``: one entry for each release, written from the changes (keepachangelog.com).

An entry begins with one sentence about the whole release.  Its sections list equal changes of
several models once, and the other changes by model; changes that affect no call are counted.
Untrusted text is in code spans only, so it cannot add structure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from schemaloom.drift.change import Change, DriftReport, Severity
from schemaloom.drift.grouping import WHOLE_MODELS, Group, group
from schemaloom.drift.message import code, message_markdown
from schemaloom.drift.plain_text import counted, listed, value_text

LARGEST = 60_000
"""Most bytes of an entry."""
_RESERVE = 1_000
"""Bytes kept free for the line that counts what did not fit."""
_SECTIONS = ("Removed", "Changed", "Deprecated", "Added")
"""In the order of their urgency."""
_ENTRY = r"^## \[?[0-9]"
_PLACES_SHOWN = 3
_MODELS_SHOWN = 20
_WHOLE_MODELS_SHOWN = 200
_LONGEST_VALUE = 200
_DEPRECATING = frozenset(
    {
        *("api.operation-deprecated", "input.deprecated.set", "model.deprecated", "output.deprecated.set"),
        # The old name still works, with a warning.
        *("input.property.renamed", "model.renamed"),
    }
)
_TEXTS = ("description", "title", "example", "name", "order")


def changelog_entry(version: str, day: date, report: DriftReport, notes: Iterable[str] = ()) -> str:
    """Return the section of one release: the changes for callers, and `notes` about anything else.

    A breaking change of a request is shown by a payload that worked in the release before.  The
    entry has at most `LARGEST` bytes: the least urgent lines are counted instead of listed.
    """
    changes = [change for change in report.changes if not change.rule.startswith("acknowledgement.")]
    listed_changes = [change for change in changes if not _is_folded(change)]
    groups, left = _fitting(group(listed_changes), LARGEST - _RESERVE)
    sections = {name: _lines([found for found in groups if _section(found) == name]) for name in _SECTIONS}
    sections["Changed"] += [f"- {note}" for note in notes]
    sections["Changed"] += _counts([change for change in changes if _is_folded(change)], left, report.provider)
    parts = [f"## [{version}] - {day.isoformat()}"]
    if summary := _summary(listed_changes):
        parts.append(summary)
    parts += [f"### {name}\n\n" + "\n".join(lines) for name, lines in sections.items() if lines]
    return "\n\n".join(parts) + "\n"


def with_entry(changelog: str, entry: str) -> str:
    """Return `changelog` with `entry` above the newest release; the words of people stay as they are."""
    first = re.search(_ENTRY, changelog, re.MULTILINE)
    if first is None:
        return f"{changelog.rstrip()}\n\n{entry}"
    return f"{changelog[: first.start()]}{entry}\n{changelog[first.start() :]}"


def has_merge_markers(changelog: str) -> bool:
    """Whether git left the two sides of a conflict in `changelog`."""
    return re.search(r"^(<{7}|>{7}) ", changelog, re.MULTILINE) is not None


def changelog_at(changelog: str, version: str) -> str:
    """Return `changelog` without the entries above that of `version`: as it was when that was released.

    Empty if it has no such entry.
    """
    first = re.search(_ENTRY, changelog, re.MULTILINE)
    own = re.search(rf"^## \[?{re.escape(version)}(?![0-9A-Za-z.+-])", changelog, re.MULTILINE)
    return f"{changelog[: first.start()]}{changelog[own.start() :]}" if first and own else ""


def _is_folded(change: Change) -> bool:
    """Whether a change affects no call, so that it is counted and not listed."""
    return change.severity is Severity.INFO and change.rule not in _DEPRECATING


def _summary(changes: Sequence[Change]) -> str:
    """One sentence: how many models changed, and which of them break callers."""
    added, returned, removed = (
        [change for change in changes if change.rule == rule]
        for rule in ("model.added", "model.returned", "model.removed")
    )
    others = [change for change in changes if change.rule not in WHOLE_MODELS]
    models = dict.fromkeys(change.model for change in others if change.model)
    breaking = [change for change in others if change.severity is Severity.BREAKING]
    broken = tuple(dict.fromkeys(change.model for change in breaking if change.model))
    parts: list[str] = []
    if models:
        names = listed(tuple(map(code, broken)), _PLACES_SHOWN)
        verb = "breaks" if len(broken) == 1 else "break"
        ending = f", {len(broken)} {verb} callers: {names}" if broken else ", no caller breaks"
        parts.append(f"{counted(len(models), 'model')} changed{ending}")
    if removed:
        parts.append(f"{counted(len(removed), 'model')} removed")
    if returned:
        parts.append(f"{counted(len(returned), 'model')} back")
    if added:
        parts.append(f"{counted(len(added), 'model')} added")
    if api := [change for change in others if not change.model]:
        count = sum(change.severity is Severity.BREAKING for change in api)
        ending = "" if not count else ", breaking" if count == len(api) else f", {count} of them breaking"
        parts.append(f"{counted(len(api), 'change')} of the API itself{ending}")
    return "; ".join(parts) + "." if parts else ""


def _fitting(groups: Sequence[Group], room: int) -> tuple[list[Group], list[Group]]:
    """Split groups, worst first, into those whose lines fit into `room` bytes, and the rest."""
    for number, found in enumerate(groups):
        room -= len(_line(found, found.first.model).encode("utf-8", "replace")) + len(found.first.model) + 8
        if room < 0:
            return list(groups[:number]), list(groups[number:])
    return list(groups), []


def _section(found: Group) -> str:
    kind = found.rule.rpartition(".")[2]
    if "removed" in kind or "withdrawn" in kind:
        return "Removed"
    if found.rule in _DEPRECATING:
        return "Deprecated"
    added = "added" in kind or found.rule == "model.returned"
    return "Added" if added and found.severity is Severity.SAFE else "Changed"


def _lines(groups: Sequence[Group]) -> list[str]:
    """Lines about the catalogue and about several models, then those of each model, worst first."""
    lines = [f"- {_line(found, '')}" for found in groups if found.models == ("",) or len(found.models) > 1]
    by_model: dict[str, list[Group]] = {}
    for found in groups:
        if found.models != ("",) and len(found.models) == 1:
            by_model.setdefault(found.models[0], []).append(found)
    for model, own in by_model.items():
        if len(own) == 1:
            lines.append(f"- {_line(own[0], model)}")
        else:
            lines.append(f"- {code(model)}:")
            lines += [f"  - {_line(found, '')}" for found in own]
    return lines


def _line(found: Group, model: str) -> str:
    """One change, without its bullet; `model` is named if the line is not below its model."""
    mark = "**Breaking:** " if found.severity is Severity.BREAKING else ""
    where = f"{code(model)}: " if model and len(found.models) == 1 and found.rule not in WHOLE_MODELS else ""
    first = found.first
    places = f" (used by {listed(tuple(map(code, first.places)), _PLACES_SHOWN)})" if first.places else ""
    return f"{mark}{where}{message_markdown(found.markup)}{_models(found)}{places}.{_values(found)}{_proof(found)}"


def _models(found: Group) -> str:
    models = tuple(code(model) for model in found.models if model)
    if len(models) < 2:
        return ""
    if found.rule in WHOLE_MODELS:
        return f": {listed(models, _WHOLE_MODELS_SHOWN)}"
    return f" in {counted(len(models), 'model')}: {listed(models, _MODELS_SHOWN)}"


def _values(found: Group) -> str:
    first = found.first
    if found.states_values or first.old is None or first.new is None:
        return ""
    return f" {code(value_text(first.old, _LONGEST_VALUE))} → {code(value_text(first.new, _LONGEST_VALUE))}"


def _proof(found: Group) -> str:
    shown = found.shown
    if shown.proof != "witness":
        return ""
    whose = f" ({code(shown.model)})" if len(found.models) > 1 else ""
    effect = "may be received now, was not possible before" if shown.rule.startswith("output.") else "is refused now"
    return f" For example{whose} {code(value_text(shown.witness))} {effect}."


def _counts(folded: Sequence[Change], left: Sequence[Group], provider: str) -> list[str]:
    """Lines that count what is not listed, and name the command that lists it."""
    history = f"{code(f'schemaloom log {provider}')} lists them."
    lines: list[str] = []
    if left:
        severities = Counter(found.severity for found in left)
        worst = ", ".join(f"{severities[severity]} {severity}" for severity in Severity if severities[severity])
        models = len({model for found in left for model in found.models if model})
        lines.append(f"- {len(left)} more changes of {counted(models, 'model')} ({worst}): {history}")
    if folded:
        kinds = Counter(_kind(change) for change in folded)
        named = ", ".join(
            f"{number} other" if kind == "other" else counted(number, kind)
            for kind, number in sorted(kinds.items(), key=lambda pair: (pair[0] == "other", pair[0]))
        )
        models = len({change.model for change in folded if change.model})
        verb = "affects" if len(folded) == 1 else "affect"
        where = f" of {counted(models, 'model')}" if models else ""
        lines.append(f"- {counted(len(folded), 'change')}{where} {verb} no call ({named}): {history}")
    return lines


def _kind(change: Change) -> str:
    """Return the subject of an informational change, as a noun."""
    return next((noun for noun in _TEXTS if noun in change.rule), "other")
