"""JSON for machines; ``impact.schema.json`` beside this module describes it."""

from __future__ import annotations

from json import dumps
from pathlib import Path

from schemaloom.impact.report import ImpactReport, Judgement, Verdict
from schemaloom.json.values import JsonObject

SCHEMA = Path(__file__).with_name("impact.schema.json")
"""JSON Schema of what `render` writes."""
SCHEMA_VERSION = 1


def render(report: ImpactReport) -> str:
    """Write every site and every shape of recorded calls; ASCII only."""
    # GitHub's runner obeys "##[command]" in any output; this spelling is the same JSON text.
    return dumps(report_json(report), indent=2).replace("##[", "#\\u0023[") + "\n"


def report_json(report: ImpactReport) -> JsonObject:
    """The report as a JSON object."""
    content: JsonObject = {
        "schema_version": SCHEMA_VERSION,
        "files": report.files,
        "counts": _counts(report.counts()),
        "sites": [
            {
                "path": site.path,
                "line": site.line,
                "column": site.column,
                "kind": site.kind,
                "model": site.model,
                **_judgement(site.judgement),
                **({"fixed": site.fixed, "is_fixed": site.is_fixed} if site.fixed else {}),
            }
            for site in report.sites
        ],
        "not_read": [{"path": path, "line": line, "reason": reason} for path, line, reason in report.faults],
    }
    if report.shapes is not None:
        content["recorded"] = {
            "counts": _counts(report.call_counts()),
            "shapes": [
                {
                    "model": shape.model,
                    "parameters": [*shape.parameters],
                    "calls": shape.calls,
                    "line": shape.line,
                    **_judgement(shape.judgement),
                }
                for shape in report.shapes
            ],
        }
    return content


def _counts(counts: dict[Verdict, int]) -> JsonObject:
    return {verdict.value: number for verdict, number in counts.items()}


def _judgement(found: Judgement) -> JsonObject:
    return {
        "verdict": found.verdict.value,
        "payload": found.payload,
        "unknown": [*found.unknown],
        "changes": [*found.changes],
        "reason": found.reason,
    }
