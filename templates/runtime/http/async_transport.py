"""`AsyncTransport`: carries out effects on an event loop; the asynchronous twin of `Transport`."""

from __future__ import annotations

from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

import anyio
import httpx2

from ..core.clock import CLOCK
from ..core.departure import Departure
from ..core.effects import Download, Effect, Emit, Operation, Outcome, Receive, RunBlocking, Send, Sleep, Updates
from ..core.outcome import Reply
from .async_connections import AsyncConnections
from .driver import Driver, departure_of
from .messages import (
    HTTP_ERRORS,
    MAX_CONTENT,
    TOO_LARGE,
    api_failure,
    api_reply,
    api_request,
    as_failure,
    as_reply,
    file_request,
    is_heard,
    refusal,
    too_slow,
)
from .other_client import read_already
from .outlive import outlive, run_blocking
from .prefetch import TOO_SLOW

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from ..core.clock import Clock
    from ..core.deadline import Deadline
    from ..core.effects import Listener
    from ..core.outcome import Failure
    from .async_connections import LoopConnections
    from .other_client import AsyncHttpClient
    from .prefetch import Piece

T = TypeVar("T")


class _Stream(NamedTuple):
    """The body of an answer, piece by piece."""

    pieces: AsyncGenerator[Piece]
    deadline: Deadline

    async def next(self) -> Piece | None:
        """Return the next piece, the reason why there is none, or None at the end."""
        with anyio.move_on_after(self.deadline.remaining):
            return await anext(self.pieces, None)
        return TOO_SLOW


@dataclass
class _End:
    """The way in which listening to a response ended."""

    outcome: Outcome = None
    interruption: BaseException | None = None


class AsyncTransport:
    """Runs operations with an `httpx2.AsyncClient`, its own unless it is given one."""

    def __init__(self, http_client: AsyncHttpClient | None = None, *, direct: str = "", clock: Clock = CLOCK) -> None:
        """`direct`: a host that is reached without the proxies of the environment."""
        self._clock = clock
        self._connections = AsyncConnections(http_client, direct=direct)

    @property
    def closed(self) -> bool:
        """Whether the connections are closed."""
        return self._connections.closed

    async def close(self) -> None:
        """Close the connections of this event loop, unless they are the caller's."""
        await self._connections.close()

    async def perform(self, operation: Operation[T]) -> T:
        """Carry out an operation to its result; see `Driver` for errors and cancellation."""
        connections = self._connections.open()
        driver = Driver(operation)
        try:
            effect = driver.next()
            while effect is not None:
                outcome, interruption = await self._step(connections, effect)
                if interruption is not None:
                    driver.hold_back(interruption)
                effect = driver.next(outcome)
        except BaseException as error:  # noqa: BLE001  raised by `fail`
            driver.fail(error)
        return driver.result

    async def iterate(self, operation: Updates[T]) -> AsyncGenerator[T]:
        """See `Transport.iterate`."""
        connections = self._connections.open()
        driver = Driver(operation)
        async with AsyncExitStack() as streams:
            stream: _Stream | None = None
            try:
                effect = driver.next()
                while effect is not None:
                    outcome: Outcome = None
                    if isinstance(effect, Emit):
                        yield effect.item
                    elif isinstance(effect, Receive):
                        outcome = None if stream is None else await stream.next()
                    elif isinstance(effect, Send) and effect.stream is not None:
                        pieces = await streams.enter_async_context(aclosing(self._pieces(effect)))
                        stream = _Stream(pieces, effect.stream)
                        outcome = await stream.next()
                    else:
                        if isinstance(effect, Send) and effect.listener is not None:
                            end = _End()
                            async with aclosing(self._listen(effect, effect.listener, end)) as texts:
                                async for text in texts:
                                    yield cast("T", text)
                            outcome, interruption = end.outcome, end.interruption
                        else:
                            outcome, interruption = await self._step(connections, effect)
                        if interruption is not None:
                            driver.hold_back(interruption)
                    effect = driver.next(outcome)
            except BaseException as error:  # noqa: BLE001  raised by `fail`
                driver.fail(error)

    async def _step(self, connections: LoopConnections, effect: Effect) -> tuple[Outcome, BaseException | None]:
        departure = departure_of(effect)
        if isinstance(effect, RunBlocking):
            with connections.finishing(None):
                return None, await run_blocking(connections.threads, effect.work)
        if departure is not None:
            with connections.finishing(departure):
                return await outlive(partial(self._carry_out, effect), departure)
        return await self._carry_out(effect), None

    async def _pieces(self, effect: Send) -> AsyncGenerator[Piece]:
        """See `Connections.listen`."""
        try:
            request = api_request(effect, self._connections.headers)
            response = await self._connections.open().client.send(
                request, stream=True, auth=None, follow_redirects=False
            )
            async with aclosing(response), _chunks(response) as chunks:
                content = bytearray()
                if not response.is_success:
                    async for chunk in chunks:
                        content += chunk[: MAX_CONTENT - len(content)]
                yield api_reply(effect, response, bytes(content))
                if response.is_success:
                    async for chunk in chunks:
                        yield chunk
        except Exception as error:  # noqa: BLE001  httpx2 raises whatever its parts raise
            yield api_failure(effect, error)

    async def perform_all(self, operations: Iterator[Operation[None]], *, at_once: int | None) -> None:
        """Carry out many operations, some or all of them at a time; the first error ends them all."""
        self._connections.open()
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

    async def _listen(self, effect: Send, listener: Listener, end: _End) -> AsyncGenerator[str]:
        """See `Transport._listen`; the outcome is in `end`.  Only waiting counts: nothing is read ahead."""
        left = effect.timeout
        departure = effect.departure or Departure()  # a submission has one, and nothing else is listened to
        outcomes = departure.outcomes

        async def receive() -> bytes | None:
            with anyio.move_on_after(left):
                try:
                    return await anext(contents, None)
                except anyio.get_cancelled_exc_class() as error:
                    raise error.with_traceback(None)  # noqa: B904  the frames below hold the key
            return None

        connections = self._connections.open()
        async with aclosing(self._receive(connections, effect, outcomes)) as contents:
            content: bytes | None = b""
            while content is not None:
                started = anyio.current_time()
                with connections.finishing(departure):
                    content, interruption = await outlive(receive, departure)
                left -= anyio.current_time() - started
                end.interruption = end.interruption or interruption
                if content is not None and end.interruption is None:
                    for text in listener.feed(content):
                        yield text
        end.outcome = outcomes[-1] if outcomes else too_slow(effect)

    async def _carry_out(self, effect: Sleep | Send | Download) -> Outcome:
        match effect:
            case Sleep():
                if effect.seconds == 0:
                    await self._clock.asleep(0)
                for seconds in effect.parts():
                    await self._clock.asleep(seconds)
                    self._connections.open()  # unless the client was closed meanwhile
                return None
            case Send():
                connections = self._connections.open()
                async with connections.slots:
                    self._connections.open()  # unless it was closed meanwhile
                    return await self._send(connections, effect)
            case Download():
                return await self._fetch(effect)

    async def _send(self, connections: LoopConnections, effect: Send) -> Reply | Failure:
        outcomes: list[Reply | Failure] = [] if effect.departure is None else effect.departure.outcomes
        with anyio.move_on_after(effect.timeout):
            try:
                async with aclosing(self._receive(connections, effect, outcomes)) as contents:
                    async for _ in contents:
                        pass
            except anyio.get_cancelled_exc_class() as error:
                raise error.with_traceback(None)  # noqa: B904  the frames below hold the key
        return outcomes[-1] if outcomes else too_slow(effect)

    async def _receive(
        self, connections: LoopConnections, effect: Send, outcomes: list[Reply | Failure]
    ) -> AsyncGenerator[bytes]:
        """Yield the body that is for the effect's listener while it arrives.

        The outcome is added to `outcomes` as soon as it is known, because closing the answer may take
        longer.  A later one replaces it.
        """
        content = bytearray()
        client = connections.client if effect.departure is None else connections.paying
        try:
            request = api_request(effect, self._connections.headers)
            response = await client.send(request, stream=True, auth=None, follow_redirects=False)
            if (refused := refusal(effect, response)) is not None:
                outcomes.append(refused)
            hears = is_heard(effect, response)
            async with aclosing(response), _chunks(response) as chunks:
                async for chunk in chunks:
                    content += chunk
                    if len(content) > MAX_CONTENT:
                        outcomes.append(refused or TOO_LARGE)
                        return
                    if hears:
                        yield chunk
                outcomes.append(api_reply(effect, response, bytes(content)))
        except Exception as error:  # noqa: BLE001  no error here may hide the outcome of the request
            if not outcomes:
                outcomes.append(api_failure(effect, error))

    async def _fetch(self, effect: Download) -> Reply | Failure:
        with anyio.move_on_after(effect.deadline.remaining):
            try:
                request = file_request(effect)
                response = await self._connections.open().client.send(
                    request, stream=True, auth=None, follow_redirects=False
                )
                async with aclosing(response):
                    answer = read_already(response) or response
                    if effect.receiver.begin(as_reply(answer)):
                        async with aclosing(answer.aiter_raw()) as chunks:
                            async for chunk in chunks:
                                effect.receiver.write(chunk)
            except HTTP_ERRORS as error:
                return as_failure(error)
            return as_reply(answer)
        return TOO_SLOW


def _chunks(response: httpx2.Response) -> aclosing[AsyncGenerator[bytes]]:
    """The body piece by piece; closed when the caller stops, which `aiter_bytes` alone leaves to the loop."""
    return aclosing(response.aiter_bytes())
