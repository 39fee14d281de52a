"""One request budget per client, shared by all its threads or tasks.

A caller takes a ticket and polls `RateLimiter.acquire` until it may send.  The limiter only does
arithmetic under a lock; callers sleep outside it, so the same object serves threads and event loops.
"""

from __future__ import annotations

import bisect
import threading
from collections import deque
from typing import TYPE_CHECKING, NamedTuple, Self

from .clock import CLOCK
from .fork import register

if TYPE_CHECKING:
    from types import TracebackType

    from .clock import Clock

WINDOW = 61.0
"""Seconds in which a minute's budget may be sent.  The server counts arrivals: one that took long, as
the first on a connection does, and one that did not are closer to each other than they were sent."""

_SOON = 0.001


class Ticket(NamedTuple):
    """A place in the queue until the ``with`` block ends, ordered by rank, then by number."""

    rank: int
    number: int
    limiter: RateLimiter

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.limiter.leave(self)


class RateLimiter:
    """At most `per_minute` requests in any minute, a sixth of them back to back.

    The rest is spread evenly: with 60 a minute, ten at once and then one a second.  ``None``
    sets no limit of its own; pauses that the server asks for still apply.
    """

    def __init__(self, per_minute: int | None, *, clock: Clock = CLOCK) -> None:
        self._interval = 60 / per_minute if per_minute else 0.0
        self._tolerance = self._interval * (max(1, (per_minute or 0) // 6) - 1)
        self._clock = clock
        self._lock = threading.Lock()
        self._queue: list[Ticket] = []
        self._number = 0
        # A single number, the time at which the bucket of a burst will be empty again (the generic
        # cell rate algorithm), and the moments of a minute's requests, the last one at the end.
        self._empty_at = 0.0
        self._sent: deque[float] = deque(maxlen=per_minute or 0)
        self._held_until = 0.0
        register(self)

    def reset_after_fork(self) -> None:
        """Give the child a queue of its own; requests that its parent sent still count."""
        self._lock = threading.Lock()
        self._queue = []

    @property
    def interval(self) -> float:
        """Seconds between two requests when many are waiting."""
        return self._interval

    @property
    def held_for(self) -> float:
        """Seconds for which the server wants no request."""
        with self._lock:
            return max(0.0, self._held_until - self._clock.now())

    @property
    def has_waiters(self) -> bool:
        """Whether any request is queued."""
        with self._lock:
            return bool(self._queue)

    def enqueue(self, *, urgent: bool = False) -> Ticket:
        """Return a ticket at the end of the queue; urgent requests are queued first."""
        with self._lock:
            self._number += 1
            place = Ticket(0 if urgent else 1, self._number, self)
            bisect.insort(self._queue, place)
        return place

    def leave(self, place: Ticket) -> None:
        """Remove a ticket that was not consumed."""
        with self._lock:
            if place in self._queue:
                self._queue.remove(place)

    def acquire(self, place: Ticket) -> float:
        """Return 0 if the request may be sent now; this consumes the ticket.

        Otherwise return the estimated wait in seconds.  It grows if an urgent request is queued,
        and shrinks if a request ahead is given up.
        """
        with self._lock:
            now = self._clock.now()
            position = bisect.bisect_left(self._queue, place)
            free = max(self._held_until, self._free(now, position))
            if free <= now and (position == 0 or not self._interval):
                del self._queue[position]
                self._empty_at = max(self._empty_at, now) + self._interval
                self._sent.append(now)
                return 0.0
            return max(free - now, _SOON)

    def pause_for(self, seconds: float) -> None:
        """Send no request for `seconds`, as the server asked, and then begin without a burst."""
        if seconds <= 0:
            return
        with self._lock:
            until = self._clock.now() + seconds
            if until > self._held_until:
                self._held_until = until
                self._empty_at = max(self._empty_at, until + self._tolerance)

    def _free(self, now: float, position: int) -> float:
        """Return the time at which the budget allows the request at `position` in the queue."""
        even = max(self._empty_at, now) + position * self._interval - self._tolerance
        budget = self._sent.maxlen
        if not budget:
            return even
        minutes, rest = divmod(position, budget)
        before = len(self._sent) - budget + rest  # the request that this one is a whole budget behind
        begin = self._sent[before] + WINDOW if before >= 0 else now
        return max(even, begin + minutes * WINDOW)
