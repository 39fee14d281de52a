"""Changes that a later change took back: a parameter that came back, a price that is again what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from schemaloom.drift.change import Change
from schemaloom.drift.plain_text import counted
from schemaloom.history.entry import Entry
from schemaloom.history.pointers import file_pointer
from schemaloom.json.values import JsonValue, json_text

ChangeKey = tuple[str, str]
"""Commit and fingerprint of a change."""


class _Seen(NamedTuple):
    entry: Entry
    change: Change
    sides: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reversals:
    """Pairs of changes of which the later one takes the earlier one back."""

    later: dict[ChangeKey, Entry] = field(default_factory=dict[ChangeKey, Entry])
    """For a change that was taken back: where."""
    earlier: dict[ChangeKey, Entry] = field(default_factory=dict[ChangeKey, Entry])
    """For a change that takes another one back: where that was made."""

    def note(self, entry: Entry, change: Change) -> str:
        """Return what is to be added to the sentence of a change; empty if it is half of no pair."""
        key = (entry.commit, change.fingerprint)
        if after := self.later.get(key):
            verb = "came back" if change.new is None else "removed again" if change.old is None else "changed back"
            return f"{verb} {_span(entry, after)} later ({after.date:%Y-%m-%d})"
        if before := self.earlier.get(key):
            verb = "added" if change.new is None else "removed" if change.old is None else "changed"
            return f"{verb} {_span(before, entry)} before ({before.date:%Y-%m-%d})"
        return ""


def find_reversals(entries: Iterable[Entry]) -> Reversals:
    """Pair the changes of these entries, which are oldest first."""
    found = Reversals()
    open_changes: dict[tuple[str, str, frozenset[str]], _Seen] = {}
    for entry in entries:
        for change in entry.report.changes:
            sides = _sides(change)
            key = (change.model, file_pointer(change), frozenset(sides))
            seen = open_changes.pop(key, None)
            if seen and seen.sides == sides[::-1] and seen.entry is not entry:
                found.later[seen.entry.commit, seen.change.fingerprint] = entry
                found.earlier[entry.commit, change.fingerprint] = seen.entry
            else:
                open_changes[key] = _Seen(entry, change, sides)
    return found


def _sides(change: Change) -> tuple[str, str]:
    """Return what was before and what is after, comparable; of a property, whether it was there."""
    if ".property." in change.rule and (change.old is None) != (change.new is None):
        return str(change.old is not None), str(change.new is not None)
    return _text(change.old), _text(change.new)


def _text(value: JsonValue) -> str:
    return "" if value is None else json_text(value)


def _span(before: Entry, after: Entry) -> str:
    days = (after.date.date() - before.date.date()).days
    return counted(days, "day") if days else "hours"
