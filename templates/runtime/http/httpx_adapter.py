"""Connections of a blocking client, and the exchanges over them: importing this module imports httpx2."""

from __future__ import annotations

from contextlib import closing, suppress
from functools import cache
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import httpx2

from ..core.deadline import Deadline
from ..core.effects import Download, Send
from ..core.errors import ConfigurationError
from ..core.fork import undisturbed
from ..core.outcome import Failure, Reply
from .messages import (
    HTTP_ERRORS,
    MAX_CONTENT,
    TOO_LARGE,
    Body,
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
from .other_client import adopted, read_already
from .prefetch import TOO_SLOW, Piece, read_ahead
from .worker import Worker

if TYPE_CHECKING:
    import ssl
    from collections.abc import Generator, Mapping

    from .other_client import HttpClient

CONCURRENCY = 32
"""Exchanges at the same time on an event loop: httpx2's pool takes time that grows with the square."""
LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=CONCURRENCY)
_LAST_LOOK = 0.5
"""Seconds for reading the answer to a paid request that came while this process was stopped, as by Ctrl-Z."""


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


class Exchange(Worker["Reply | Failure"]):
    """One exchange with the API, in a thread of its own and within its timeout, whatever the server does."""

    def __init__(self, client: httpx2.Client, effect: Send, defaults: Mapping[str, str]) -> None:
        super().__init__(self._send, name="api call")
        self._client = client
        self._effect = effect
        self._defaults = defaults
        self._wanted = True
        self._outcomes: list[Reply | Failure] = [] if effect.departure is None else effect.departure.outcomes
        self._deadline = Deadline(effect.timeout)
        self._heard: SimpleQueue[bytes] = SimpleQueue()

    def outcome(self) -> Reply | Failure:
        """Wait for the answer; what interrupts the wait does not end the exchange."""
        is_paid = self._effect.departure is not None
        if self.wait(self._deadline.remaining) or (is_paid and self.wait(_LAST_LOOK)):
            return self.result
        self.give_up()
        return self._outcomes[-1] if self._outcomes else too_slow(self._effect)

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
            self._outcomes.append(self._exchange())
            return self._outcomes[-1]
        finally:
            self._heard.put(b"")

    def _exchange(self) -> Reply | Failure:
        content = bytearray()
        refused: Reply | None = None
        try:
            request = api_request(self._effect, self._defaults)
            if isinstance(request.stream, Body):
                request.extensions["trace"] = request.stream.trace
            with closing(self._client.send(request, stream=True, auth=None, follow_redirects=False)) as response:
                if (refused := refusal(self._effect, response)) is not None:
                    self._outcomes.append(refused)
                hears = is_heard(self._effect, response)
                for chunk in response.iter_bytes():
                    content += chunk
                    if hears and chunk:
                        self._heard.put(chunk)
                    if not self._wanted:
                        return refused or TOO_SLOW
                    if len(content) > MAX_CONTENT:
                        return refused or TOO_LARGE
        except Exception as error:  # noqa: BLE001  no error here may hide the outcome of the request
            return refused or api_failure(self._effect, error)
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
                answer = read_already(response) or response
                yield as_reply(answer)
                yield from answer.iter_raw()  # the receiver decodes it, and knows whether it is whole
        except HTTP_ERRORS as error:
            yield as_failure(error)
