"""Connections of an asynchronous client: one set for each process and event loop, which they cannot leave."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import anyio
import anyio.lowlevel
import httpx2

from ..core.errors import ConfigurationError
from ..core.fork import undisturbed
from .httpx_adapter import CONCURRENCY, LIMITS, mounts, tls, unusable
from .other_client import adopted_async

if TYPE_CHECKING:
    from collections.abc import Generator
    from concurrent.futures import Executor

    from ..core.departure import Departure
    from .other_client import AsyncHttpClient


class LoopConnections(NamedTuple):
    """The connections of one process and event loop."""

    process: int
    client: httpx2.AsyncClient
    paying: httpx2.AsyncClient
    """For requests that may cost money."""
    slots: anyio.Semaphore
    threads: Executor
    """For blocking work."""
    unfinished: dict[anyio.Event, Departure | None]
    """For each effect under way that an interruption waits for: what is set at its end, and its departure."""

    @contextmanager
    def finishing(self, departure: Departure | None) -> Generator[None]:
        """Have `AsyncConnections.close` wait for the ``with`` block, with a `departure` once that has begun."""
        ended = anyio.Event()
        self.unfinished[ended] = departure
        try:
            yield
        finally:
            del self.unfinished[ended]
            ended.set()

    def next_end(self) -> anyio.Event | None:
        """Return what is set at the end of an effect that has to be waited for, or None if there is none."""
        return next((ended for ended, leaving in self.unfinished.items() if leaving is None or leaving.has_begun), None)


class AsyncConnections:
    """The HTTP clients of an asynchronous transport: its own two for each event loop, or one of the caller's."""

    def __init__(self, http_client: AsyncHttpClient | None, *, direct: str = "") -> None:
        """Raises `ConfigurationError` if a proxy or certificate of the environment cannot be used."""
        self._direct = direct
        self._http_client = http_client
        self._closed = False
        self._by_loop: WeakKeyDictionary[object, LoopConnections] = WeakKeyDictionary()
        # Made at once, as nothing may hold up an event loop later; the first loop takes them.
        given = None if http_client is None else adopted_async(http_client)
        first = (given, given) if given else (self._new_client(), self._new_client())
        self._unused = [first]
        self.headers = dict(first[0].headers)
        """The HTTP client's own."""

    def _new_client(self) -> httpx2.AsyncClient:
        try:
            return httpx2.AsyncClient(verify=tls(), limits=LIMITS, mounts=mounts(self._direct))
        except Exception as error:  # httpx2 raises whatever its parts raise
            raise unusable(error) from error

    @property
    def closed(self) -> bool:
        """Whether the connections are closed."""
        return self._closed if self._http_client is None else self._http_client.is_closed

    async def close(self) -> None:
        """Close the connections of this event loop, unless they are the caller's.

        Those of another loop can only be closed there.  Paid requests that have begun to leave are
        waited for, and until their outcome is recorded: `asyncio.gather` raises a cancellation while
        its other tasks wait for theirs.
        """
        found = self._by_loop.get(_event_loop())
        if self._http_client is None:
            self._closed = True
            self._by_loop.pop(_event_loop(), None)
        try:
            while found and (ended := found.next_end()):
                await ended.wait()
        finally:
            if self._http_client is None:
                for client in (found.client, found.paying) if found else self._unused.pop() if self._unused else ():
                    await client.aclose()

    def open(self) -> LoopConnections:
        """Return the connections of this process and event loop.

        Raises `ConfigurationError` if they are closed, or are the caller's and belong to another.
        """
        if self.closed:
            raise ConfigurationError("the client is closed; nothing was sent")
        with nullcontext() if self._by_loop else undisturbed():  # the first one imports what anyio needs
            loop = _event_loop()
        found = self._by_loop.get(loop)
        if found is None or found.process != os.getpid():
            try:
                client, paying = self._unused.pop()
            except IndexError:
                if self._http_client is not None:
                    raise ConfigurationError(
                        "http_client was used in another event loop or process: construct the client where it is used"
                    ) from None
                client, paying = self._new_client(), self._new_client()
            with undisturbed():  # the first semaphore imports what anyio needs for this kind of event loop
                slots = anyio.Semaphore(CONCURRENCY)
                threads = ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="blocking work")
            found = self._by_loop[loop] = LoopConnections(os.getpid(), client, paying, slots, threads, {})
        return found


def _event_loop() -> object:
    token = anyio.lowlevel.current_token()
    return getattr(token, "native_token", token)  # anyio before 4.11 gives the loop itself
