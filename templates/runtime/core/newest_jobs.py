"""`NewestJobs`: how long a submission waits, so that it pushes no running job out of the provider's job list.

Some lists show only the newest jobs.  A job that newer ones push out of the list before it ends needs
a request of its own, and so takes as long as another submission.  So a submission that would push one
out waits for a while.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

_KNOWN_JOBS = 100
"""Of the newest jobs, so many are known, whether they run or not."""
_LONGEST_HOLD = 30.0
"""Seconds that a submission waits at most; as long as it takes to submit all jobs of a list, if that is shorter."""
_HOLD = 1.0
"""Seconds after which to check again whether a submission may go."""


class Submitting:
    """One submission: from when it leaves until its job is known, it counts as the newest job."""

    __slots__ = ("_count", "_has_left")

    def __init__(self, count: Callable[[int, str | None], None]) -> None:
        """`count`: takes 1 when the submission leaves, and -1, with its job if there is one, when it has ended."""
        self._count = count
        self._has_left = False

    def leave(self) -> None:
        """The request leaves, perhaps not for the first time."""
        if not self._has_left:
            self._has_left = True
            self._count(1, None)

    def end(self, job_id: str | None = None) -> None:
        """The submission has ended, with this job or without one."""
        if self._has_left:
            self._has_left = False
            self._count(-1, job_id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


class NewestJobs:
    """The newest jobs of one client, and its submissions on their way.  `PollRegistry` locks it."""

    def __init__(self) -> None:
        self.shown = 0
        """How many jobs the list showed when it left out one of the client's; 0 if it showed them all."""
        self._since: dict[str, float | None] = {}  # when a job was submitted or its polling began; None: not listed
        self._submitting = 0  # each pushes a job out of a short list
        self._held_at = -math.inf
        self._outlasted = False  # whether submissions waited for a job that did not end in time

    def reset_after_fork(self) -> None:
        """The submissions of the parent leave there."""
        self._submitting = 0

    def add(self, job_id: str, since: float) -> None:
        """Add a job that was submitted, or whose polling began, at `since`."""
        self._since.setdefault(job_id, since)
        while len(self._since) > _KNOWN_JOBS:
            del self._since[next(iter(self._since))]

    def leave_out(self, job_id: str, *, shown: int) -> None:
        """The list showed `shown` jobs without this one, for which no submission waits then."""
        self.shown = shown
        if job_id in self._since:
            self._since[job_id] = None

    def count_submission(self, change: int) -> None:
        """Count a submission that leaves (1) or that has ended (-1)."""
        self._submitting += change

    def resume_holding(self) -> None:
        """Let submissions wait again, because all jobs of the client have ended."""
        self._outlasted = False

    def awaited(self, now: float) -> int:
        """Return how many jobs of the list submissions wait for; 0 if none was held lately."""
        return self.shown if now < self._held_at + 2 * _HOLD else 0

    def hold(self, running: Iterable[str], *, now: float, interval: float, per_list: int, listed_at: float) -> float:
        """Return the seconds after which to ask again whether to submit a job; 0 if it may be submitted.

        Once a job did not end in time, submissions wait no more, until the client's jobs have ended.

        :param running: the ids of the jobs that were running when they were last polled.
        :param interval: seconds between two requests to the API.
        :param per_list: the list is requested once in so many requests.
        :param listed_at: when the last list that has arrived was requested.
        """
        last = self.shown - self._submitting  # of the newest jobs that are known, this one would be pushed out
        if last <= 0 or self._outlasted or len(self._since) < last:
            return 0.0
        oldest, since = list(self._since.items())[-last]
        if since is None or oldest not in running:
            return 0.0
        turn = self.shown * interval  # seconds in which as many jobs are submitted
        until = since + turn + min(turn, _LONGEST_HOLD)
        if listed_at < until:
            until += per_list * interval  # the next list may show its end
        left = until - now
        self._outlasted = left <= 0
        self._held_at = now
        return max(0.0, min(left, _HOLD))
