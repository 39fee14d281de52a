"""Carrying out effects on an event loop: the asynchronous twin of `Transport`."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import TypeVar, cast

import anyio
import httpx

from .effects import Effect, Failure, Fetch, Operation, Outcome, Pause, Reply, Send
from .transport import HTTP_ERRORS, TOO_SLOW, api_request, as_failure, as_reply, file_request, tls

T = TypeVar("T")


class AsyncTransport:
    """Runs operations with an `httpx.AsyncClient`, its own unless it is given one."""

    def __init__(self, http_client: httpx.AsyncClient | None = None) -> None:
        self._client = http_client or httpx.AsyncClient(verify=tls())
        self._owned = http_client is None

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
        while True:
            try:
                effect = operation.send(outcome)
            except StopIteration as stop:
                return cast("T", stop.value)
            try:
                outcome = await self._carry_out(effect)
            except BaseException as error:
                operation.throw(error)
                raise

    async def _carry_out(self, effect: Effect) -> Outcome:
        match effect:
            case Pause():
                await anyio.sleep(effect.seconds)
                return None
            case Send():
                return await self._send(effect)
            case Fetch():
                return await self._fetch(effect)

    async def _send(self, effect: Send) -> Reply | Failure:
        end = time.monotonic() + effect.timeout
        content = bytearray()
        try:
            request = api_request(self._client, effect)
            response = await self._client.send(request, stream=True, auth=None, follow_redirects=False)
            async with aclosing(response):
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if time.monotonic() > end:
                        return TOO_SLOW
        except HTTP_ERRORS as error:
            return as_failure(error)
        return as_reply(response, bytes(content))

    async def _fetch(self, effect: Fetch) -> Reply | Failure:
        try:
            request = file_request(effect)
            response = await self._client.send(request, stream=True, auth=None, follow_redirects=True)
            async with aclosing(response):
                if effect.receiver.begin(as_reply(response)):
                    async for chunk in response.aiter_bytes():
                        effect.receiver.write(chunk)
        except HTTP_ERRORS as error:
            return as_failure(error)
        return as_reply(response)
