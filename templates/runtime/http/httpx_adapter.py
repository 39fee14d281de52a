"""Connections and everything else that is httpx2: importing this module imports it."""

from __future__ import annotations

import ssl
from contextlib import closing, suppress
from functools import cache, lru_cache
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import httpx2

from ..core.deadline import Deadline
from ..core.effects import EVENT_STREAM, Download, Failure, Reply, Send
from ..core.errors import ConfigurationError
from ..core.fork import undisturbed
from .other_client import KeyedURL, adopted
from .prefetch import TOO_SLOW, Piece, read_ahead
from .worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Iterator, Mapping

    from ..core.departure import Departure
    from .other_client import HttpClient

# Errors of establishing a connection; all others may occur after the request was sent.
_NEVER_SENT = (
    httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError, httpx2.InvalidURL,
    httpx2.UnsupportedProtocol, httpx2.LocalProtocolError,
)  # fmt: skip
HTTP_ERRORS = (httpx2.RequestError, httpx2.InvalidURL)
CONCURRENCY = 32
"""Exchanges at the same time on an event loop: httpx2's pool takes time that grows with the square."""
LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=CONCURRENCY)
MAX_CONTENT = 32 * 1024 * 1024
"""Bytes of an API answer, decompressed; a job document has a few thousand."""
_BODY_END = 64
"""Bytes of a paid request that are written alone, after all others; of a short one, half of it.  If writing the others
failed or was interrupted, no server has the whole request.  They include the closing boundary of a form."""
_BROKEN = (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError)
"""Errors with which a socket takes none of the bytes, now or later; of TLS, not the whole record."""
TOO_LARGE = Failure(f"the answer is longer than {MAX_CONTENT} bytes", never_sent=False)


@cache
def tls() -> ssl.SSLContext:
    """The process's one TLS context: reading the certificates takes longer than all else in a new client."""
    with undisturbed():
        return httpx2.create_ssl_context()


def mounts(direct: str) -> dict[str, None]:
    """The `mounts` of a client that reaches the host `direct` without a proxy; empty for no such host."""
    return {f"all://{direct}": None} if direct else {}


def unusable(error: Exception) -> ConfigurationError:
    """The error for settings of the environment with which no HTTP client can be made."""
    return ConfigurationError(
        f"the proxy or certificate settings of the environment cannot be used "
        f"(HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE, ...); nothing was sent: {type(error).__name__}: {error}"
    )


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
            request.stream = _Body(effect.content, effect.departure)
    return request


def _begin(departure: Departure) -> None:
    if not departure.begin():
        raise httpx2.LocalProtocolError("given up before it was sent")


class _Body(httpx2.SyncByteStream, httpx2.AsyncByteStream):
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
        headers={"accept": "*/*", "user-agent": effect.user_agent, **effect.receiver.headers()},
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


class Exchange(Worker["Reply | Failure"]):
    """One exchange with the API, in a thread of its own and within its timeout, whatever the server does."""

    def __init__(self, client: httpx2.Client, effect: Send, defaults: Mapping[str, str]) -> None:
        super().__init__(self._send, name="api call")
        self._client = client
        self._effect = effect
        self._defaults = defaults
        self._wanted = True
        self._refusal: Reply | None = None
        self._deadline = Deadline(effect.timeout)
        self._heard: SimpleQueue[bytes] = SimpleQueue()

    def outcome(self) -> Reply | Failure:
        """Wait for the answer; what interrupts the wait does not end the exchange."""
        if self.wait(self._deadline.remaining):
            return self.result
        self.give_up()
        return self._refusal or too_slow(self._effect)

    def heard(self) -> Generator[bytes]:
        """Yield the body that is for the listener while it arrives, until it ends or the timeout does."""
        with suppress(Empty):
            while content := self._heard.get(timeout=self._deadline.remaining):
                yield content

    def give_up(self) -> None:
        """Read no further."""
        self._wanted = False

    def _send(self) -> Reply | Failure:
        try:
            return self._exchange()
        finally:
            self._heard.put(b"")

    def _exchange(self) -> Reply | Failure:
        content = bytearray()
        try:
            request = api_request(self._effect, self._defaults)
            if isinstance(request.stream, _Body):
                request.extensions["trace"] = request.stream.trace
            with closing(self._client.send(request, stream=True, auth=None, follow_redirects=False)) as response:
                self._refusal = refusal(self._effect, response)
                hears = is_heard(self._effect, response)
                for chunk in response.iter_bytes():
                    content += chunk
                    if hears and chunk:
                        self._heard.put(chunk)
                    if not self._wanted:
                        return TOO_SLOW
                    if len(content) > MAX_CONTENT:
                        return self._refusal or TOO_LARGE
        except Exception as error:  # noqa: BLE001  no error here may hide the outcome of the request
            return self._refusal or api_failure(self._effect, error)
        return api_reply(self._effect, response, bytes(content))


class Connections:
    """The HTTP clients of a transport: its own two, or one of the caller's."""

    def __init__(self, http_client: HttpClient | None, *, direct: str = "") -> None:
        """Raises `ConfigurationError` if a proxy or certificate of the environment cannot be used."""
        given = None if http_client is None else adopted(http_client)
        try:
            self._client = given or httpx2.Client(verify=tls(), limits=LIMITS, mounts=mounts(direct))
            self._paying = given or httpx2.Client(verify=tls(), limits=LIMITS, mounts=mounts(direct))
        except Exception as error:  # httpx2 raises whatever its parts raise
            raise unusable(error) from error
        self._owned = http_client is None
        self._headers = dict(self._client.headers)

    @property
    def closed(self) -> bool:
        """Whether the connections are closed."""
        return self._client.is_closed

    def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        if self._owned:
            self._client.close()
            self._paying.close()

    def exchange(self, effect: Send) -> Exchange:
        """Return an exchange with the API, which the caller starts."""
        client = self._client if effect.departure is None else self._paying
        return Exchange(client, effect, self._headers)

    def listen(self, effect: Send) -> Generator[Piece]:
        """The answer of the API to `effect`, piece by piece; all of it at once if it is no success."""
        return read_ahead(self._pieces(effect), effect.stream or Deadline())

    def _pieces(self, effect: Send) -> Generator[Piece]:
        try:
            request = api_request(effect, self._headers)
            with closing(self._client.send(request, stream=True, auth=None, follow_redirects=False)) as response:
                content = bytearray()
                if not response.is_success:
                    for chunk in response.iter_bytes():
                        content += chunk[: MAX_CONTENT - len(content)]
                yield api_reply(effect, response, bytes(content))
                if response.is_success:
                    yield from response.iter_bytes()
        except Exception as error:  # noqa: BLE001  httpx2 raises whatever its parts raise
            yield api_failure(effect, error)

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
