"""The rate limit of all requests of a run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable


class RateLimiter:
    """Grants requests evenly spaced, first come first served.

    Even spacing never bursts, so other programs on the same limit still get through.
    """

    def __init__(
        self,
        per_minute: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`per_minute` is the number of requests, 0 for no limit; `clock` and `sleep` count seconds."""
        self._interval = 60 / per_minute if per_minute else 0.0
        self._clock = clock
        self._sleep = sleep
        self._next = clock()
        self._held = clock()
        self._queue = asyncio.Lock()

    async def acquire(self) -> None:
        """Wait until the next request may be sent."""
        async with self._queue:
            # A pause may be added while waiting, hence the loop.
            while (wait := self._next - self._clock()) > 0:
                await self._sleep(wait)
            self._next = self._clock() + self._interval

    def pause_for(self, seconds: float) -> bool:
        """Grant nothing for `seconds` from now; return whether the user should be notified.

        All requests under way get the same Retry-After.  Only the first counts as news, or one
        that asks for at least twice the remaining pause.
        """
        now = self._clock()
        left = max(self._held - now, 0.0)
        self._held = max(self._held, now + seconds)
        self._next = max(self._next, self._held)
        return seconds >= 0.5 and seconds >= 2 * left
