"""A moment after which a call must not go on."""

from __future__ import annotations

import math
import time

DEFAULT_WAIT = 600.0
"""Seconds a wait for a job lasts unless told otherwise; videos take minutes."""


class Deadline:
    """Counted on the monotonic clock, so that changing the system time changes nothing."""

    __slots__ = ("_end", "_start")

    def __init__(self, seconds: float | None = None) -> None:
        """`seconds` from now; ``None`` means never."""
        self._start = time.monotonic()
        self._end = math.inf if seconds is None else self._start + seconds

    @property
    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - time.monotonic())

    @property
    def elapsed(self) -> float:
        """Seconds since the deadline was set."""
        return time.monotonic() - self._start
