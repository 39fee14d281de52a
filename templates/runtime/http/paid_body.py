"""The body of a request that may cost money, and what is known of how far it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

import anyio.lowlevel
import httpx2

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from ..core.departure import Departure

_END = 64
"""Bytes that are written alone, after all others; of a short body, half of it.  If writing the others failed or was
interrupted, no server has the whole request.  They include the closing boundary of a form."""
_WRITTEN = ("http11.send_request_body.complete", "http11.send_request_body.failed")
"""Events of httpcore after the last write; only of HTTP/1.1, where nothing else uses the connection."""


class _Socket(Protocol):
    def fileno(self) -> int: ...


class _Connection(Protocol):
    def get_extra_info(self, info: str) -> object: ...


def begin(departure: Departure) -> None:
    """Let a request leave.  Raises `httpx2.LocalProtocolError` if it was given up before."""
    if not departure.begin():
        raise httpx2.LocalProtocolError("given up before it was sent")


class PaidBody(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body that begins to leave when its end is read: without the end, the request is incomplete.

    Whether writing the end failed is read from the HTTP library's ``trace`` extension: the library
    goes on to an answer, as if it might come.
    """

    def __init__(self, content: bytes, departure: Departure) -> None:
        end = max(len(content) - _END, len(content) // 2)
        # asyncio reports a failed write at the next one, so a byte is written in between.
        self._first = [piece for piece in (content[: end - 1], content[end - 1 : end]) if piece]
        self._end = content[end:]
        self._departure = departure
        self._socket: _Socket | None = None

    def __iter__(self) -> Iterator[bytes]:
        yield from self._first
        begin(self._departure)
        yield self._end

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._first:
            yield piece
        begin(self._departure)
        yield self._end

    def trace(self, event: str, _info: Mapping[str, object]) -> None:
        """Note a write that raised."""
        if event == "http11.send_request_body.failed":
            self._departure.is_cut = True

    async def atrace(self, event: str, info: Mapping[str, object]) -> None:
        """Note a write after which the connection is closed: asyncio closes it, and raises nothing."""
        if event == "connection.connect_tcp.complete":
            connection = cast("_Connection", info["return_value"])
            self._socket = cast("_Socket | None", connection.get_extra_info("socket"))
        elif event in _WRITTEN and self._socket is not None:
            await anyio.lowlevel.checkpoint()  # lets asyncio close it
            self._departure.is_cut = self._socket.fileno() == -1
