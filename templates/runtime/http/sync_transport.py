"""Carrying out effects with blocking I/O.

Importing this module imports no HTTP library, and neither does a new transport: the first operation does.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar, cast

from ..core.clock import CLOCK
from ..core.effects import Download, Effect, Operation, Outcome, RunBlocking, Send, Sleep, is_uninterruptible

if TYPE_CHECKING:
    from types import FrameType

    import httpx

    from ..core.clock import Clock
    from .httpx_adapter import Connections

T = TypeVar("T")


class Transport:
    """Runs operations with an `httpx.Client`, its own unless it is given one."""

    def __init__(self, http_client: httpx.Client | None = None, *, clock: Clock = CLOCK) -> None:
        self._clock = clock
        self._http_client = http_client
        self._closed = False
        self._connections: Connections | None = None
        self._opening = threading.RLock()  # a signal handler may close what is being opened

    @property
    def closed(self) -> bool:
        """Whether the connections are gone."""
        if self._connections is not None:
            return self._connections.closed
        return self._closed if self._http_client is None else self._http_client.is_closed

    def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        with self._opening:
            self._closed = True
            if self._connections is not None:
                self._connections.close()

    def open(self) -> Connections:
        """The connections, made when first needed: half of what a program waits for at its start."""
        if self._connections is None:
            from .httpx_adapter import Connections  # imports httpx

            with self._opening:
                if self._connections is None:
                    opened = Connections(self._http_client)
                    if self._closed:
                        opened.close()
                    self._connections = opened
        return self._connections

    def perform(self, operation: Operation[T]) -> T:
        """Carry out an operation to its result.

        If carrying out an effect raises (Ctrl-C, a full disk), the operation sees it too: its
        ``with`` blocks clean up and add what they know.  An interruption of an exchange that may
        cost money waits for its answer, and strikes at the next effect; a second one does not wait.
        """
        self.open()  # before the operation begins: should it fail, nothing was tried
        outcome: Outcome = None
        interruption: BaseException | None = None
        while True:
            try:
                effect = operation.send(outcome)
            except StopIteration as stop:
                if interruption is not None:
                    raise interruption from None
                return cast("T", stop.value)
            except Exception as error:
                if interruption is not None:
                    raise interruption from error
                raise
            try:
                if is_uninterruptible(effect):
                    outcome, later = self._undisturbed(effect)
                    interruption = interruption or later
                elif interruption is not None:
                    raise interruption  # noqa: TRY301  the operation sees it below, as any other
                else:
                    outcome = self.carry_out(effect)
            except BaseException as error:
                operation.throw(error)
                raise

    def _undisturbed(self, effect: Effect) -> tuple[Outcome, BaseException | None]:
        """Carry out an effect in full; the Ctrl-C that interrupted it comes second.

        Signals strike the main thread alone.  A program with a handler of its own has decided
        what Ctrl-C does, and keeps it.
        """
        import signal  # slow, and for a call that pays

        main = threading.current_thread() is threading.main_thread()
        if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            return self.carry_out(effect), None
        struck: list[BaseException] = []

        def strike(number: int, frame: FrameType | None) -> None:
            if struck:
                signal.default_int_handler(number, frame)
            struck.append(KeyboardInterrupt())

        signal.signal(signal.SIGINT, strike)
        try:
            outcome = self.carry_out(effect)
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return outcome, struck[0] if struck else None

    def carry_out(self, effect: Effect) -> Outcome:
        """Do what an effect says."""
        match effect:
            case Sleep():
                self._clock.sleep(effect.seconds)
                return None
            case RunBlocking():
                effect.work()
                return None
            case Send():
                return self.open().send(effect)
            case Download():
                return self.open().fetch(effect)
