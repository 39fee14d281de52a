"""One file, one pair of documents: the severity that the worst change must have.

``side`` is what the documents are: the schema of a request (input), of a result (output), or an
OpenAPI document.  ``worst`` is ``breaking``, ``breaking or unknown``, or ``not breaking``.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.drift.comparing import changes_between, read_for

from schemaloom.drift.catalogue.control_plane import ControlPlane, compare_planes
from schemaloom.drift.change import Change, Polarity, Severity

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_the_worst_change_is_as_bad_as_the_case_states(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    found = _changes(case)
    is_breaking = any(change.severity is Severity.BREAKING for change in found)
    is_unknown = any(change.rule == "schema.unknown-keyword" for change in found)
    expected = {
        "breaking": is_breaking,
        "breaking or unknown": is_breaking or is_unknown,
        "not breaking": not is_breaking,
    }
    assert expected[case["worst"]], [(change.rule, change.message) for change in found]
    assert found or case["worst"] == "not breaking"


def _changes(case: dict[str, object]) -> list[Change]:
    old, new = case["old"], case["new"]
    if case["side"] == "openapi":
        planes = [ControlPlane(read_schema=read_for, openapi=document) for document in (old, new)]  # type: ignore[arg-type]
        return list(compare_planes(planes[0], planes[1]))
    return changes_between(old, new, Polarity(str(case["side"])))
