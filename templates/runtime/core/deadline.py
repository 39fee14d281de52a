"""A moment after which a call must not go on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .checks import LONGEST_TIMEOUT, is_number
from .clock import CLOCK
from .errors import ConfigurationError

if TYPE_CHECKING:
    from .clock import Clock

DEFAULT_WAIT = 600.0
"""Default timeout of a wait for a job or a file, in seconds; videos take minutes."""


class Deadline:
    """Counted on the monotonic clock, so that changing the system time changes nothing."""

    __slots__ = ("_clock", "_end", "_start")

    def __init__(self, seconds: float | None = None, *, clock: Clock = CLOCK) -> None:
        """`seconds` from now; ``None``, and more than a year, mean never."""
        if seconds is not None and not is_number(seconds):
            raise ConfigurationError(f"a timeout is a number of seconds, not {seconds!r}")
        self._clock = clock
        self._start = clock.now()
        self._end = math.inf if seconds is None or seconds > LONGEST_TIMEOUT else self._start + seconds

    def within(self, seconds: float | None) -> Deadline:
        """`seconds` from now, but not after this deadline."""
        other = Deadline(seconds, clock=self._clock)
        other._end = min(other._end, self._end)
        return other

    def expire(self) -> None:
        """End the deadline now, for every wait under it."""
        self._end = self._clock.now()

    @property
    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - self._clock.now())

    @property
    def elapsed(self) -> float:
        """Seconds since the deadline was set."""
        return self._clock.now() - self._start
