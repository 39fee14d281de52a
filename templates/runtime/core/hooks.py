"""Callbacks around every HTTP exchange with the API: for tracing, metrics and audit logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from logging import Logger


class Exchange:
    """One HTTP exchange: the same object before and after, without key, body or query."""

    def __init__(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        status: int | None = None,
        failure: str | None = None,
        request_id: str | None = None,
        seconds: float | None = None,
        state: dict[str, object] | None = None,
    ) -> None:
        self.method = method
        self.url = url
        """Without its query."""
        self.headers = headers
        """Extra headers to send, such as ``traceparent``.  They are sent to the API's origin only."""
        self.status = status
        """Status of the API's response; ``None`` before the response and if there was none."""
        self.failure = failure
        """Why there was no response."""
        self.request_id = request_id
        self.seconds = seconds
        """From sending to the last byte of the response."""
        self.state: dict[str, object] = {} if state is None else state
        """Your own values: `Hooks.on_request` stores one, such as a span, and `Hooks.on_response` reads it."""

    def __repr__(self) -> str:
        return f"Exchange({self.method!r}, {self.url!r}, status={self.status}, failure={self.failure!r})"


class Hooks(NamedTuple):
    """Called in the thread or task that makes the call; they must not block for long.

    An exception in a hook is logged and otherwise ignored, because raising it after a job was
    paid for would lose the job.  With OpenTelemetry::

        def begin(exchange):
            exchange.state["span"] = span = tracer.start_span(exchange.method)
            inject(exchange.headers, trace.set_span_in_context(span))

        def end(exchange):
            span = exchange.state["span"]
            span.set_attribute("http.response.status_code", exchange.status or 0)
            span.end()

        hooks = Hooks(begin, end)  # the argument `hooks` of a client
    """

    on_request: Callable[[Exchange], object] | None = None
    """Before each exchange, retries included."""
    on_response: Callable[[Exchange], object] | None = None
    """After each exchange, with or without a response."""


def notify(log: Logger, hook: Callable[[Exchange], object] | None, exchange: Exchange) -> None:
    """Call a hook, if there is one; log its exception."""
    if hook is None:
        return
    try:
        hook(exchange)
    except Exception as error:  # noqa: BLE001  see `Hooks`
        log.warning("a hook failed: %s: %s", type(error).__name__, error)
