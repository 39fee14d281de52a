"""`Transport`: carries out effects with blocking I/O.

Neither importing this module nor constructing a transport imports an HTTP library: the first
operation does.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from ..core.clock import CLOCK
from ..core.effects import Download, Effect, Emit, Operation, Outcome, Receive, RunBlocking, Send, Sleep, Updates
from ..core.errors import ConfigurationError
from ..core.fork import register, undisturbed
from .driver import Driver, is_uninterruptible
from .worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from ..core.clock import Clock
    from ..core.effects import Listener
    from .httpx_adapter import Connections
    from .other_client import HttpClient
    from .prefetch import Piece

T = TypeVar("T")
Listening: TypeAlias = "Generator[T, None, tuple[Outcome, BaseException | None]]"
"""Yields items, and returns an outcome with the interruption that came while it was waited for."""


class Transport:
    """Runs operations with an `httpx2.Client`, its own unless it is given one."""

    def __init__(self, http_client: HttpClient | None = None, *, direct: str = "", clock: Clock = CLOCK) -> None:
        """`direct`: a host that is reached without the proxies of the environment."""
        self._clock = clock
        self._http_client = http_client
        self._direct = direct
        self._closed = False
        self._connections: Connections | None = None
        self._is_inherited = False
        register(self)

    @property
    def closed(self) -> bool:
        """Whether the connections are closed."""
        if self._connections is not None:
            return self._connections.closed
        return self._closed if self._http_client is None else self._http_client.is_closed

    def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        with undisturbed():
            self._closed = True
            if self._connections is not None:
                self._connections.close()

    def open(self) -> Connections:
        """Return the connections, opened when first needed: importing httpx2 takes longer than all else.

        Raises `ConfigurationError` if they are closed, are the caller's and belong to another
        process, or if a proxy or certificate of the environment cannot be used.
        """
        if self._is_inherited:
            raise ConfigurationError(
                "http_client was opened in another process, before a fork: construct the client where it is used"
            )
        if self._connections is None:
            with undisturbed():
                if self._connections is None:
                    from .httpx_adapter import Connections  # imports httpx2

                    opened = Connections(self._http_client, direct=self._direct)
                    if self._closed:
                        opened.close()
                    self._connections = opened
        if self._connections.closed:
            raise ConfigurationError("the client is closed; nothing was sent")
        return self._connections

    def reset_after_fork(self) -> None:
        """A forked process shares no connection with its parent: answers would reach the wrong one."""
        self._is_inherited = self._connections is not None and self._http_client is not None
        self._connections = None

    def perform(self, operation: Operation[T]) -> T:
        """Carry out an operation to its result; see `Driver` for errors and interruptions.

        A second interruption does not wait for the answer that the first one waits for.
        """
        self.open()  # before the operation begins: if it fails, nothing was tried
        driver = Driver(operation)
        try:
            effect = driver.next()
            while effect is not None:
                outcome, interruption = self._carry_out(effect)
                if interruption is not None:
                    driver.hold_back(interruption)
                effect = driver.next(outcome)
        except BaseException as error:  # noqa: BLE001  raised by `fail`
            driver.fail(error)
        return driver.result

    def iterate(self, operation: Updates[T]) -> Generator[T]:
        """Carry out an operation, and yield each item that it emits; a caller may stop after any.

        Only operations whose items are texts send a request with a listener.
        """
        self.open()
        driver = Driver(operation)
        with ExitStack() as streams:
            pieces: Iterator[Piece] = iter(())
            try:
                effect = driver.next()
                while effect is not None:
                    outcome: Outcome = None
                    if isinstance(effect, Emit):
                        yield effect.item
                    elif isinstance(effect, Receive):
                        outcome = next(pieces, None)
                    elif isinstance(effect, Send) and effect.stream is not None:
                        pieces = streams.enter_context(closing(self.open().listen(effect)))
                        outcome = next(pieces)
                    else:
                        if isinstance(effect, Send) and effect.listener is not None:
                            outcome, interruption = yield from cast(
                                "Listening[T]", self._listen(effect, effect.listener)
                            )
                        else:
                            outcome, interruption = self._carry_out(effect)
                        if interruption is not None:
                            driver.hold_back(interruption)
                    effect = driver.next(outcome)
            except BaseException as error:  # noqa: BLE001  raised by `fail`
                driver.fail(error)

    def _listen(self, effect: Send, listener: Listener) -> Listening[str]:
        """Yield the texts of a response while it arrives; then as `_carry_out`."""
        exchange = self.open().exchange(effect)
        try:
            exchange.start()
            for content in exchange.heard():
                yield from listener.feed(content)
            return exchange.outcome(), None
        except GeneratorExit:  # the caller wants no more
            exchange.give_up()
            raise
        except BaseException as error:
            if not is_uninterruptible(effect):
                raise
            return exchange.outcome(), error

    def carry_out(self, effect: Effect) -> Outcome:
        """Carry out an effect; an interruption loses its outcome."""
        match effect:
            case Sleep():
                for seconds in effect.parts():
                    self._clock.sleep(seconds)
                    self.open()  # unless the client was closed meanwhile
                return None
            case RunBlocking():
                effect.work()
                return None
            case Send():
                exchange = self.open().exchange(effect)
                exchange.start()
                return exchange.outcome()
            case Download():
                return self.open().fetch(effect)

    def _carry_out(self, effect: Effect) -> tuple[Outcome, BaseException | None]:
        """Return the outcome, and the interruption that came while it was waited for.

        The work is done in another thread.  So whatever a signal handler raises in this one
        (`KeyboardInterrupt`, `SystemExit`) interrupts the wait, and not the exchange.
        """
        if isinstance(effect, Send):
            exchange = self.open().exchange(effect)
            return _uninterrupted(exchange.start, exchange.outcome, effect)
        if isinstance(effect, RunBlocking) and threading.current_thread() is threading.main_thread():
            worker = Worker(effect.work, name="blocking work")

            def finish() -> None:
                if not worker.started:  # interrupted before
                    worker.start()
                worker.wait()
                return worker.result

            return _uninterrupted(worker.start, finish, effect)
        return self.carry_out(effect), None


def _uninterrupted(
    start: Callable[[], None], finish: Callable[[], Outcome], effect: Effect
) -> tuple[Outcome, BaseException | None]:
    try:
        start()
        return finish(), None
    except BaseException as error:
        if not is_uninterruptible(effect):
            raise
        return finish(), error
