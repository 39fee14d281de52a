"""What is reported about a subject from one run to the next, as a table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemaloom.alerts.state_machine import KEEP_RESOLVED, AlertItem, Record, update_records

START = datetime(2026, 1, 5, 3, 17, tzinfo=UTC)
DAY = timedelta(days=1)


def finding(text: str) -> AlertItem:
    """``b:1`` is a breaking finding number 1 about the seed of ``flux``; a trailing ``!`` means acknowledged."""
    level, _, number = text.rstrip("!").partition(":")
    severity = {"b": "breaking", "d": "dangerous", "s": "safe", "i": "info"}[level]
    return AlertItem(
        subject="flux#/properties/seed", severity=severity, rule=f"rule.{level}", model="flux",
        pointer="/properties/seed", message=text, fingerprint=number, acknowledged=text.endswith("!"),
    )  # fmt: skip


def reported(runs: Iterable[tuple[float, str]]) -> list[str]:
    """What each run reports; a run is the days since the one before and its findings, after ``/`` the old side."""
    records: dict[str, Record] = {}
    now = START
    events_of_runs = []
    for days, text in runs:
        now += days * DAY
        found, _, base = text.partition("/")
        records, events = update_records(records, map(finding, found.split()), base=lambda _, base=base: base, now=now)
        events_of_runs.append(" ".join(f"{event.transition}>{event.channel}" for event in events))
    return events_of_runs


TABLE: dict[str, tuple[list[Any], list[str]]] = {
    "once, however often it is found": ([(0, "b:1")] + [(0.5, "b:1")] * 9, ["new>breaking"] + [""] * 9),
    "mild drift goes to the digest": ([(0, "d:1"), (1, "d:1")], ["new>digest", ""]),
    "a week later, while it breaks": (
        [(0, "b:1"), (6.9, "b:1"), (0.2, "b:1"), (6.9, "b:1"), (0.2, "b:1")],
        ["new>breaking", "", "reminder>breaking", "", "reminder>breaking"],
    ),
    "never again, while it does not": ([(0, "d:1"), (30, "d:1")], ["new>digest", ""]),
    "worse": ([(0, "d:1"), (1, "b:2")], ["new>digest", "worse>breaking"]),
    "worse, though it was breaking already": ([(0, "b:1"), (1, "b:2")], ["new>breaking", "worse>breaking"]),
    "one more reason to break": ([(0, "b:1"), (1, "b:1 b:2")], ["new>breaking", "worse>breaking"]),
    "one reason less, and back": ([(0, "b:1 b:2"), (1, "b:1"), (1, "b:1 b:2")], ["new>breaking", "", ""]),
    "another mild reason": ([(0, "d:1"), (1, "d:2 s:3")], ["new>digest", ""]),
    "mild beside breaking": ([(0, "b:1"), (1, "b:1 d:2")], ["new>breaking", ""]),
    "milder": ([(0, "b:1"), (1, "d:2"), (1, "d:2")], ["new>breaking", "eased>breaking", ""]),
    "milder, and worse again": (
        [(0, "b:1"), (1, "d:2"), (1, "b:1")],
        ["new>breaking", "eased>breaking", "worse>breaking"],
    ),
    "taken back": ([(0, "b:1"), (1, ""), (1, "")], ["new>breaking", "resolved>breaking", ""]),
    "taken back, mild": ([(0, "s:1"), (1, "")], ["new>digest", "resolved>digest"]),
    "there again": (
        [(0, "b:1"), (1, ""), (1, "b:1"), (1, "b:1"), (1, "")],
        ["new>breaking", "resolved>breaking", "reopened>breaking", "", "resolved>breaking"],
    ),
    "there again after it was forgotten": (
        [(0, "b:1"), (1, ""), (KEEP_RESOLVED / DAY + 1, ""), (1, "b:1")],
        ["new>breaking", "resolved>breaking", "", "new>breaking"],
    ),
    "accepted: the old side has moved on": ([(0, "b:1/x"), (1, "/y"), (1, "/y")], ["new>breaking", "", ""]),
    "accepted, and another change": ([(0, "b:1/x"), (1, "b:2/y")], ["new>breaking", "new>breaking"]),
    "the same change from another old side": (
        [(0, "b:1/x"), (1, "b:1/y"), (1, "/y")],
        ["new>breaking", "", "resolved>breaking"],
    ),
    "acknowledged from the start": ([(0, "b:1!"), (30, "b:1!")], ["", ""]),
    "acknowledged later": ([(0, "b:1"), (1, "b:1!"), (30, "b:1!")], ["new>breaking", "", ""]),
    "no longer acknowledged": ([(0, "b:1"), (1, "b:1!"), (30, "b:1")], ["new>breaking", "", "reopened>breaking"]),
    "acknowledged, and gone": ([(0, "b:1"), (1, "b:1!"), (1, "")], ["new>breaking", "", ""]),
    "one of two acknowledged": ([(0, "b:1! d:2")], ["new>digest"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_what_is_sent(name: str) -> None:
    runs, expected = TABLE[name]
    found = reported(runs)
    assert found == expected + [""] * (len(found) - len(expected))


def test_subjects_do_not_concern_each_other() -> None:
    one = finding("b:1")
    other = AlertItem(
        subject="wan#", severity="safe", rule="model.added", model="wan", pointer="", message="", fingerprint="9"
    )
    records, _ = update_records({}, [one], base=str, now=START)
    records, events = update_records(records, [one, other], base=str, now=START + DAY)
    assert [(event.transition, event.finding.subject) for event in events] == [("new", "wan#")]
    _, events = update_records(records, [other], base=str, now=START + DAY)
    assert [(event.transition, event.finding.subject) for event in events] == [("resolved", one.subject)]


def test_the_worst_comes_first() -> None:
    found = [
        AlertItem(subject=name, severity=level, rule="r", model=name, pointer="", message="", fingerprint=name)
        for name, level in (("a", "info"), ("b", "safe"), ("c", "dangerous"), ("d", "breaking"))
    ]
    _, events = update_records({}, found, base=str, now=START)
    assert [event.finding.subject for event in events] == ["d", "c", "b", "a"]
