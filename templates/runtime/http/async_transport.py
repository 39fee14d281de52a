"""Carrying out effects on an event loop: the asynchronous twin of `Transport`."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import TYPE_CHECKING, TypeVar, cast

import anyio
import anyio.to_thread
import httpx

from ..core.clock import CLOCK
from ..core.effects import (
    Download,
    Effect,
    Failure,
    Operation,
    Outcome,
    Reply,
    RunBlocking,
    Send,
    Sleep,
    is_uninterruptible,
)
from .httpx_adapter import AT_ONCE, HTTP_ERRORS, LIMITS, api_request, as_failure, as_reply, file_request, tls
from .prefetch import TOO_SLOW

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from ..core.clock import Clock

T = TypeVar("T")


class AsyncTransport:
    """Runs operations with an `httpx.AsyncClient`, its own unless it is given one."""

    def __init__(self, http_client: httpx.AsyncClient | None = None, *, clock: Clock = CLOCK) -> None:
        self._client = http_client or httpx.AsyncClient(verify=tls(), limits=LIMITS)
        self._owned = http_client is None
        self._headers = dict(self._client.headers)
        self._clock = clock
        self._turns = anyio.Semaphore(AT_ONCE)

    @property
    def closed(self) -> bool:
        """Whether the connections are gone."""
        return self._client.is_closed

    async def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        if self._owned:
            await self._client.aclose()

    async def perform(self, operation: Operation[T]) -> T:
        """Carry out an operation to its result; it sees cancellation as its twin sees Ctrl-C."""
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
                    outcome, later = await self._undisturbed(effect)
                    interruption = interruption or later
                elif interruption is not None:
                    raise interruption  # noqa: TRY301  the operation sees it below, as any other
                else:
                    outcome = await self._carry_out(effect)
            except BaseException as error:
                operation.throw(error)
                raise

    async def perform_all(self, operations: Iterator[Operation[None]], *, at_once: int | None) -> None:
        """Carry out many operations, some or all of them at a time; the first error ends them all."""
        errors: list[Exception] = []

        async def each(some: Iterator[Operation[None]]) -> None:
            try:
                for operation in some:
                    await self.perform(operation)
            except Exception as error:  # noqa: BLE001  raised below, as itself and not in a group
                errors.append(error)
                tasks.cancel_scope.cancel()

        async with anyio.create_task_group() as tasks:
            if at_once is None:
                for operation in operations:
                    tasks.start_soon(each, iter((operation,)))
            else:
                for _ in range(at_once):
                    tasks.start_soon(each, operations)
        if errors:
            raise errors[0]

    async def _undisturbed(self, effect: Effect) -> tuple[Outcome, BaseException | None]:
        """Carry out an effect in full; the cancellation that interrupted it comes second.

        In a task of its own, because only a task outlives asyncio's way of cancelling; and in a
        group, so that it does not outlive the call.
        """
        outcomes: list[Outcome] = []
        errors: list[Exception] = []

        async def work() -> None:
            with anyio.CancelScope(shield=True):
                try:
                    outcomes.append(await self._carry_out(effect))
                except Exception as error:  # noqa: BLE001  raised below, as itself and not in a group
                    errors.append(error)

        interruption: BaseException | None = None
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(work)
        except anyio.get_cancelled_exc_class() as error:
            interruption = error
        if errors:
            raise errors[0]
        if not outcomes:  # cancelled before it began
            raise cast("BaseException", interruption)
        return outcomes[0], interruption

    async def _carry_out(self, effect: Effect) -> Outcome:
        match effect:
            case Sleep():
                await self._clock.asleep(effect.seconds)
                return None
            case RunBlocking():
                await anyio.to_thread.run_sync(effect.work)
                return None
            case Send():
                async with self._turns:
                    return await self._send(effect)
            case Download():
                return await self._fetch(effect)

    async def _send(self, effect: Send) -> Reply | Failure:
        end = time.monotonic() + effect.timeout
        content = bytearray()
        try:
            request = api_request(effect, self._headers)
            response = await self._client.send(request, stream=True, auth=None, follow_redirects=False)
            async with aclosing(response), _chunks(response) as chunks:
                async for chunk in chunks:
                    content += chunk
                    if time.monotonic() > end:
                        return TOO_SLOW
        except HTTP_ERRORS as error:
            return as_failure(error)
        return as_reply(response, bytes(content))

    async def _fetch(self, effect: Download) -> Reply | Failure:
        with anyio.move_on_after(effect.deadline.remaining):
            try:
                request = file_request(effect)
                response = await self._client.send(request, stream=True, auth=None, follow_redirects=False)
                async with aclosing(response):
                    if effect.receiver.begin(as_reply(response)):
                        async with _chunks(response) as chunks:
                            async for chunk in chunks:
                                effect.receiver.write(chunk)
            except HTTP_ERRORS as error:
                return as_failure(error)
            return as_reply(response)
        return TOO_SLOW


def _chunks(response: httpx.Response) -> aclosing[AsyncGenerator[bytes]]:
    """The body piece by piece; closed when the caller stops, which `aiter_bytes` alone leaves to the loop."""
    return aclosing(cast("AsyncGenerator[bytes]", response.aiter_bytes()))
