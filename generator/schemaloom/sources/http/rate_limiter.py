"""One pace for all requests of a run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable


class RateLimiter:
    """Hands out turns, evenly spaced, in the order they were asked for.

    Even spacing never bursts, so what else runs on the same allowance still gets through.
    """

    def __init__(
        self,
        per_minute: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the pace in turns per minute, 0 for no limit; `clock` and `sleep` count seconds."""
        self._interval = 60 / per_minute if per_minute else 0.0
        self._clock = clock
        self._sleep = sleep
        self._next = clock()
        self._held = clock()
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Wait for the next turn."""
        async with self._queue:
            # A pause may be added while one is waited for, hence the loop.
            while (wait := self._next - self._clock()) > 0:
                await self._sleep(wait)
            self._next = self._clock() + self._interval

    def pause(self, seconds: float) -> bool:
        """Give no turn for `seconds` from now; says whether that is news.

        Requests under way when a server says "later" are all told so.  They are one pause to who
        waits, unless one of them is told to wait twice as long as the rest of it.
        """
        now = self._clock()
        left = max(self._held - now, 0.0)
        self._held = max(self._held, now + seconds)
        self._next = max(self._next, self._held)
        return seconds >= 0.5 and seconds >= 2 * left
