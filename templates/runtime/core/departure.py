"""Whether a request that may cost money has begun to leave, decided once for all who ask.

An interruption (Ctrl-C, a cancelled task, an error in another job of a batch) must not wait for a
request that has not left, and must not lose the answer of one that has.  The transport calls
`begin` immediately before it writes the end of the body; a caller that gives up calls `abandon`.  The
first of the two wins.  A request without the end of its body is incomplete, so it cannot have started a job:
nor can one whose end the connection did not take.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .outcome import Failure, Reply


class Departure:
    """One attempt to send one request, and its outcome."""

    __slots__ = ("_abandoned", "_lock", "has_begun", "is_cut", "on_begin", "outcomes")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._abandoned = False
        self.has_begun = False
        self.is_cut = False
        """Whether the connection was found broken when the end of the body was to be written, so that it was not."""
        self.on_begin: Callable[[], None] | None = None
        """Called when the request begins to leave, in the thread or task that sends it."""
        self.outcomes: list[Reply | Failure] = []
        """Added where they become known, so that an interruption of the caller loses none; the last one counts."""

    def begin(self) -> bool:
        """Return whether the request may leave, which it may unless it was abandoned."""
        with self._lock:
            if self._abandoned:
                return False
            self.has_begun = True
            self.is_cut = False  # in case an HTTP client of the caller's sends the request again
        if self.on_begin is not None:
            self.on_begin()
        return True

    def abandon(self) -> bool:
        """Return whether the request is kept from leaving: it has not begun to."""
        with self._lock:
            if not self.has_begun:
                self._abandoned = True
            return self._abandoned
