"""`Worker`: blocking work in a thread of its own, so that the thread that waits for it can stop at any moment.

A blocking read ends when the server sends something, or after a long silence; a server that sends
a byte now and then would hold its caller for days.
"""

from __future__ import annotations

from contextvars import copy_context
from threading import Event, Thread
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Worker(Generic[T]):
    """One piece of work: started, then awaited for as long as its caller likes."""

    def __init__(self, work: Callable[[], T], *, name: str) -> None:
        self._work = work
        self._name = name
        self._done = Event()
        self._results: list[T] = []
        self._error: BaseException | None = None
        self.started = False

    def start(self) -> None:
        """Begin the work, in the context variables of the caller."""
        # A daemon: the interpreter does not wait at its exit for a server that was given up.
        thread = Thread(target=copy_context().run, args=(self._run,), name=self._name, daemon=True)
        self.started = True
        thread.start()

    def wait(self, timeout: float | None = None) -> bool:
        """Return whether the work is done within `timeout` seconds."""
        return self._done.wait(timeout)

    @property
    def result(self) -> T:
        """Return the work's result, once it is done, or raise its error."""
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # noqa: BLE001  raised in the thread that waits
            self._error = error
        self._done.set()
