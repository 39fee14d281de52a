"""When a job is reported as overdue, and when as healthy again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from schemaloom.alerts.heartbeat import SyncHealth, check_health

START = datetime(2026, 1, 5, 3, 17, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ("+0 +1 +1", ["", "", ""]),
        ("+0 -1 -1 -1", ["", "", "", "overdue"]),
        ("+0 -3 -1 -1 +1 +1", ["", "overdue", "", "", "recovered", ""]),
        ("+0 -3 -6.9 -0.2 -6.9", ["", "overdue", "", "overdue", ""]),
        ("+0 -1 +0.5 -1 -0.5", ["", "", "", "", ""]),
        ("-0 -1 -1.5", ["", "", "overdue"]),
        ("+0 +30", ["", ""]),
    ],
)
def test_what_is_sent(runs: str, expected: list[str]) -> None:
    health: SyncHealth | None = None
    now = START
    kinds = []
    for run in runs.split():
        now += float(run[1:]) * DAY
        health, kind = check_health(health, succeeded=run[0] == "+", period=DAY, now=now)
        kinds.append(kind or "")
    assert kinds == expected
