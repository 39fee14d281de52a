"""Whether the scheduled job still succeeds; silence must not look like good news."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from schemaloom.alerts.state_machine import REMIND_AFTER


class HealthEvent(StrEnum):
    """What there is to tell about the job itself."""

    OVERDUE = "overdue"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncHealth:
    """What is remembered of a provider's syncs."""

    last_good: datetime
    """The last sync that succeeded, or the first one that was tried."""
    alerted: datetime | None = None
    """When it was last said to be overdue; None while it is not."""


def beat(
    pulse: SyncHealth | None, *, succeeded: bool, period: timedelta, now: datetime
) -> tuple[SyncHealth, HealthEvent | None]:
    """What is remembered after a sync, or an attempt at one, and what there is to tell.

    A job is overdue when its last good run is older than two periods; that is said at once and
    then every week.
    """
    if pulse is None:
        return SyncHealth(last_good=now), None
    if succeeded:
        return SyncHealth(last_good=now), HealthEvent.RECOVERED if pulse.alerted else None
    said_recently = pulse.alerted is not None and now - pulse.alerted < REMIND_AFTER
    if now - pulse.last_good <= 2 * period or said_recently:
        return pulse, None
    return replace(pulse, alerted=now), HealthEvent.OVERDUE
