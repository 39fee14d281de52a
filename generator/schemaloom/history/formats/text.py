"""The log as text: commit by commit, and then model by model."""

from __future__ import annotations

from collections.abc import Iterator

from schemaloom.drift.grouping import group
from schemaloom.drift.plain_text import counted, listed, model_name, plain
from schemaloom.history.entry import Entry
from schemaloom.history.log import Log

_MODELS_SHOWN = 5
SHORT = 12
"""Digits of a commit's id that are shown."""


def render(log: Log) -> str:
    """Write the log; lines are never wrapped."""
    return "\n".join([*_head(log), *_timeline(log), *(() if log.model else _models(log))]) + "\n"


def _head(log: Log) -> Iterator[str]:
    models = log.entries[0].models if log.entries else 0
    what = f"changed {plain(log.model)}" if log.model else f"{counted(models, 'model')} now"
    yield f"{plain(log.provider)}: {counted(len(log.entries), 'commit')}{' ' if log.model else ', '}{what}"
    if log.shallow:
        yield "The clone is shallow: older commits are missing; run git fetch --unshallow"


def _timeline(log: Log) -> Iterator[str]:
    for entry in log.entries:
        yield ""
        yield f"{entry.date:%Y-%m-%d}  {entry.commit[:SHORT]}  {versions(entry)}{plain(entry.subject)}"
        yield from (f"  {line}" for line in _entry(entry, log))


def versions(entry: Entry) -> str:
    """Return the versions before and after a commit, as ``0.17.0 → 0.18.0`` and two spaces; empty if unknown."""
    before = f"{plain(entry.version_before)} → " if entry.version_before and entry.version else ""
    return f"{before}{plain(entry.version)}  " if entry.version else ""


def _entry(entry: Entry, log: Log) -> Iterator[str]:
    if entry.unreadable:
        yield f"not compared: {plain(entry.unreadable)}"
    elif entry.first:
        yield f"the history begins with {counted(entry.models, 'model')}"
    for found in group(entry.report.changes):
        models = "" if log.model else f" in {listed(tuple(map(model_name, found.models)), _MODELS_SHOWN)}"
        yield f"{_severity(found.severity)}{found.message} [{found.rule}]{models}{_note(log.group_note(entry, found))}"


def _models(log: Log) -> Iterator[str]:
    known = log.by_model()
    if known:
        yield from ("", "By model")
    for model, changes in known.items():
        yield f"  {model_name(model)}"
        for entry, change in changes:
            note = _note(log.reversals.note(entry, change))
            yield f"    {entry.date:%Y-%m-%d}  {_severity(change.severity)}{change.message}{note}"


def _note(text: str) -> str:
    return f"; {text}" if text else ""


def _severity(text: str) -> str:
    return text.ljust(11)
