"""The health of the scheduled job, so that a job that never succeeds is noticed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from schemaloom.alerts.state_machine import REMIND_AFTER


class HealthEvent(StrEnum):
    """An event of the job itself."""

    OVERDUE = "overdue"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncHealth:
    """Recorded state of a provider's syncs."""

    last_good: AwareDatetime
    """The last sync that succeeded, or the first one that was tried."""
    alerted: AwareDatetime | None = None
    """When the last alert that it is overdue was sent; None while it is not overdue."""


def check_health(
    health: SyncHealth | None, *, succeeded: bool, period: timedelta, now: datetime
) -> tuple[SyncHealth, HealthEvent | None]:
    """Return the state after an attempted sync, and the event to report, if any.

    A job is overdue when its last good run is older than two periods.  That is reported at once and
    then every week.
    """
    if health is None:
        return SyncHealth(last_good=now), None
    if succeeded:
        return SyncHealth(last_good=now), HealthEvent.RECOVERED if health.alerted else None
    if max(health.last_good, health.alerted or now) > now:  # an earlier run's clock was ahead
        alerted = min(health.alerted, now) if health.alerted else None
        health = SyncHealth(last_good=min(health.last_good, now), alerted=alerted)
    alerted_recently = health.alerted is not None and now - health.alerted < REMIND_AFTER
    if now - health.last_good <= 2 * period or alerted_recently:
        return health, None
    return replace(health, alerted=now), HealthEvent.OVERDUE
