"""One request budget per client, shared by all its threads or tasks.

The generic cell rate algorithm: a single number, the time at which the bucket will be empty
again, says when the next request may go.  The limiter only does arithmetic under a lock; who
has to wait, sleeps outside of it, so the same object serves threads and event loops.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Turn(NamedTuple):
    """A reserved place: how many seconds to wait for it, and under which rule it was given."""

    wait: float
    epoch: int


class Limiter:
    """At most `per_minute` requests in any 60 seconds, a sixth of them back to back.

    The rest is spread evenly: with 60 a minute, ten at once and then one every 1.2 s.  ``None``
    sets no pace of its own; holds asked for by the server count all the same.
    """

    def __init__(self, per_minute: int | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        burst = max(1, (per_minute or 0) // 6)
        self._interval = 60 / max(1, per_minute - burst) if per_minute else 0.0
        self._tolerance = self._interval * (burst - 1)
        self._clock = clock
        self._lock = threading.Lock()
        self._empty_at = 0.0
        self._held_until = 0.0
        self._epoch = 0

    def reserve(self, longest: float) -> Turn | None:
        """The next free place, or ``None``, reserving nothing, if it is `longest` seconds away or more."""
        with self._lock:
            now = self._clock()
            start = max(now, self._empty_at - self._tolerance, self._held_until)
            if start > now and start - now >= longest:
                return None
            self._empty_at = max(self._empty_at, start) + self._interval
            return Turn(start - now, self._epoch)

    def stands(self, turn: Turn) -> bool:
        """Whether no hold came between reserving and using a place."""
        with self._lock:
            return turn.epoch == self._epoch

    def hold(self, seconds: float) -> None:
        """The server answered 429: nobody sends for `seconds`, and then without a burst.

        Places reserved before are void; their owners reserve again, in the order they wake up.
        """
        with self._lock:
            until = self._clock() + seconds
            if until <= self._held_until:
                return
            self._held_until = until
            self._empty_at = until + self._tolerance
            self._epoch += 1
