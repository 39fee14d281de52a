"""Many jobs, one look: the jobs a client waits for are read from the provider's list of jobs.

Each wait registers its job and goes on pausing as if it were alone.  When its pause is over, it
takes what a look of another wait has brought meanwhile, or else looks for all of them.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Self

from ..core.effects import Operation, Sleep
from ..core.errors import SDKError

if TYPE_CHECKING:
    from types import TracebackType

    from ..core.context import Context
    from ..core.deadline import Deadline
    from .read_job import JobInfo

PAGE = 100
"""Jobs asked for: those that stand further down the list are looked at one by one."""
_SHARE = 10
"""While requests queue up, every so many of them may be a look."""
_MEANWHILE = 0.25
"""Seconds after which a wait asks again whether the look of another has come back."""


class Subscription:
    """One wait's place at the table until the ``with`` block ends: its job as the last joint look showed it."""

    __slots__ = ("_seats", "info", "listed", "seen_at")

    def __init__(self, info: JobInfo, seats: set[Subscription]) -> None:
        self.info = info
        self.seen_at = -math.inf
        """When that look began."""
        self.listed = True
        """Whether that look found the job."""
        self._seats = seats

    def __enter__(self) -> Self:
        self._seats.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._seats.discard(self)


class SharedPoller:
    """What the waits of one client share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seats: set[Subscription] = set()
        self._begun_at = -math.inf
        self._looking = False
        self._refused = False

    def seat(self, info: JobInfo) -> Subscription:
        """A place for the wait for one job."""
        return Subscription(info, self._seats)

    def worth(self, context: Context) -> bool:
        """Whether one look at the list stands for several at jobs."""
        return context.profile.job.list is not None and len(self._seats) > 1 and not self._refused

    def look(
        self, context: Context, seat: Subscription, deadline: Deadline, *, last: bool
    ) -> Operation[JobInfo | None]:
        """The job as it is now; ``None`` where only a look of its own can tell.

        A `last` look does not wait until the next joint one is due.  Raises what `list_jobs` does
        for a passing reason; for another, this client lists no jobs any more.
        """
        from .routes import list_jobs  # every new client imports this module, and few look

        since = context.clock.now()
        while seat.seen_at < since and not seat.info.ended:
            pause = self._begin(context, patient=not last)
            if pause > 0:
                yield Sleep(min(pause, deadline.remaining))
                if deadline.remaining <= 0 or not self.worth(context):
                    return None
                continue
            try:
                found = yield from list_jobs(context, limit=PAGE, deadline=deadline, urgent=True)
                self._share(found)
            except SDKError as error:
                if error.retryable:
                    raise
                self._refused = True
                context.log.warning("jobs are looked at one by one, as listing them failed: %s", error)
                return None
            finally:
                self._looking = False
        if not seat.listed or not _tells_all(context, seat.info):
            return None
        return seat.info

    def _begin(self, context: Context, *, patient: bool) -> float:
        """Zero: look now, for all.  Or else the seconds after which to ask again."""
        with self._lock:
            if self._looking:
                return _MEANWHILE
            now = context.clock.now()
            spacing = context.profile.api.poll_seconds[0]
            if context.limiter.crowded:
                spacing = max(spacing, _SHARE * context.limiter.interval)
            due = self._begun_at + spacing if patient else now
            if now < due:
                return due - now
            self._begun_at = now
            self._looking = True
            return 0.0

    def _share(self, found: tuple[JobInfo, ...]) -> None:
        by_id = {info.id: info for info in found}
        with self._lock:
            for seat in tuple(self._seats):  # others come and go meanwhile
                later = by_id.get(seat.info.id)
                seat.listed = later is not None
                seat.seen_at = self._begun_at
                if later is not None:
                    seat.info = seat.info.updated(later)


def _tells_all(context: Context, info: JobInfo) -> bool:
    """Whether an item of the list is the whole document, as far as a finished job needs it."""
    from .read_job import result_strings

    return info.status != "succeeded" or bool(result_strings(context.profile, info.raw, ""))
