"""The log as JSON: every change of every commit, newest first; ``log.schema.json`` describes it."""

from __future__ import annotations

from json import dumps
from pathlib import Path

from schemaloom.drift.formats.json import change_content
from schemaloom.drift.log.entry import Entry, Log
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
        "shallow": log.shallow,
        "entries": [_entry(entry) for entry in log.entries],
    }
    return dumps(content, indent=2) + "\n"


def _entry(entry: Entry) -> dict[str, JsonValue]:
    return {
        "commit": entry.commit,
        "date": entry.date.isoformat(),
        "subject": entry.subject,
        "models": entry.models,
        "first": entry.first,
        "unreadable": entry.unreadable or None,
        "bump": entry.report.bump.value,
        "counts": {severity.value: number for severity, number in entry.report.counts().items()},
        "changes": [change_content(change) for change in entry.report.changes],
    }
