"""Calling the API: pace, key, redirects and retries.  The only place that sends the key."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urljoin, urlsplit

from ..core.deadline import Deadline
from ..core.effects import Failure, Operation, Reply, Send, Sleep, request
from ..core.errors import ConfigurationError, ConnectionFailed, DeadlineExceeded, SDKError
from ..core.hooks import Exchange, notify
from ..core.json_document import ABSENT, Absent, JsonValue
from ..core.retry_policy import retry_after
from ..core.urls import join, origin
from .error_mapping import api_error
from .rate_limit_headers import exhausted_for

if TYPE_CHECKING:
    from ..core.context import Context

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3
_ENCODER = json.JSONEncoder(allow_nan=False)
_ASK_AGAIN = 5.0
"""Longest pause, in seconds, of one who queues: somebody before it may have given up."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API.  Only a GET is repeated freely: anything else may cost money."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: JsonValue | Absent = ABSENT


Sending: TypeAlias = "Callable[[Context, Call, Deadline], Operation[Reply | Failure]]"
"""One attempt at a call."""


def perform(context: Context, call: Call, deadline: Deadline, *, urgent: bool = False) -> Operation[Reply]:
    """The API's success, or the error that stands after all retries.

    What is `urgent` goes before everything else that waits for the pace.  Raises `APIError` by
    status, `ConnectionFailed`, or `DeadlineExceeded` when there is no time left to try (again).
    """
    outcome = yield from send_with_retries(context, call, deadline, urgent=urgent)
    if isinstance(outcome, Failure) or not outcome.ok:
        raise as_error(context, outcome)
    return outcome


def call_route(context: Context, method: str, path: str, body: JsonValue) -> Operation[Reply]:
    """Any route below the base URL; see `call`."""
    call = Call(method.upper(), join(context.base_url, path), body=ABSENT if body is None else body)
    return (yield from perform(context, call, Deadline()))


def send_once(context: Context, call: Call, deadline: Deadline) -> Operation[Reply | Failure]:
    """One exchange; a GET follows redirects as long as they stay on the API's origin."""
    url = call.url
    if origin(url) != context.origin:
        raise ConfigurationError(f"{url} is not on the API's origin {context.base_url}; the key stays there")
    headers = {
        "accept": "application/json",
        "user-agent": context.user_agent,
        **context.options.headers,
        **call.headers,
    }
    content = None
    if not isinstance(call.body, Absent):
        headers["content-type"] = "application/json"
        content = _ENCODER.encode(call.body).encode()
    repeatable = call.method == "GET"
    redirects = 0
    while True:
        exchange = Send(
            call.method,
            url,
            dict(headers),
            content,
            context.credential,
            timeout=min(context.timeout, deadline.remaining) if repeatable else context.timeout,
            connect_timeout=context.connect_timeout,
            paid=not repeatable,
        )
        outcome = yield from _send_with_hooks(context, exchange)
        target = _redirect(outcome, url) if repeatable and redirects < _MOST_REDIRECTS else None
        if target is None or origin(target) != context.origin or deadline.remaining <= 0:
            return outcome
        url = target
        redirects += 1


def send_with_retries(
    context: Context, call: Call, deadline: Deadline, *, urgent: bool = False, send: Sending = send_once
) -> Operation[Reply | Failure]:
    """Send, and send again where that is safe, until there is an outcome that stands.

    `deadline` bounds every wait and every GET.  It does not cut short a request that may cost
    money: whoever gives up on that one loses the id of a job that is paid for, so it gets the
    client's own `timeout` in full.
    """
    repeatable = call.method == "GET"
    attempt = 0
    last: SDKError | None = None
    while True:
        attempt += 1
        yield from _acquire_slot(context, deadline, last, urgent=urgent)
        outcome = yield from send(context, call, deadline)
        pause = context.retries.pause(outcome, attempt=attempt, repeatable=repeatable)
        if isinstance(outcome, Reply):
            context.limiter.pause_for(min(_server_delay(outcome, pause or 0.0), context.retries.longest_retry_after))
        if pause is None:
            return outcome
        last = as_error(context, outcome)
        if pause >= deadline.remaining:
            raise DeadlineExceeded(f"no time left to try again: {last}") from last
        yield Sleep(pause)


def as_error(context: Context, outcome: Reply | Failure) -> SDKError:
    """The exception for an outcome that is no success."""
    if isinstance(outcome, Failure):
        return ConnectionFailed(context.credential.scrub(outcome.reason))
    return api_error(context, outcome)


def _server_delay(reply: Reply, pause: float) -> float:
    """Seconds for which the server wants nothing from this client; after a bare 429, our own `pause`."""
    if reply.status != 429:
        return exhausted_for(reply)
    asked = retry_after(reply)
    return pause if asked is None else asked


def _acquire_slot(context: Context, deadline: Deadline, last: SDKError | None, *, urgent: bool) -> Operation[None]:
    with context.limiter.enqueue(urgent=urgent) as ticket:
        while deadline.remaining > 0:
            wait = context.limiter.acquire(ticket)
            if wait == 0:
                return
            if wait >= deadline.remaining:
                break
            yield Sleep(min(wait, _ASK_AGAIN))
    raise DeadlineExceeded("the timeout leaves no room for another request") from last


def _send_with_hooks(context: Context, effect: Send) -> Operation[Reply | Failure]:
    """One exchange, told to the hooks and the log."""
    if not any(context.hooks) and not context.log.isEnabledFor(logging.DEBUG):
        return (yield from request(effect))
    exchange = Exchange(effect.method, effect.url.partition("?")[0], effect.headers)
    notify(context.log, context.hooks.on_request, exchange)
    started = time.monotonic()
    try:
        outcome = yield from request(effect)
        if isinstance(outcome, Reply):
            exchange.status, exchange.request_id = outcome.status, outcome.request_id
        else:
            exchange.failure = context.credential.scrub(outcome.reason)
    except BaseException as error:  # Ctrl-C, or a cancelled task: a span that began must end
        exchange.failure = type(error).__name__
        raise
    finally:
        exchange.seconds = time.monotonic() - started
        said = exchange.failure if exchange.status is None else exchange.status
        context.log.debug("%s %s: %s in %.3f s", effect.method, urlsplit(effect.url).path, said, exchange.seconds)
        notify(context.log, context.hooks.on_response, exchange)
    return outcome


def _redirect(outcome: Reply | Failure, url: str) -> str | None:
    if not isinstance(outcome, Reply) or outcome.status not in _REDIRECTS or "location" not in outcome.headers:
        return None
    try:
        return urljoin(url, outcome.headers["location"])
    except ValueError:  # "http://[": no URL at all
        return None
