"""JSON for programs, as ``report.schema.json`` describes it."""

from __future__ import annotations

from json import dumps
from pathlib import Path

from schemaloom.drift.change import Change, DriftReport
from schemaloom.drift.formats.view import View
from schemaloom.json.values import JsonValue

SCHEMA = Path(__file__).with_name("report.schema.json")
"""JSON Schema of what `render` writes."""
SCHEMA_VERSION = 1


def render(view: View) -> str:
    """Write every change of every model, uncut; ASCII only, so that the encoding of a stream does not matter."""
    # GitHub's runner obeys "##[command]" in any output; this spelling is the same JSON text.
    return dumps(report_json(view.report), indent=2).replace("##[", "#\\u0023[") + "\n"


def report_json(report: DriftReport) -> dict[str, JsonValue]:
    """The report as a JSON object."""
    return {
        "schema_version": SCHEMA_VERSION,
        "provider": report.provider,
        "bump": report.bump.value,
        "counts": {severity.value: number for severity, number in report.counts().items()},
        "changes": [change_content(change) for change in report.changes],
    }


def change_content(change: Change) -> dict[str, JsonValue]:
    """One change as a JSON object."""
    content: dict[str, JsonValue] = {
        "rule": change.rule,
        "severity": change.severity.value,
        "model": change.model,
        "pointer": change.pointer,
        "old": change.old,
        "new": change.new,
        "message": change.message,
        "proof": change.proof,
        "witness": change.witness,
        "fingerprint": change.fingerprint,
        "acknowledged": change.acknowledged,
    }
    if change.places:
        content["places"] = [*change.places]
    return content
