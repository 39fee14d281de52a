"""Many blocking operations in one thread: those that pause wait in a heap, the others use a few threads."""

from __future__ import annotations

import heapq
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeAlias

from ..core.effects import Effect, Operation, Outcome, Sleep, is_uninterruptible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.clock import Clock
    from .sync_transport import Transport

_THREADS = 16
"""Exchanges at the same time: jobs spend their time waiting, not sending."""

_Running: TypeAlias = "dict[Future[Outcome], tuple[Operation[None], Effect]]"


class ConcurrentRunner:
    """Drives operations to their ends, at most `at_once` of them at a time.

    They run in the thread that calls `run`; only their effects are carried out in others.  The
    first exception ends them all, those that are paying excepted: their answers are waited for.
    """

    def __init__(
        self, transport: Transport, clock: Clock, operations: Iterator[Operation[None]], *, at_once: int | None
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._operations = operations
        self._at_once = at_once
        self._paused: list[tuple[float, int, Operation[None]]] = []
        self._running: _Running = {}
        self._done: SimpleQueue[Future[Outcome]] = SimpleQueue()
        self._count = 0

    def run(self) -> None:
        """Return when all have ended."""
        self._transport.open()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="run_many")
        try:
            while self._start():
                self._resume_due()
                self._wait()
        except BaseException:
            self._cancel_all()
            raise
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _start(self) -> bool:
        """Start as many as there is room for; whether any are under way."""
        while self._at_once is None or len(self._paused) + len(self._running) < self._at_once:
            operation = next(self._operations, None)
            if operation is None:
                break
            self._step(operation, None)
        return bool(self._paused or self._running)

    def _step(self, operation: Operation[None], outcome: Outcome) -> None:
        try:
            effect = operation.send(outcome)
        except StopIteration:
            return
        if isinstance(effect, Sleep):
            self._count += 1  # between equals, first come, first served; operations have no order
            heapq.heappush(self._paused, (self._clock.now() + effect.seconds, self._count, operation))
            return
        future = self._pool.submit(self._transport.carry_out, effect)
        self._running[future] = (operation, effect)
        future.add_done_callback(self._done.put)

    def _resume_due(self) -> None:
        now = self._clock.now()
        while self._paused and self._paused[0][0] <= now:
            self._step(heapq.heappop(self._paused)[2], None)

    def _wait(self) -> None:
        """Until an effect is done, or the next pause is over."""
        pause = max(0.0, self._paused[0][0] - self._clock.now()) if self._paused else None
        if not self._running:
            self._clock.sleep(pause or 0.0)
            return
        try:
            future = self._done.get(timeout=pause)
        except Empty:
            return
        operation, _ = self._running.pop(future)
        self._step(operation, future.result())

    def _cancel_all(self) -> None:
        """End every operation; one whose exchange may start a job still learns what came of it."""
        for _, _, operation in self._paused:
            operation.close()
        for future, (operation, effect) in self._running.items():
            if is_uninterruptible(effect) and not future.cancel():
                self._drain(operation, future.result())
            else:
                operation.close()

    def _drain(self, operation: Operation[None], outcome: Outcome) -> None:
        """Go on for as long as the operation puts down what it has learnt."""
        try:
            effect = operation.send(outcome)
            while is_uninterruptible(effect):
                effect = operation.send(self._transport.carry_out(effect))
        except (StopIteration, Exception):  # noqa: BLE001  the error that ended them all is raised
            return
        operation.close()
