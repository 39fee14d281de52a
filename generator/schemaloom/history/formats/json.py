"""The log as JSON: every change of every commit, newest first; ``log.schema.json`` describes it."""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps
from pathlib import Path

from schemaloom.drift.formats.json import change_content
from schemaloom.history.entry import Entry
from schemaloom.history.log import Log
from schemaloom.history.reversals import ChangeKey, Reversals
from schemaloom.json.values import JsonValue

SCHEMA = Path(__file__).with_name("log.schema.json")
"""JSON Schema of what `render` writes."""
SCHEMA_VERSION = 1


def render(log: Log) -> str:
    """Write the log; ASCII only, so that the encoding of a stream does not matter."""
    content: dict[str, JsonValue] = {
        "schema_version": SCHEMA_VERSION,
        "provider": log.provider,
        "folder": log.folder,
        "model": log.model or None,
        "shallow": log.shallow,
        "entries": [_entry(entry, log.reversals) for entry in log.entries],
    }
    return dumps(content, indent=2) + "\n"


def _entry(entry: Entry, reversals: Reversals) -> dict[str, JsonValue]:
    return {
        "commit": entry.commit,
        "date": entry.date.isoformat(),
        "subject": entry.subject,
        "version": entry.version or None,
        "version_before": entry.version_before or None,
        "models": entry.models,
        "first": entry.first,
        "unreadable": entry.unreadable or None,
        "bump": entry.report.bump.value,
        "counts": {severity.value: number for severity, number in entry.report.counts().items()},
        "changes": [change_content(change) for change in entry.report.changes],
        "reversed_by": _pairs(reversals.later, entry),
        "reverses": _pairs(reversals.earlier, entry),
    }


def _pairs(commits: Mapping[ChangeKey, Entry], entry: Entry) -> dict[str, JsonValue]:
    """Return the other commit of each pair, by the fingerprint of this entry's change."""
    keys = ((entry.commit, change.fingerprint) for change in entry.report.changes)
    return {key[1]: commits[key].commit for key in keys if key in commits}
