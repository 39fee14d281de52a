"""The provider's rate limit: so many requests in any sixty seconds."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

_WINDOW = 60.0


class RateLimiter:
    """A sliding window of one minute; a refused request does not count."""

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        """`per_minute` is the limit, 0 for none; `clock` gives seconds."""
        self._per_minute = per_minute
        self._clock = clock
        self._times: deque[float] = deque()

    def wait(self) -> int | None:
        """Count one request; for one too many, the whole seconds until there is room."""
        if self._per_minute == 0:
            return None
        now = self._clock()
        while self._times and self._times[0] <= now - _WINDOW:
            self._times.popleft()
        if len(self._times) < self._per_minute:
            self._times.append(now)
            return None
        return max(1, math.ceil(self._times[0] + _WINDOW - now))
