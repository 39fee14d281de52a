"""`Log`: the history of a catalogue or of one of its models, as ``log`` shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from schemaloom.drift.change import Change, Severity
from schemaloom.drift.grouping import Group
from schemaloom.history.dates import first_moment
from schemaloom.history.entry import Entry
from schemaloom.history.pointers import concerns, spelled_pointer
from schemaloom.history.read import History
from schemaloom.history.reversals import Reversals, find_reversals


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The history of one provider, newest first; commits without a change are left out."""

    provider: str
    folder: str
    model: str = ""
    """Id of the model that the log is limited to; empty if it is that of the catalogue."""
    entries: tuple[Entry, ...]
    reversals: Reversals
    """Which changes a later one took back, in the whole history."""
    shallow: bool
    """Whether the clone is shallow, so that the first entry is not the beginning."""

    def by_model(self) -> dict[str, list[tuple[Entry, Change]]]:
        """Changes of each model, newest first; the empty id is the catalogue."""
        found: dict[str, list[tuple[Entry, Change]]] = {}
        for entry in self.entries:
            for change in entry.report.changes:
                found.setdefault(change.model, []).append((entry, change))
        return dict(sorted(found.items()))

    def group_note(self, entry: Entry, found: Group) -> str:
        """Return the note of `Reversals` that all changes of a group share; empty if they share none."""
        notes = {self.reversals.note(entry, change) for change in found.changes}
        return notes.pop() if len(notes) == 1 else ""

    def counts(self) -> dict[Severity, int]:
        """Number of unacknowledged changes of each severity in the whole history."""
        found = [entry.report.counts() for entry in self.entries]
        return {severity: sum(counts[severity] for counts in found) for severity in Severity}


def read_log(history: History, *, model: str | None = None, pointer: str = "", since: str | None = None) -> Log:
    """Return the log of a catalogue, newest first; with `model`, what changed about that model alone.

    `pointer` and `since` are as for `ModelHistory.changes`.  Raises `UsageError` for a model that
    the history lacks, and if `since` is no date.
    """
    first = first_moment(since) if since else None
    entries = history.entries if model is None else history.model(model).entries()
    named = [entry.report.provider for entry in entries if entry.report.provider]
    wanted = spelled_pointer(pointer)
    shown = (_only(entry, wanted) for entry in entries if first is None or entry.date >= first)
    return Log(
        provider=named[-1] if named else history.folder.resolve().name,
        folder=history.folder.as_posix(),
        model=model or "",
        entries=tuple(entry for entry in shown if entry.report.changes or entry.unreadable or entry.first)[::-1],
        reversals=find_reversals(entries),
        shallow=history.shallow,
    )


def _only(entry: Entry, pointer: str) -> Entry:
    if not pointer:
        return entry
    changes = tuple(change for change in entry.report.changes if concerns(change, pointer))
    return replace(entry, report=replace(entry.report, changes=changes))
