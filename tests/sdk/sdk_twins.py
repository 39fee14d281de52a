"""The asynchronous client behind a blocking face, so that one test drives both twins."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from runtime.async_client import AsyncClient
from runtime.files.file import File
from runtime.files.outputs import Output
from runtime.jobs.account_jobs import AsyncJobs
from runtime.jobs.handles import AsyncJob


class Blocking:
    """Any object of the asynchronous surface; awaitables are awaited on a loop in a thread."""

    def __init__(self, target: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._target = target
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return self._face(getattr(self._target, name))

    def _face(self, value: Any) -> Any:
        if isinstance(value, AsyncClient | AsyncJob | AsyncJobs):
            return Blocking(value, self._loop)
        if asyncio.iscoroutine(value):
            return self._face(self._run(value))
        if isinstance(value, AsyncIterator):
            return self._each(value)
        if callable(value) and not isinstance(value, type):
            return self._call(value)
        return value

    def _call(self, method: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **options: self._face(method(*args, **options))

    def _each(self, values: AsyncIterator[Any]) -> Iterator[Any]:
        async def step() -> Any:
            return await anext(values)

        while True:
            try:
                yield self._run(step())
            except StopAsyncIteration:
                return

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


@contextmanager
def event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Twin:
    """Makes clients of one kind, and calls the methods of assets that belong to it."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._loop = loop
        self._clients: list[Any] = []

    def client(self, blocking: type, asynchronous: type, *args: Any, **options: Any) -> Any:
        if self._loop is None:
            client = blocking(*args, **options)
        else:
            client = Blocking(asynchronous(*args, **options), self._loop)
        self._clients.append(client)
        return client

    def save(self, asset: File, path: Any, **options: Any) -> Any:
        return asset.save(path, **options) if self._loop is None else self._run(asset.asave(path, **options))

    def save_all(self, output: Output, folder: Any, **options: Any) -> Any:
        if self._loop is None:
            return output.save_all(folder, **options)
        return self._run(output.asave_all(folder, **options))

    def bytes(self, asset: File, **options: Any) -> bytes:
        return asset.bytes(**options) if self._loop is None else self._run(asset.abytes(**options))

    def open(self, asset: File, **options: Any) -> Any:
        return asset.open(**options) if self._loop is None else self._run(asset.aopen(**options))

    def close_http(self, blocking: httpx.Client, asynchronous: httpx.AsyncClient) -> None:
        """Close a pair of which only the one of this kind has been used."""
        blocking.close()
        if self._loop is not None:
            self._run(asynchronous.aclose())

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()
