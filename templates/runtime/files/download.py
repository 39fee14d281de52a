"""Fetching result files: without the key, whoever hosts them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

from ..core.effects import Download, Operation, Reply, Sleep, ask
from ..core.errors import DownloadFailed, DownloadTimeout

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.deadline import Deadline
    from ..core.effects import Sink
    from ..http.async_transport import AsyncTransport
    from ..http.sync_transport import Transport

T = TypeVar("T")


class Downloader:
    """How one client fetches files; used by the files of its results.

    A blocking call on an asynchronous client's asset, the reverse, and any call after the
    client was closed work too: they open a connection of their own, as there is no key to lose.
    For the same reason it can be pickled, and results with it: in another process it fetches alone.
    """

    def __init__(
        self, context: Context, *, transport: Transport | None = None, async_transport: AsyncTransport | None = None
    ) -> None:
        # Not the context itself, which holds the key.
        self._user_agent = context.user_agent
        self._timeout = context.timeout
        self._retries = context.retries
        self._transport = transport
        self._async_transport = async_transport

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_transport": None, "_async_transport": None}

    def perform(self, operation: Operation[T]) -> T:
        """Carry out a download, blocking."""
        if self._transport is not None and not self._transport.closed:
            return self._transport.perform(operation)
        from ..http.sync_transport import Transport  # imports httpx

        own = Transport()
        try:
            return own.perform(operation)
        finally:
            own.close()

    async def aperform(self, operation: Operation[T]) -> T:
        """Carry out a download on the running event loop."""
        if self._async_transport is not None and not self._async_transport.closed:
            return await self._async_transport.perform(operation)
        from ..http.async_transport import AsyncTransport  # imports httpx

        own = AsyncTransport()
        try:
            return await own.perform(operation)
        finally:
            await own.close()

    def download(self, url: str, sink: Sink, deadline: Deadline) -> Operation[None]:
        """Write what `url` holds into `sink`.

        A connection that breaks is made again: for the missing rest where the host allows it,
        and else from the beginning.  Raises `DownloadFailed` after the retries, at once for
        a scheme other than http, https and data, and as `DownloadTimeout` at the deadline.
        """
        name = redact_url(url)
        scheme = url.partition(":")[0].lower()
        if scheme == "data":
            sink.write(_decode(url, name))
            return
        if scheme not in {"http", "https"}:
            raise DownloadFailed(name, reason="only http, https and data URLs are fetched")
        incoming = PartialDownload(sink)
        attempt = 0
        while True:
            attempt += 1
            outcome = yield from ask(Download(url, incoming, self._user_agent, self._timeout, deadline))
            if isinstance(outcome, Reply) and outcome.status in {200, 206} and incoming.begun:
                return
            if deadline.remaining <= 0:
                raise DownloadTimeout(name, received=incoming.size, waited=deadline.elapsed)
            if isinstance(outcome, Reply) and outcome.status in {206, 416} and incoming.headers():
                incoming.forget()  # the host has another idea of the rest: the whole file, then
                continue
            pause = self._retries.pause(outcome, attempt=attempt, repeatable=True)
            failed = _failed(name, outcome.status if isinstance(outcome, Reply) else outcome.reason)
            if pause is None:
                raise failed
            if pause >= deadline.remaining:
                raise DownloadTimeout(name, received=incoming.size, waited=deadline.elapsed) from failed
            yield Sleep(pause)


class PartialDownload:
    """A file on its way into `sink`: what is there of it, and how the rest is asked for."""

    def __init__(self, sink: Sink) -> None:
        self.begun = False
        """Whether the last answer was (the rest of) the file."""
        self.size = 0
        """Bytes that are there."""
        self._sink = sink
        self._version: str | None = None

    def headers(self) -> dict[str, str]:
        """Of a request for what is missing (RFC 9110 §14.2); empty to ask for the whole."""
        if not self.size or self._version is None:
            return {}
        # The host sends the whole file instead, should it be another one by now.
        return {"range": f"bytes={self.size}-", "if-range": self._version}

    def begin(self, reply: Reply) -> bool:
        """Whether the body of an answer is (the rest of) the file."""
        self.begun = False
        if reply.status == 200:
            self.forget()
            self._version = _version(reply)
        elif reply.status != 206 or not reply.headers.get("content-range", "").startswith(f"bytes {self.size}-"):
            return False
        self.begun = True
        return True

    def write(self, data: bytes) -> None:
        """Append to what is there."""
        self._sink.write(data)
        self.size += len(data)

    def forget(self) -> None:
        """Start over."""
        self._sink.seek(0)
        self._sink.truncate()
        self.size = 0
        self._version = None


def _version(reply: Reply) -> str | None:
    """What identifies this very content; ``None`` where a rest of it cannot be asked for."""
    headers = reply.headers
    if headers.get("accept-ranges", "").lower() != "bytes" or headers.get("content-encoding", "identity") != "identity":
        return None
    tag = headers.get("etag", "")
    return tag if tag.startswith('"') else headers.get("last-modified")  # a weak tag is not for ranges


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


def redact_url(url: str) -> str:
    """The URL for messages: no query, which may hold a signature; no content of a data URL."""
    if url[:5].lower() == "data:":
        return url.partition(",")[0][:100] + ",…"
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.partition("?")[0]
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
