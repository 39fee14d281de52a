"""`PollRegistry`: the jobs that one client is polling, and when its next request for the job list is due.

One request for the provider's job list can replace a request for each job.  This module holds the
state that the client's threads or tasks share for that, under a lock and without I/O; the requests
are sent by `jobs.shared_polling`.

The list only saves requests.  Where it cannot be trusted, each job is polled on its own route.  A
list that fails is not requested again for a while.  A list is late if it shows a job as running after
the job's own route showed its end: each late list in a row has twice as many jobs polled on their own
routes, and one that is still late some time after the end is never requested again.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Self

from .fork import register
from .newest_jobs import NewestJobs, Submitting

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from .clock import Clock
    from .job_info import JobInfo
    from .rate_limiter import RateLimiter, Ticket

_REQUESTS_PER_LIST = 12
"""While requests queue up, at most one in so many is for the list."""
_JOBS_PER_REQUEST = 2.25
"""Otherwise the list is requested the more seldom, the more jobs it shows: many end between two lists."""
_LONGEST_WAIT = 30.0
"""Seconds; a list that may not be requested for longer does not replace polls."""
_RECHECK = 0.25
"""Seconds after which to check again whether another poller's request for the list was answered."""
_VERIFY_EVERY = 20
"""After so many lists, the job that has waited longest is polled on its own route as well."""
_FIRST_VERIFIED = 3
_LAG = 10.0
"""Seconds by which a list may be behind a job's own route before it counts as stale."""
_KNOWN_ENDS = 100
"""Ends of jobs that are kept to compare later lists with."""
_FIRST_SUSPENSION, _LONGEST_SUSPENSION = 15.0, 300.0
"""Seconds for which a list that failed is not requested; they double with each failure in a row."""
_WORTH_A_PAUSE = 10
"""So many times the pause that a list's answer asked of the client passes before the list is requested again."""


class Subscription:
    """One poller's interest in one job, until the ``with`` block ends."""

    __slots__ = ("_registry", "info", "seen_at", "since", "trusted", "verify")

    def __init__(self, registry: PollRegistry, info: JobInfo, since: float) -> None:
        self._registry = registry
        self.info = info
        """The job as the last list showed it."""
        self.since = since
        """When polling for this job began."""
        self.seen_at = -math.inf
        """When the last list was requested that was to show the job."""
        self.trusted = True
        """Whether that list may stand for a request on the job's own route."""
        self.verify = False
        """Whether the job is polled on its own route to verify the list."""

    def __enter__(self) -> Self:
        self._registry.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._registry.remove(self)


class PollRegistry:
    """The subscriptions of one client, and the state of its requests for the job list."""

    def __init__(self, *, clock: Clock, limiter: RateLimiter, spacing: float) -> None:
        """`spacing`: the shortest time between two requests for the list, in seconds."""
        self._clock = clock
        self._limiter = limiter
        self._spacing = spacing
        self._lock = threading.RLock()
        self._subscriptions: set[Subscription] = set()
        self._ends: dict[str, float] = {}
        self._newest = NewestJobs()
        self._started_at = -math.inf
        self._next_at = -math.inf
        self._in_progress = False
        self._lists = 0
        self._unverified = 0
        self._lags: bool | None = None  # what polls on jobs' own routes showed since the last list; None: nothing
        self._failures = 0
        register(self)

    def reset_after_fork(self) -> None:
        """The pollers of the parent poll there."""
        self._lock = threading.RLock()
        self._subscriptions = set()
        self._in_progress = False
        self._newest.reset_after_fork()

    def __len__(self) -> int:
        return len(self._subscriptions)

    def subscribe(self, info: JobInfo, *, since: float) -> Subscription:
        """Return the subscription of a poller that began at `since`; it counts within its ``with`` block."""
        return Subscription(self, info, since)

    def add(self, subscription: Subscription) -> None:
        """Count a subscription."""
        with self._lock:
            self._subscriptions.add(subscription)
            self._newest.add(subscription.info.id, subscription.since)

    def remove(self, subscription: Subscription) -> None:
        """Count a subscription no longer."""
        with self._lock:
            self._subscriptions.discard(subscription)
            if not self._subscriptions:
                self._newest.resume_holding()

    def is_worthwhile(self) -> bool:
        """Whether a request for the list replaces several requests for jobs."""
        if len(self._subscriptions) < 2:
            return False
        return self._clock.now() + (0 if self._failures else _LONGEST_WAIT) >= self._next_at

    def acquire(self, ticket: Ticket, submitting: Submitting) -> tuple[bool, float]:
        """Return whether a submission is held, and the seconds after which to ask again; at 0 it leaves.

        It is held while it would push a job out of a short list that may soon show its end: see `NewestJobs`.
        This is one step, because it may take the last place there, and then the next one is held.
        """
        with self._lock:
            held = self._hold()
            wait = held or self._limiter.acquire(ticket)
            if wait == 0:
                submitting.leave()
            return held > 0, wait

    def submitting(self) -> Submitting:
        """Return what counts a submission on its way, until the ``with`` block ends."""
        return Submitting(self._count_submission)

    def try_start(self, *, patient: bool) -> float:
        """Return 0 if the list may be requested now; otherwise the seconds after which to try again.

        After 0, the caller requests the list and calls `publish` or `suspend`, and then `finish`.
        Unless `patient`, the caller does not wait for the spacing between two requests.
        """
        with self._lock:
            if self._in_progress:
                return _RECHECK
            now = self._clock.now()
            jobs = len(self._subscriptions)
            per_list = max(jobs, self._newest.awaited(now)) / _JOBS_PER_REQUEST
            if self._limiter.has_waiters or per_list > _REQUESTS_PER_LIST:
                per_list = _REQUESTS_PER_LIST
            spacing = max(self._spacing, per_list * self._limiter.interval)
            due = max(self._started_at + spacing, self._next_at) if patient else now
            if now < due:
                return due - now
            self._started_at = now
            self._in_progress = True
            return 0.0

    def finish(self) -> None:
        """The request for the list has ended, with whatever outcome."""
        with self._lock:
            self._in_progress = False

    def publish(self, found: Iterable[JobInfo], *, server_delay: float) -> bool:
        """Give every subscription its job from a list; return whether the list is current.

        `server_delay`: seconds for which the server asked not to be sent another request for it.
        """
        by_id = {info.id: info for info in found}
        with self._lock:
            started_at = self._started_at
            missed = [at for job, at in self._ends.items() if at < started_at and job in by_id and not by_id[job].ended]
            if missed and min(missed) + _LAG < started_at:
                return False
            self._lists += 1
            any_listed = any_moved = False
            for subscription in self._subscriptions:
                later = by_id.get(subscription.info.id)
                if later is None and subscription.since > started_at:
                    continue  # submitted while the list was on its way
                if later is None:
                    self._newest.leave_out(subscription.info.id, shown=len(by_id))
                subscription.trusted = later is not None and not subscription.verify
                subscription.seen_at = started_at
                if later is not None:
                    any_listed = True
                    any_moved |= not subscription.verify and later.provider_status != subscription.info.provider_status
                    subscription.info = subscription.info.updated(later)
            if any_listed or not self._subscriptions:
                self._failures = 0
                self._next_at = started_at + server_delay
            else:
                self._suspend()
            if missed or (self._lags and not any_moved):
                self._unverified = 2 * self._unverified or 1
            elif any_moved or self._lags is False:
                self._unverified = 0
            self._lags = None
            if self._unverified or self._lists % _VERIFY_EVERY == _FIRST_VERIFIED:
                self._verify_oldest(self._unverified or 1)
        return True

    def suspend(self) -> float:
        """The list could not be read; return the seconds for which it is not requested again."""
        with self._lock:
            return self._suspend()

    def disable(self) -> None:
        """Never request the list again."""
        with self._lock:
            self._failures, self._next_at = 1, math.inf

    def record_verified(self, *, changed: bool) -> None:
        """A job was polled to verify the list; `changed` is whether it is in another state than the list showed."""
        with self._lock:
            self._lags = self._lags or changed

    def record_end(self, job_id: str) -> None:
        """A job's own route showed that it has ended."""
        with self._lock:
            self._ends[job_id] = self._clock.now()
            while len(self._ends) > _KNOWN_ENDS:
                del self._ends[next(iter(self._ends))]

    def _hold(self) -> float:
        """Return the seconds after which to ask again whether to submit a job; 0 if it may be submitted."""
        if self._failures:
            return 0.0
        return self._newest.hold(
            (one.info.id for one in self._subscriptions if not one.info.ended),
            now=self._clock.now(),
            interval=self._limiter.interval,
            per_list=_REQUESTS_PER_LIST,
            listed_at=-math.inf if self._in_progress else self._started_at,
        )

    def _count_submission(self, change: int, job_id: str | None) -> None:
        with self._lock:
            self._newest.count_submission(change)
            if job_id is not None:
                self._newest.add(job_id, self._clock.now())

    def _suspend(self) -> float:
        held = self._limiter.held_for  # as the list's answer asked, and every other request waits for that too
        seconds = max(min(_FIRST_SUSPENSION * 2.0**self._failures, _LONGEST_SUSPENSION), held * _WORTH_A_PAUSE)
        self._failures += 1
        self._next_at = max(self._next_at, self._clock.now() + seconds)
        return seconds

    def _verify_oldest(self, count: int) -> None:
        waiting = [one for one in self._subscriptions if one.trusted and not one.info.ended]
        for oldest in sorted(waiting, key=lambda one: one.since)[:count]:
            oldest.trusted, oldest.verify = False, True
