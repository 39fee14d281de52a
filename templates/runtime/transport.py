"""Carrying out effects with blocking I/O.  This module and its asynchronous twin are all that knows httpx."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, TypeVar, cast

import httpx

from .clock import CLOCK
from .effects import Effect, Failure, Fetch, Local, Operation, Outcome, Pause, Reply, Send, must_finish

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping
    from types import FrameType

    from .clock import Clock

T = TypeVar("T")

# Errors of establishing a connection; all others may strike after the request was sent.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.InvalidURL)
HTTP_ERRORS = (httpx.RequestError, httpx.InvalidURL)
AT_ONCE = 32
"""Exchanges at the same time on an event loop: httpx's pool takes time that grows with the square."""
LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=AT_ONCE)
TOO_SLOW = Failure("the answer was not complete in time", never_sent=False)


@cache
def tls() -> ssl.SSLContext:
    """The process's one TLS context: reading the certificates takes longer than all else in a new client."""
    return httpx.create_ssl_context()


def api_request(effect: Send, defaults: Mapping[str, str]) -> httpx.Request:
    """The request with the key, which is added last and to this one request only.

    `defaults` are the HTTP client's own headers.  It would add them itself, and take longer for
    that than all of this package takes.
    """
    connect = min(effect.connect_timeout, effect.timeout)
    timeouts = {"connect": connect, "read": effect.timeout, "write": effect.timeout, "pool": effect.timeout}
    request = httpx.Request(
        effect.method,
        effect.url,
        headers={**defaults, **effect.headers},
        content=effect.content,
        extensions={"timeout": timeouts},
    )
    effect.credential.attach(request.headers)
    return request


def file_request(effect: Fetch) -> httpx.Request:
    """A request built from nothing: no defaults, cookies or credentials of any client are in it."""
    return httpx.Request(
        "GET",
        effect.url,
        headers={"accept": "*/*", "user-agent": effect.user_agent, **effect.receiver.headers()},
        extensions={"timeout": httpx.Timeout(effect.timeout).as_dict()},
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


class Transport:
    """Runs operations with an `httpx.Client`, its own unless it is given one."""

    def __init__(self, http_client: httpx.Client | None = None, *, clock: Clock = CLOCK) -> None:
        self._client = http_client or httpx.Client(verify=tls(), limits=LIMITS)
        self._owned = http_client is None
        self._headers = dict(self._client.headers)
        self._clock = clock

    @property
    def closed(self) -> bool:
        """Whether the connections are gone."""
        return self._client.is_closed

    def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        if self._owned:
            self._client.close()

    def perform(self, operation: Operation[T]) -> T:
        """Carry out an operation to its result.

        If carrying out an effect raises (Ctrl-C, a full disk), the operation sees it too: its
        ``with`` blocks clean up and add what they know.  An interruption of an exchange that may
        cost money waits for its answer, and strikes at the next effect; a second one does not wait.
        """
        outcome: Outcome = None
        interruption: BaseException | None = None
        while True:
            try:
                effect = operation.send(outcome)
            except StopIteration as stop:
                if interruption is not None:
                    raise interruption from None
                return cast("T", stop.value)
            except Exception as error:
                if interruption is not None:
                    raise interruption from error
                raise
            try:
                if must_finish(effect):
                    outcome, later = self._undisturbed(effect)
                    interruption = interruption or later
                elif interruption is not None:
                    raise interruption  # noqa: TRY301  the operation sees it below, as any other
                else:
                    outcome = self.carry_out(effect)
            except BaseException as error:
                operation.throw(error)
                raise

    def perform_all(self, operations: Iterator[Operation[None]], *, at_once: int | None) -> None:
        """Carry out many operations, some or all of them at a time; see `Juggler`."""
        from .juggling import Juggler

        Juggler(self, self._clock, operations, at_once=at_once).run()

    def _undisturbed(self, effect: Effect) -> tuple[Outcome, BaseException | None]:
        """Carry out an effect in full; the Ctrl-C that interrupted it comes second.

        Signals strike the main thread alone.  A program with a handler of its own has decided
        what Ctrl-C does, and keeps it.
        """
        main = threading.current_thread() is threading.main_thread()
        if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            return self.carry_out(effect), None
        struck: list[BaseException] = []

        def strike(number: int, frame: FrameType | None) -> None:
            if struck:
                signal.default_int_handler(number, frame)
            struck.append(KeyboardInterrupt())

        signal.signal(signal.SIGINT, strike)
        try:
            outcome = self.carry_out(effect)
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return outcome, struck[0] if struck else None

    def carry_out(self, effect: Effect) -> Outcome:
        """Do what an effect says."""
        match effect:
            case Pause():
                self._clock.sleep(effect.seconds)
                return None
            case Local():
                effect.work()
                return None
            case Send():
                return self._send(effect)
            case Fetch():
                return self._fetch(effect)

    def _send(self, effect: Send) -> Reply | Failure:
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

    def _fetch(self, effect: Fetch) -> Reply | Failure:
        try:
            request = file_request(effect)
            with closing(self._client.send(request, stream=True, auth=None, follow_redirects=True)) as response:
                if effect.receiver.begin(as_reply(response)):
                    for chunk in response.iter_bytes():
                        effect.receiver.write(chunk)
        except HTTP_ERRORS as error:
            return as_failure(error)
        return as_reply(response)
