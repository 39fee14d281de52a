"""Gathering: changes that break no caller wait, so that several become one version."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from schemaloom.drift.change import DriftReport, Severity
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.lock import Lock


def waiting_until(report: DriftReport, *, released: date | None, every: int) -> date | None:
    """Return the first day on which these changes are to be released; None if they must not wait.

    `released` is the day of the last release, `every` the least number of days between two.
    """
    severities = {change.severity for change in report.changes if not change.rule.startswith("acknowledgement.")}
    if not every or released is None or not severities or severities & {Severity.BREAKING, Severity.DANGEROUS}:
        return None
    return released + timedelta(every)


def gathering(old: Snapshot, new: Snapshot) -> Snapshot:
    """Return `old` with what `new` has learnt about models that are missing or hard to believe.

    A change that was believed at its second look stays believed until it is released.
    """
    known, learnt = Lock.from_json(old.lock), Lock.from_json(new.lock)
    before, after = old.by_id(), new.by_id()
    pending = {model for model in known.held if before.get(model) is not after.get(model)}
    lock = replace(known, missing=learnt.missing, held=learnt.held | pending)
    return old if lock == known else replace(old, lock=lock.to_json())
