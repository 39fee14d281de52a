"""Requests and answers of the API and of file hosts, as httpx2 has them: importing this module imports it."""

from __future__ import annotations

import ssl
from functools import lru_cache
from typing import TYPE_CHECKING

import httpx2

from ..core.effects import EVENT_STREAM, Download, Send
from ..core.outcome import Failure, Reply
from .other_client import KeyedURL
from .prefetch import TOO_SLOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from ..core.departure import Departure

# Errors of establishing a connection; all others may occur after the request was sent.
_NEVER_SENT = (
    httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError, httpx2.InvalidURL,
    httpx2.UnsupportedProtocol, httpx2.LocalProtocolError,
)  # fmt: skip
HTTP_ERRORS = (httpx2.RequestError, httpx2.InvalidURL)
MAX_CONTENT = 32 * 1024 * 1024
"""Bytes of an API answer, decompressed; a job document has a few thousand."""
_BODY_END = 64
"""Bytes of a paid request that are written alone, after all others; of a short one, half of it.  If writing the others
failed or was interrupted, no server has the whole request.  They include the closing boundary of a form."""
_BROKEN = (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError)
"""Errors with which a socket takes none of the bytes, now or later; of TLS, not the whole record."""
TOO_LARGE = Failure(f"the answer is longer than {MAX_CONTENT} bytes", never_sent=False)


class _KeyedURL(KeyedURL, httpx2.URL):
    """A URL whose query holds the key."""


@lru_cache(maxsize=256)
def _parsed(url: str) -> httpx2.URL:
    """Parsing takes as long as the rest of a request, and most go where another went before."""
    return httpx2.URL(url)


def api_request(effect: Send, defaults: Mapping[str, str]) -> httpx2.Request:
    """The request with the key, which is added last and to this one request only.

    `defaults` are the HTTP client's own headers.  It would add them itself, and take longer for
    that than all of this package takes.
    """
    connect = min(effect.connect_timeout, effect.timeout)
    timeouts = {"connect": connect, "read": effect.timeout, "write": effect.timeout, "pool": effect.timeout}
    url = effect.credential.attach_query(effect.url)
    request = httpx2.Request(
        effect.method,
        _parsed(url),
        headers={**defaults, **effect.headers},
        content=effect.content,
        extensions={"timeout": timeouts},
    )
    if url != effect.url:
        request.url = _KeyedURL(request.url)
    effect.credential.attach(request.headers)
    if effect.departure is not None:
        # A connection that is used again may be about to be closed by the server, which leaves the
        # outcome unknown, or may hold a stray answer.  So these requests share none: their HTTP
        # client sends nothing else, and keeps no connection.
        request.headers["connection"] = "close"
        if effect.content is None:
            _begin(effect.departure)  # the headers are the whole request
        else:
            request.stream = Body(effect.content, effect.departure)
    return request


def _begin(departure: Departure) -> None:
    if not departure.begin():
        raise httpx2.LocalProtocolError("given up before it was sent")


class Body(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """The body of a request that begins to leave when the end of its body is read: without it, it is incomplete."""

    def __init__(self, content: bytes, departure: Departure) -> None:
        end = max(len(content) - _BODY_END, len(content) // 2)
        # asyncio reports a failed write at the next one, so a byte is written in between.
        self._first = [piece for piece in (content[: end - 1], content[end - 1 : end]) if piece]
        self._end = content[end:]
        self._departure = departure

    def __iter__(self) -> Iterator[bytes]:
        yield from self._first
        _begin(self._departure)
        yield self._end

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._first:
            yield piece
        _begin(self._departure)
        yield self._end

    def trace(self, event: str, info: Mapping[str, object]) -> None:
        """Note a write that failed because the connection was broken: an HTTP client reads on for an answer.

        Only a blocking client raises the error of the write itself.  An event loop reports whatever broke the
        connection since, even after the whole request.
        """
        error = info.get("exception") if event == "http11.send_request_body.failed" else None
        if isinstance(error, Exception) and isinstance(error.__cause__, _BROKEN):
            self._departure.is_cut = True


def file_request(effect: Download) -> httpx2.Request:
    """A request built from nothing: no defaults, cookies or credentials of any client are in it."""
    return httpx2.Request(
        "GET",
        effect.url,
        headers={
            "accept": "*/*",
            "accept-encoding": "identity",  # a decoded body cannot be resumed, and media are compressed already
            "user-agent": effect.user_agent,
            **effect.receiver.headers(),
        },
        extensions={"timeout": httpx2.Timeout(min(effect.timeout, effect.deadline.remaining)).as_dict()},
    )


def as_reply(response: httpx2.Response) -> Reply:
    """Status and headers, as the client logic reads them."""
    raw = response.headers.raw
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}
    return Reply(response.status_code, headers, b"")


def api_reply(effect: Send, response: httpx2.Response, content: bytes) -> Reply:
    """The answer of the API without the key, whatever of its request it repeats."""
    credential = effect.credential
    found = as_reply(response)
    headers = {credential.scrub(name): credential.scrub(value) for name, value in found.headers.items()}
    return Reply(found.status, headers, credential.scrub_bytes(content))


def as_failure(error: Exception) -> Failure:
    """Return `error` as an outcome: its message only."""
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Failure(reason, never_sent=isinstance(error, _NEVER_SENT))


def api_failure(effect: Send, error: Exception) -> Failure:
    """Return `error` as the outcome of an API call, without the key.

    A request that has not begun to leave is kept from leaving later.
    """
    found = as_failure(error)
    departure = effect.departure
    unsent = found.never_sent or (departure is not None and (departure.is_cut or departure.abandon()))
    return Failure(effect.credential.scrub(found.reason), never_sent=unsent)


def too_slow(effect: Send) -> Failure:
    """The outcome of an exchange that took longer than its timeout."""
    if effect.departure is not None and effect.departure.abandon():
        return Failure("the request could not be sent in time", never_sent=True)
    return TOO_SLOW


def refusal(effect: Send, response: httpx2.Response) -> Reply | None:
    """Return the answer to a paid request if its status alone proves that no job was started.

    So it counts even if its body is cut, damaged or endless.
    """
    if effect.departure is None or not response.is_client_error:
        return None
    return api_reply(effect, response, b"")


def is_heard(effect: Send, response: httpx2.Response) -> bool:
    """Whether the body is for the effect's listener, too: a success in events."""
    return effect.listener is not None and response.is_success and as_reply(response).media_type == EVENT_STREAM
