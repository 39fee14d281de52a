"""The request log: for tests, and for the access log on the terminal."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from schemaloom.settings.provider import Auth

_KEPT = 10_000
_BODY_KEPT = 16 * 1024
_REDACTED = "[redacted]"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """One request and the status it was answered with."""

    method: str
    path: str
    query: str
    """A key in it is redacted."""
    route: str | None
    """Name of the route, such as ``submit``; None when no route matched."""
    status: int | None
    """None when the connection was closed without an answer."""
    key_sent: bool
    """Whether a key was sent: where the provider expects it, or in any other header or parameter."""
    headers: Mapping[str, str]
    """Request headers in lower case; those that carry a key are redacted."""
    body: bytes
    """The request's body, its first 16 KiB."""
    host: str
    """``api`` or ``files``: which of the two origins was asked."""
    faults: tuple[str, ...] = ()
    """Faults applied to it, as they were spelled."""

    def __str__(self) -> str:
        target = f"{self.path}?{self.query}" if self.query else self.path
        fault = f"  fault: {', '.join(self.faults)}" if self.faults else ""
        # A path is untrusted text; escaping keeps it on one line of a terminal.
        shown = target.encode("unicode_escape").decode("ascii")
        return f"{self.method} {shown} {self.status or 'closed'}{fault}"


class RequestLog:
    """The last ten thousand requests, oldest first.

    A request is recorded before its response is sent, so a client with the response finds it.
    """

    def __init__(self, listener: Callable[[LoggedRequest], None] | None = None) -> None:
        """`listener` is called with every request as it is recorded."""
        self._exchanges: deque[LoggedRequest] = deque(maxlen=_KEPT)
        self._listener = listener

    def __iter__(self) -> Iterator[LoggedRequest]:
        return iter(tuple(self._exchanges))

    def __len__(self) -> int:
        return len(self._exchanges)

    def __getitem__(self, index: int) -> LoggedRequest:
        return self._exchanges[index]

    def of(self, route: str) -> list[LoggedRequest]:
        """Return the requests of one route, such as ``submit``."""
        return [exchange for exchange in self if exchange.route == route]

    def clear(self) -> None:
        """Forget everything so far."""
        self._exchanges.clear()

    def add(self, exchange: LoggedRequest) -> None:
        """Record one request."""
        self._exchanges.append(exchange)
        if self._listener is not None:
            self._listener(exchange)


def truncate_body(body: bytes) -> bytes:
    """Return as much of a body as is recorded."""
    return body[:_BODY_KEPT]


def redact(headers: Mapping[str, str], query: str, auth: Auth, key: str | None) -> tuple[dict[str, str], str, bool]:
    """Headers and a query that are safe to keep, and whether a key was among them."""
    names = {name.lower() for name, value in auth.headers.items() if "{key}" in value} | {(auth.header or "").lower()}
    safe: dict[str, str] = {}
    parameters: list[str] = []
    sent = False
    for name, value in headers.items():
        secret = name in names or (key is not None and key in value)
        safe[name] = _REDACTED if secret else value
        sent = sent or secret
    for parameter in query.split("&"):
        name, _, value = parameter.partition("=")
        secret = bool(value) and (unquote_plus(name) == auth.query or (key is not None and key in unquote_plus(value)))
        parameters.append(f"{name}={_REDACTED}" if secret else parameter)
        sent = sent or secret
    return safe, "&".join(parameters), sent
