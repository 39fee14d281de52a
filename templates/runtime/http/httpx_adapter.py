"""Connections and everything else that is httpx: importing this module imports it."""

from __future__ import annotations

import time
from contextlib import closing
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import httpx

from ..core.effects import Download, Failure, Reply, Send
from .prefetch import TOO_SLOW, Piece, read_ahead

if TYPE_CHECKING:
    import ssl
    from collections.abc import Generator, Mapping

# Errors of establishing a connection; all others may strike after the request was sent.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.InvalidURL)
HTTP_ERRORS = (httpx.RequestError, httpx.InvalidURL)
AT_ONCE = 32
"""Exchanges at the same time on an event loop: httpx's pool takes time that grows with the square."""
LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=AT_ONCE)


@cache
def tls() -> ssl.SSLContext:
    """The process's one TLS context: reading the certificates takes longer than all else in a new client."""
    return httpx.create_ssl_context()


@lru_cache(maxsize=256)
def _parsed(url: str) -> httpx.URL:
    """Parsing takes as long as the rest of a request, and most go where another went before."""
    return httpx.URL(url)


def api_request(effect: Send, defaults: Mapping[str, str]) -> httpx.Request:
    """The request with the key, which is added last and to this one request only.

    `defaults` are the HTTP client's own headers.  It would add them itself, and take longer for
    that than all of this package takes.
    """
    connect = min(effect.connect_timeout, effect.timeout)
    timeouts = {"connect": connect, "read": effect.timeout, "write": effect.timeout, "pool": effect.timeout}
    request = httpx.Request(
        effect.method,
        _parsed(effect.url),
        headers={**defaults, **effect.headers},
        content=effect.content,
        extensions={"timeout": timeouts},
    )
    effect.credential.attach(request.headers)
    return request


def file_request(effect: Download) -> httpx.Request:
    """A request built from nothing: no defaults, cookies or credentials of any client are in it."""
    return httpx.Request(
        "GET",
        effect.url,
        headers={"accept": "*/*", "user-agent": effect.user_agent, **effect.receiver.headers()},
        extensions={"timeout": httpx.Timeout(min(effect.timeout, effect.deadline.remaining)).as_dict()},
    )


def as_reply(response: httpx.Response, content: bytes = b"") -> Reply:
    """Status, headers and body, as the client logic reads them."""
    raw = response.headers.raw
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}
    return Reply(response.status_code, headers, content)


def as_failure(error: Exception) -> Failure:
    """The outcome an httpx error stands for; its text only, as its request holds the key."""
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Failure(reason, never_sent=isinstance(error, _NEVER_SENT))


class Connections:
    """An `httpx.Client` as a transport uses it."""

    def __init__(self, http_client: httpx.Client | None) -> None:
        self._client = http_client or httpx.Client(verify=tls(), limits=LIMITS)
        self._owned = http_client is None
        self._headers = dict(self._client.headers)

    @property
    def closed(self) -> bool:
        """Whether the connections are gone."""
        return self._client.is_closed

    def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        if self._owned:
            self._client.close()

    def send(self, effect: Send) -> Reply | Failure:
        """One exchange with the API."""
        end = time.monotonic() + effect.timeout
        content = bytearray()
        try:
            request = api_request(effect, self._headers)
            with closing(self._client.send(request, stream=True, auth=None, follow_redirects=False)) as response:
                for chunk in response.iter_bytes():
                    content += chunk
                    if time.monotonic() > end:
                        return TOO_SLOW
        except HTTP_ERRORS as error:
            return as_failure(error)
        return as_reply(response, bytes(content))

    def fetch(self, effect: Download) -> Reply | Failure:
        """One answer of a file host, written down as it comes."""
        outcome: Reply | Failure = TOO_SLOW
        with closing(read_ahead(self._answer(effect), effect.deadline)) as pieces:
            for piece in pieces:
                if isinstance(piece, bytes):
                    effect.receiver.write(piece)
                    continue
                outcome = piece
                if isinstance(piece, Failure) or not effect.receiver.begin(piece):
                    break
        return outcome

    def _answer(self, effect: Download) -> Generator[Piece]:
        try:
            request = file_request(effect)
            with closing(self._client.send(request, stream=True, auth=None, follow_redirects=False)) as response:
                yield as_reply(response)
                yield from response.iter_bytes()
        except HTTP_ERRORS as error:
            yield as_failure(error)
