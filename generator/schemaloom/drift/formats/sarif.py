"""SARIF 2.1.0, for code-scanning services."""

from __future__ import annotations

import json
from urllib.parse import quote

from schemaloom import __version__
from schemaloom.drift.change import Change, Severity
from schemaloom.drift.formats.view import View
from schemaloom.drift.plain_text import model_name, value_text
from schemaloom.json.values import JsonValue

MOST_RESULTS = 5_000
"""Results that are kept, worst first: services show no more of one run, and refuse files above 25,000."""
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.BREAKING: "error",
    Severity.DANGEROUS: "warning",
    Severity.SAFE: "note",
    Severity.INFO: "note",
}


def render(view: View) -> str:
    """Write one run with one result for each change, and the metadata of its rules."""
    changes = view.report.changes[:MOST_RESULTS]
    index = {rule: number for number, rule in enumerate(sorted({change.rule for change in changes}))}
    properties: dict[str, JsonValue] = {"bump": view.report.bump.value}
    if len(changes) < len(view.report.changes):
        properties["resultsLeftOut"] = len(view.report.changes) - len(changes)
    run: dict[str, JsonValue] = {
        "tool": {
            "driver": {
                "name": "schemaloom",
                "version": __version__,
                "rules": [_rule(view, rule) for rule in index],
            }
        },
        "automationDetails": {"id": f"schemaloom/drift/{view.report.provider}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(view, change, index[change.rule]) for change in changes],
        "properties": properties,
    }
    content: JsonValue = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    # As in the JSON format: "##[" is a command to GitHub's runner.
    return json.dumps(content, indent=2).replace("##[", "#\\u0023[") + "\n"


def _rule(view: View, rule_id: str) -> dict[str, JsonValue]:
    rule = view.rules.get(rule_id)
    if rule is None:
        return {"id": rule_id}
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.sentence},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"severity": rule.severity.value, "polarity": rule.polarity.value, "tags": [rule.polarity.value]},
    }


def _result(view: View, change: Change, index: int) -> dict[str, JsonValue]:
    place = view.source_lines.find(change)
    name = f"{change.model}#{change.pointer}" if change.model else change.pointer
    logical: dict[str, JsonValue] = {"fullyQualifiedName": name or "catalogue", "kind": "parameter"}
    result: dict[str, JsonValue] = {
        "ruleId": change.rule,
        "ruleIndex": index,
        "level": _LEVELS[change.severity],
        "message": {"text": _message(view, change)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(place.file)},
                    "region": {"startLine": place.line},
                },
                "logicalLocations": [logical],
            }
        ],
        "partialFingerprints": {"schemaloomChange/v1": change.fingerprint},
        "properties": {
            "severity": change.severity.value,
            "old": change.old,
            "new": change.new,
            "proof": change.proof,
            "witness": change.witness,
        },
    }
    if change.acknowledged:
        result["suppressions"] = [{"kind": "external", "status": "accepted"}]
    return result


def _message(view: View, change: Change) -> str:
    whose = f"{model_name(change.model)}: " if change.model else ""
    payload = f": {value_text(change.witness)}" if change.proof == "witness" else ""
    proof = f" ({view.proof(change)}{payload})" if change.proof else ""
    # A SARIF message may hold links, [text](target); untrusted text must not make one.
    return f"{whose}{change.message}{proof}".replace("](", "] (")
