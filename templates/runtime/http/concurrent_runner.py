"""Many blocking operations in one thread: those that sleep wait in a heap, the others use a few threads."""

from __future__ import annotations

import heapq
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, PriorityQueue, SimpleQueue
from typing import TYPE_CHECKING

from ..core.effects import LONGEST_SLEEP, Effect, Operation, Outcome, RunBlocking, Sleep
from .driver import Driver, is_uninterruptible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.clock import Clock
    from .sync_transport import Transport

_THREADS = 16
"""Exchanges at the same time: jobs spend their time waiting, not sending."""


class ConcurrentRunner:
    """Drives operations to their ends, at most `at_once` of them at a time.

    They run in the thread that calls `run`; only their effects are carried out in others.  The
    first exception ends them all.  Requests that have begun to leave are waited for, and no others.

    What was paid for is recorded first, in a thread of its own.  Requests go before other blocking
    work, so that the ledger has rows of few requests that wait for a thread: after a kill, no one
    could tell that those have not left.
    """

    def __init__(
        self, transport: Transport, clock: Clock, operations: Iterator[Operation[None]], *, at_once: int | None
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._operations = operations
        self._at_once = at_once
        self._drivers: dict[Driver[Effect, None], None] = {}  # of all operations that have begun and not ended
        self._sleeping: list[tuple[float, int, Driver[Effect, None]]] = []
        self._running: dict[Future[Outcome], tuple[Driver[Effect, None], Effect]] = {}
        self._waiting: PriorityQueue[tuple[bool, int, Future[Outcome], Effect]] = PriorityQueue()
        self._done: SimpleQueue[Future[Outcome]] = SimpleQueue()
        self._count = 0

    def run(self) -> None:
        """Return when all operations have ended."""
        self._transport.open()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="run_many")
        self._recording = ThreadPoolExecutor(1, thread_name_prefix="run_many ledger")
        try:
            while self._start():
                self._resume_due()
                self._wait()
        except BaseException:
            self._cancel_all()
            raise
        finally:
            for pool in (self._pool, self._recording):
                pool.shutdown(wait=False, cancel_futures=True)

    def _start(self) -> bool:
        """Start as many operations as there is room for; return whether any are under way."""
        while self._at_once is None or len(self._drivers) < self._at_once:
            operation = next(self._operations, None)
            if operation is None:
                break
            driver = Driver(operation)
            self._drivers[driver] = None
            self._step(driver, None)
        return bool(self._drivers)

    def _step(self, driver: Driver[Effect, None], outcome: Outcome) -> None:
        effect = driver.next(outcome)
        if effect is None:
            del self._drivers[driver]
            return
        self._count += 1  # between equals, first come, first served; drivers have no order
        if isinstance(effect, Sleep):
            heapq.heappush(self._sleeping, (self._clock.now() + effect.seconds, self._count, driver))
            return
        # Known before it starts: an interruption may come while the pool starts a thread for it.
        future: Future[Outcome] = Future()
        self._running[future] = (driver, effect)
        future.add_done_callback(self._done.put)
        if driver.is_recording:
            self._recording.submit(self._carry_out, future, effect)
        else:
            self._waiting.put((isinstance(effect, RunBlocking), self._count, future, effect))
            self._pool.submit(self._carry_out_next)

    def _carry_out_next(self) -> None:
        _, _, future, effect = self._waiting.get()
        self._carry_out(future, effect)

    def _carry_out(self, future: Future[Outcome], effect: Effect) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(self._transport.carry_out(effect))
        except BaseException as error:  # noqa: BLE001  raised where the outcome is taken
            future.set_exception(error)

    def _resume_due(self) -> None:
        now = self._clock.now()
        while self._sleeping and self._sleeping[0][0] <= now:
            self._step(heapq.heappop(self._sleeping)[2], None)

    def _wait(self) -> None:
        """Wait until an effect is done, the next sleep is over, or for a part of it."""
        pause: float | None = None
        if self._sleeping:
            self._transport.open()  # unless the client was closed meanwhile
            pause = min(max(0.0, self._sleeping[0][0] - self._clock.now()), LONGEST_SLEEP)
        if not self._running:
            self._clock.sleep(pause or 0.0)
            return
        try:
            future = self._done.get(timeout=pause)
        except Empty:
            return
        driver, _ = self._running.pop(future)
        try:
            outcome = future.result()
        except BaseException as error:  # noqa: BLE001  raised by `fail`
            driver.fail(error)
        self._step(driver, outcome)

    def _cancel_all(self) -> None:
        """Keep from starting what has not started; then end every operation, those that must finish last.

        What records a paid request has to finish even if it has not started.
        """
        try:
            unfinished = {
                future: driver
                for future, (driver, effect) in self._running.items()
                if driver.is_recording or (not future.cancel() and is_uninterruptible(effect))
            }
            awaited = {*unfinished.values()}
            for driver in self._drivers:
                if driver not in awaited:
                    driver.close()  # takes time: it may write to the ledger
            for future, driver in unfinished.items():
                self._drain(driver, future)
        finally:  # a second interruption waits for no answer
            for driver in self._drivers:
                driver.close()

    def _drain(self, driver: Driver[Effect, None], future: Future[Outcome]) -> None:
        """Give an operation the outcome of its last effect, and let it record that with blocking work."""
        try:
            effect = driver.next(future.result())
            while isinstance(effect, RunBlocking):
                effect = driver.next(self._transport.carry_out(effect))
        except Exception:  # noqa: BLE001  the error that ended them all is raised
            return
        driver.close()
