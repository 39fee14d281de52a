"""Fetching result files: without the key, whoever hosts them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

from .atomic_file import AtomicFile
from .effects import Fetch, Operation, Pause, Reply, Sink, ask
from .errors import DownloadFailed

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from .async_transport import AsyncTransport
    from .context import Context
    from .transport import Transport

T = TypeVar("T")


class Files:
    """How one client fetches files; used by the assets of its results.

    A blocking call on an asynchronous client's asset, the reverse, and any call after the
    client was closed work too: they open a connection of their own, as there is no key to lose.
    """

    def __init__(
        self, context: Context, *, transport: Transport | None = None, async_transport: AsyncTransport | None = None
    ) -> None:
        self._context = context
        self._transport = transport
        self._async_transport = async_transport

    def perform(self, operation: Operation[T]) -> T:
        """Carry out a download, blocking."""
        if self._transport is not None and not self._transport.closed:
            return self._transport.perform(operation)
        from .transport import Transport  # imports httpx

        own = Transport()
        try:
            return own.perform(operation)
        finally:
            own.close()

    async def aperform(self, operation: Operation[T]) -> T:
        """Carry out a download on the running event loop."""
        if self._async_transport is not None and not self._async_transport.closed:
            return await self._async_transport.perform(operation)
        from .async_transport import AsyncTransport  # imports httpx

        own = AsyncTransport()
        try:
            return await own.perform(operation)
        finally:
            await own.close()

    def save(self, url: str, path: str | os.PathLike[str]) -> Operation[Path]:
        """Download into a file that appears complete or not at all."""
        with AtomicFile(path) as draft:
            yield from self.download(url, draft.file)
        return draft.path

    def download(self, url: str, sink: Sink) -> Operation[None]:
        """Write what `url` holds into `sink`, from its beginning on every attempt.

        Raises `DownloadFailed` after the retries, and at once for a scheme other than http,
        https and data.
        """
        name = shown(url)
        scheme = url.partition(":")[0].lower()
        if scheme == "data":
            sink.write(_decode(url, name))
            return
        if scheme not in {"http", "https"}:
            raise DownloadFailed(name, reason="only http, https and data URLs are fetched")
        attempt = 0
        while True:
            attempt += 1
            sink.seek(0)
            sink.truncate()
            outcome = yield from ask(Fetch(url, sink, self._context.user_agent, self._context.timeout))
            if isinstance(outcome, Reply) and outcome.status == 200:
                return
            pause = self._context.retries.pause(outcome, attempt=attempt, repeatable=True)
            if pause is None:
                raise _failed(name, outcome.status if isinstance(outcome, Reply) else outcome.reason)
            yield Pause(pause)


def _failed(name: str, answer: int | str) -> DownloadFailed:
    if isinstance(answer, str):
        return DownloadFailed(name, reason=answer)
    gone = " (result files expire)" if answer in {403, 404, 410} else ""
    return DownloadFailed(name, reason=f"the file host answered {answer}{gone}", status=answer)


def _decode(url: str, name: str) -> bytes:
    """The content of a data URL (RFC 2397)."""
    head, comma, data = url.partition(",")
    if not comma:
        raise DownloadFailed(name, reason="the data URL has no content")
    content = unquote_to_bytes(data)
    if not head.lower().endswith(";base64"):
        return content
    try:
        return base64.b64decode(content)
    except ValueError:
        raise DownloadFailed(name, reason="the data URL is not valid base64") from None


def shown(url: str) -> str:
    """The URL for messages: no query, which may hold a signature; no content of a data URL."""
    if url[:5].lower() == "data:":
        return url.partition(",")[0][:100] + ",…"
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.partition("?")[0]
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
