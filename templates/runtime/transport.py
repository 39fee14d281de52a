"""Carrying out effects with blocking I/O.  This module and its asynchronous twin are all that knows httpx."""

from __future__ import annotations

import time
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, TypeVar, cast

import httpx

from .effects import Effect, Failure, Fetch, Operation, Outcome, Pause, Reply, Send

if TYPE_CHECKING:
    import ssl

T = TypeVar("T")

# Errors of establishing a connection; all others may strike after the request was sent.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.InvalidURL)
HTTP_ERRORS = (httpx.RequestError, httpx.InvalidURL)
TOO_SLOW = Failure("the answer was not complete in time", never_sent=False)


@cache
def tls() -> ssl.SSLContext:
    """The process's one TLS context: reading the certificates takes longer than all else in a new client."""
    return httpx.create_ssl_context()


def api_request(client: httpx.Client | httpx.AsyncClient, effect: Send) -> httpx.Request:
    """The request with the key, which is added last and to this one request only."""
    request = client.build_request(
        effect.method, effect.url, headers=dict(effect.headers), content=effect.content, timeout=effect.timeout
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
    return Reply(response.status_code, dict(response.headers.items()), content)


def as_failure(error: Exception) -> Failure:
    """The outcome an httpx error stands for; its text only, as its request holds the key."""
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Failure(reason, never_sent=isinstance(error, _NEVER_SENT))


class Transport:
    """Runs operations with an `httpx.Client`, its own unless it is given one."""

    def __init__(self, http_client: httpx.Client | None = None) -> None:
        self._client = http_client or httpx.Client(verify=tls())
        self._owned = http_client is None

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
        ``with`` blocks clean up and add what they know.
        """
        outcome: Outcome = None
        while True:
            try:
                effect = operation.send(outcome)
            except StopIteration as stop:
                return cast("T", stop.value)
            try:
                outcome = self._carry_out(effect)
            except BaseException as error:
                operation.throw(error)
                raise

    def _carry_out(self, effect: Effect) -> Outcome:
        match effect:
            case Pause():
                time.sleep(effect.seconds)
                return None
            case Send():
                return self._send(effect)
            case Fetch():
                return self._fetch(effect)

    def _send(self, effect: Send) -> Reply | Failure:
        end = time.monotonic() + effect.timeout
        content = bytearray()
        try:
            request = api_request(self._client, effect)
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
