"""The worst change of a pair of raw schemas is as bad as plain jsonschema makes it."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator
from tests.drift.comparing import changes_between
from tests.drift.verdict_rows import REQUESTS, RESULTS, Verdict

from schemaloom.drift.change import Polarity, Severity

OLDER = ("nullable", "additionalItems", "dependencies", "'exclusiveMinimum': True", "'exclusiveMaximum': False")
"""Spellings that plain jsonschema does not read."""


@pytest.mark.parametrize("name", REQUESTS)
def test_the_worst_change_of_a_request(name: str) -> None:
    judge(REQUESTS[name], Polarity.INPUT)


@pytest.mark.parametrize("name", RESULTS)
def test_the_worst_change_of_a_result(name: str) -> None:
    judge(RESULTS[name], Polarity.OUTPUT)


def judge(row: Verdict, polarity: Polarity) -> None:
    changes = changes_between(row.old, row.new, polarity)
    found = [severity for severity in Severity if any(change.severity is severity for change in changes)]
    assert bool(found) == (row.worst != "none")
    assert row.worst in {"any", *(found[:1] or ["none"])}, [(change.rule, change.pointer) for change in changes]
    if any(spelling in repr(row) for spelling in OLDER):
        return
    sides = [Draft202012Validator(schema) for schema in (row.old, row.new)]
    valid, refusing = sides if polarity is Polarity.INPUT else sides[::-1]
    witnesses = [change.witness for change in changes if change.proof == "witness"]
    for payload in (*row.payload, *witnesses):
        assert valid.is_valid(payload), payload
        assert not refusing.is_valid(payload), payload
    if row.payload:
        assert witnesses, "a payload exists, so it is found"
