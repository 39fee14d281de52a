"""The time that deadlines, pace and pauses follow."""

from __future__ import annotations

import time


class Clock:
    """The machine's own; a simulation brings another, and hours pass in a second."""

    def now(self) -> float:
        """Seconds since some moment; setting the system's time does not change it."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block the thread."""
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        """Suspend the task."""
        import anyio  # only who has an event loop needs it

        await anyio.sleep(seconds)


CLOCK = Clock()
