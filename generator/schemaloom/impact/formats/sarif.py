"""SARIF 2.1.0, for code-scanning services: one result for each site that is affected."""

from __future__ import annotations

import json
from urllib.parse import quote

from schemaloom import __version__
from schemaloom.drift.fingerprint import fingerprint
from schemaloom.drift.plain_text import plain, value_text
from schemaloom.impact.formats.sentences import examples_sentence, sent_pointers
from schemaloom.impact.report import ImpactReport, SiteVerdict, Verdict
from schemaloom.json.values import JsonObject, JsonValue

MOST_RESULTS = 5_000
"""Results kept, worst first: services show no more of one run."""
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RULES = {
    Verdict.BREAKS: ("error", "What this call sends was valid and is refused now."),
    Verdict.MAY_BREAK: ("warning", "Some of the values that this call may send are refused now."),
    Verdict.BEHAVES_DIFFERENTLY: ("note", "This call stays valid, and behaves or costs differently."),
}


def render(report: ImpactReport) -> str:
    """Write one run with one result for each affected site."""
    found = [site for verdict in _RULES for site in report.sites if site.judgement.verdict is verdict]
    rules: list[JsonValue] = [
        {"id": f"impact.{verdict}", "shortDescription": {"text": text}, "defaultConfiguration": {"level": level}}
        for verdict, (level, text) in _RULES.items()
    ]
    run: JsonObject = {
        "tool": {"driver": {"name": "schemaloom", "version": __version__, "rules": rules}},
        "automationDetails": {"id": "schemaloom/impact/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _not_read(report)}],
        "results": [_result(site) for site in found[:MOST_RESULTS]],
        "properties": {"sites": len(report.sites), "resultsLeftOut": len(found[MOST_RESULTS:])},
    }
    content: JsonObject = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    # GitHub's runner obeys "##[command]" in any output; this spelling is the same JSON text.
    return json.dumps(content, indent=2).replace("##[", "#\\u0023[") + "\n"


def _result(site: SiteVerdict) -> JsonObject:
    found = site.judgement
    examples = examples_sentence([plain(pointer) for pointer in sent_pointers(found)])
    sent = "" if found.payload is None else f"; sends {value_text(found.payload)}{examples}"
    text = f"{plain(site.model)}: {plain(found.reason)}{sent}".replace("](", "] (")
    mark = fingerprint(f"impact.{found.verdict}", site.model, site.path, found.payload, [*found.changes])
    return {
        "ruleId": f"impact.{found.verdict}",
        "ruleIndex": list(_RULES).index(found.verdict),
        "level": _RULES[found.verdict][0],
        "message": {"text": text},
        "locations": [_place(site.path, site.line, site.column)],
        "partialFingerprints": {"schemaloomImpact/v1": mark},
        "properties": {"changes": [*found.changes], "payload": found.payload},
    }


def _not_read(report: ImpactReport) -> list[JsonValue]:
    return [
        {"level": "warning", "message": {"text": f"not read: {plain(reason)}"}, "locations": [_place(path, line)]}
        for path, line, reason in report.faults
    ]


def _place(path: str, line: int, column: int = 1) -> JsonObject:
    region: JsonObject = {"startLine": line, "startColumn": column}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(path)}, "region": region}}
