"""Two other judges of schema inclusion, jsonsubschema and jsoncompat, on the same closed schemas.

Every disagreement over the rows of the rule table is listed in ``disagreements.toml`` with who is
right and why; an unlisted one fails, and so does a listed one that is gone.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests import strategies
from tests.drift.comparing import Json, changes_between, read
from tests.drift.rewriting import pairs
from tests.drift.schema_rows import ROWS
from tests.drift.test_equal_meaning import EQUAL, WIDER

from schemaloom.drift.change import Polarity, Severity
from schemaloom.ir.to_json_schema import rebuild

jsoncompat = pytest.importorskip("jsoncompat")
jsonsubschema = pytest.importorskip("jsonsubschema")

LISTED = tomllib.loads((Path(__file__).parent / "disagreements.toml").read_text("utf-8"))["disagreement"]


def cases() -> dict[str, tuple[Json, Json]]:
    found: dict[str, tuple[Json, Json]] = {}
    for row in ROWS:
        schemas = [json.dumps(schema["properties"].get("x")) for schema in (row.old, row.new)]
        name = f"{row.there} {schemas[0]} {schemas[1]}"
        found[f"{name} there"] = row.old, row.new
        found[f"{name} back"] = row.new, row.old
    for name, (old, new) in {**EQUAL, **WIDER}.items():
        if "references" not in name:
            found[f"{name} there"] = _holding(old), _holding(new)
            found[f"{name} back"] = _holding(new), _holding(old)
    return found


def _holding(schema: Any) -> Json:
    return {"type": "object", "properties": {"x": schema}}


def closed(schema: Json) -> Json:
    """The schema that both judges are asked about: what the rules see, rebuilt."""
    return json.loads(json.dumps(rebuild(*read(schema))))  # type: ignore[no-any-return]


def breaking(old: Json, new: Json) -> bool:
    return any(change.severity is Severity.BREAKING for change in changes_between(old, new, Polarity.INPUT))


def judged(judge: str, old: Json, new: Json) -> str:
    """``breaking``, ``compatible``, or ``unread`` where the judge does not support the schema.

    jsonsubschema reads draft 4, so numeric exclusive bounds are beyond it.
    """
    try:
        if judge == "jsoncompat":
            fine = jsoncompat.check_compat(json.dumps(closed(old)), json.dumps(closed(new)), "deserializer")
        else:
            fine = jsonsubschema.isSubschema(closed(old), closed(new))
    except Exception as error:  # noqa: BLE001  each library has its own
        return f"unread: {type(error).__name__}"
    return "compatible" if fine else "breaking"


@pytest.mark.parametrize("judge", ["jsonsubschema", "jsoncompat"])
def test_every_disagreement_is_listed_with_who_is_right(judge: str) -> None:
    expected = {entry["case"]: entry["says"] for entry in LISTED if entry["judge"] == judge}
    found = {}
    for name, (old, new) in cases().items():
        ours, theirs = ("breaking" if breaking(old, new) else "compatible"), judged(judge, old, new)
        if ours != theirs and not theirs.startswith("unread"):
            found[name] = theirs
    assert expected == found


def test_the_list_says_who_is_right_and_why() -> None:
    for entry in LISTED:
        assert entry["right"] in {"schemaloom", entry["judge"]}
        assert len(entry["why"]) > 20


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_on_random_neighbours_a_disagreement_is_proved_or_not_refuted(data: st.DataObject) -> None:
    old, new = data.draw(pairs())
    found = [change for change in changes_between(old, new, Polarity.INPUT) if change.severity is Severity.BREAKING]
    for judge in ("jsonsubschema", "jsoncompat"):
        theirs = judged(judge, old, new)
        if theirs == "compatible" and found:  # then we hold a payload that shows it, or say that we do not
            assert {change.proof for change in found} <= {"witness", "unproven"}
        elif theirs == "breaking" and not found:
            valid, refusing = (Draft202012Validator(rebuild(*read(schema))) for schema in (old, new))
            for _ in range(10):
                call = data.draw(strategies.near(old))
                assert not valid.is_valid(call) or refusing.is_valid(call)
