"""Progress of a job on standard error: a moving line on a terminal, plain lines otherwise."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Self

from ..core.plain_text import one_line

if TYPE_CHECKING:
    from types import TracebackType

_FRAMES = 24
"""Width of the bar, in characters."""


class Progress:
    """Shows the current step during a ``with`` block."""

    def __init__(self) -> None:
        self._moving = sys.stderr.isatty()
        self._label = ""
        self._started = time.monotonic()
        self._done = threading.Event()
        self._painter = threading.Thread(target=self._paint, daemon=True)

    def show(self, label: str) -> None:
        """Show `label` as the current step."""
        label = one_line(label)
        if label == self._label:
            return
        self._label = label
        if not self._moving:
            sys.stderr.write(f"{label}\n")

    def log(self, line: str) -> None:
        """Write a line of the job's log, above the moving line."""
        start = "\r\x1b[K" if self._moving else ""
        sys.stderr.write(f"{start}{one_line(line)}\n")

    def _paint(self) -> None:
        # The duration of a job is unknown, so the bar only shows that the command is running.
        step = 0
        while not self._done.wait(0.1):
            bar = "".join("█" if (place - step) % _FRAMES < 6 else "░" for place in range(_FRAMES))
            sys.stderr.write(f"\r\x1b[K{bar} {self._label} {time.monotonic() - self._started:.0f} s")
            sys.stderr.flush()
            step += 1

    def __enter__(self) -> Self:
        if self._moving:
            self._painter.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        if self._moving:
            self._painter.join()
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
