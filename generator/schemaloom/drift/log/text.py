"""The log as text: commit by commit, and then model by model."""

from __future__ import annotations

from collections.abc import Iterator

from schemaloom.drift.grouping import group
from schemaloom.drift.log.entry import Entry, Log
from schemaloom.drift.plain_text import counted, listed, model_name, plain

_MODELS_SHOWN = 5
SHORT = 12
"""Digits of a commit's id that are shown."""


def render(log: Log) -> str:
    """Write the log; lines are never wrapped."""
    return "\n".join([*_head(log), *_timeline(log), *_models(log)]) + "\n"


def _head(log: Log) -> Iterator[str]:
    models = log.entries[0].models if log.entries else 0
    yield f"{plain(log.provider)}: {counted(len(log.entries), 'commit')}, {counted(models, 'model')} now"
    if log.shallow:
        yield "The clone is shallow: older commits are missing; run git fetch --unshallow"


def _timeline(log: Log) -> Iterator[str]:
    for entry in log.entries:
        yield ""
        yield f"{entry.date:%Y-%m-%d}  {entry.commit[:SHORT]}  {plain(entry.subject)}"
        yield from (f"  {line}" for line in _entry(entry))


def _entry(entry: Entry) -> Iterator[str]:
    if entry.unreadable:
        yield f"not compared: {plain(entry.unreadable)}"
    elif entry.first:
        yield f"the history begins with {counted(entry.models, 'model')}"
    for found in group(entry.report.changes):
        models = listed(tuple(map(model_name, found.models)), _MODELS_SHOWN)
        yield f"{_severity(found.severity)}{found.message} [{found.rule}] in {models}"


def _models(log: Log) -> Iterator[str]:
    known = log.by_model()
    if known:
        yield from ("", "By model")
    for model, changes in known.items():
        yield f"  {model_name(model)}"
        for entry, change in changes:
            yield f"    {entry.date:%Y-%m-%d}  {_severity(change.severity)}{change.message}"


def _severity(text: str) -> str:
    return text.ljust(11)
