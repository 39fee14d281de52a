"""API calls: rate limit, key, redirects and retries.  The only module that sends the key."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlencode, urljoin, urlsplit

from ..core.checks import check_string
from ..core.deadline import Deadline
from ..core.departure import Departure
from ..core.effects import Operation, Send, Sleep, request
from ..core.errors import ConfigurationError, ConnectionFailed, DeadlineExceeded, SDKError
from ..core.hooks import Exchange, notify
from ..core.json_document import JsonValue
from ..core.outcome import Failure, Reply
from ..core.retry_policy import retry_after
from ..core.urls import join
from .error_mapping import api_error, with_stated_error
from .rate_limit_headers import exhausted_for

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.effects import Listener
    from ..core.newest_jobs import Submitting

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 3
_ENCODER = json.JSONEncoder(allow_nan=False)
_RECHECK = 5.0
"""Longest sleep, in seconds, of a request that is queued: one before it may have been given up."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API.  Only a GET is repeated freely, unless `paid` states it: anything else may cost money."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content: bytes | None = field(default=None, repr=False)
    """The body, which may hold a secret parameter."""
    content_type: str = "application/json"
    """Its media type."""
    departures: list[Departure] = field(default_factory=list[Departure], compare=False)
    """The attempts at a call that may cost money; one at a time is on its way."""
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    """Parameters added to the URL."""
    free: bool = False
    """Whether a method other than GET costs nothing and may be repeated."""
    stream: bool = False
    """Whether the body of a success is received piece by piece."""
    listener: Listener | None = field(default=None, compare=False)
    """See `Send.listener`."""

    @property
    def repeatable(self) -> bool:
        """Whether the call may be sent several times."""
        return self.free or self.method == "GET"

    def depart(self) -> Departure:
        """Return the departure of a new attempt."""
        self.departures.append(Departure())
        return self.departures[-1]


Sending: TypeAlias = "Callable[[Context, Call, Deadline], Operation[Reply | Failure]]"
"""One attempt at a call."""


def encode(body: JsonValue) -> bytes:
    """Return `body` as JSON.  Raises `ConfigurationError` for a value that JSON has not."""
    try:
        return _ENCODER.encode(body).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"the body cannot be sent as JSON: {error}; nothing was sent") from None


def perform(context: Context, call: Call, deadline: Deadline, *, urgent: bool = False) -> Operation[Reply]:
    """Return the API's success; raise its error after all retries.

    Urgent requests are queued first.  Raises `APIError` by status, `ConnectionFailed`, or
    `DeadlineExceeded` if no time is left for another attempt.
    """
    outcome = yield from send_with_retries(context, call, deadline, urgent=urgent)
    if isinstance(outcome, Failure) or not outcome.ok:
        error = as_error(context, outcome)
        if call.method != "GET" and _is_unknown(outcome):
            error.retryable = False  # the call may have had its effect
        raise error
    return outcome


def call_route(context: Context, method: str, path: str, body: JsonValue) -> Operation[Reply]:
    """Call any route below the base URL; raises as `perform` does."""
    check_string("method", method)
    check_string("path", path)
    content = None if body is None else encode(body)
    call = Call(method.upper(), join(context.base_url, path), content=content)
    return (yield from perform(context, call, Deadline()))


def send_once(context: Context, call: Call, deadline: Deadline) -> Operation[Reply | Failure]:
    """Send a request once; a GET follows redirects within the API's origin."""
    url = call.url
    if call.query:
        url = f"{url}{'&' if '?' in url else '?'}{urlencode(call.query)}"
    if not context.trusts(url):
        raise ConfigurationError(f"{url} is not on the API's origin {context.base_url}; the key is not sent there")
    headers = {
        "accept": "application/json",
        "user-agent": context.user_agent,
        **context.options.headers,
        **call.headers,
    }
    if call.content is not None:
        headers["content-type"] = call.content_type
    repeatable = call.repeatable
    redirects = 0
    while True:
        effect = Send(
            call.method,
            url,
            dict(headers),
            call.content,
            context.credential,
            timeout=min(context.timeout, deadline.remaining) if repeatable else context.timeout,
            connect_timeout=context.connect_timeout,
            departure=None if repeatable else call.depart(),
            stream=deadline if call.stream else None,
            listener=call.listener,
        )
        outcome = yield from _send_with_hooks(context, effect)
        if isinstance(outcome, Reply):
            outcome = with_stated_error(context, outcome)
        target = _redirect(outcome, url) if repeatable and redirects < _MAX_REDIRECTS else None
        if target is None or not context.trusts(target) or deadline.remaining <= 0:
            return outcome
        url = target
        redirects += 1


def send_with_retries(
    context: Context,
    call: Call,
    deadline: Deadline,
    *,
    urgent: bool = False,
    submitting: Submitting | None = None,
    send: Sending = send_once,
) -> Operation[Reply | Failure]:
    """Send a request, and repeat it while the retry policy allows; return the last outcome.

    A request with `submitting` starts a job, and is not sent while the poll registry holds submissions.
    `deadline` bounds every wait and every GET.  It does not cut short a request that may cost
    money, because that would lose the id of a paid job: the client's `timeout` bounds that one.
    """
    repeatable = call.repeatable
    attempt = 0
    last: SDKError | None = None
    while True:
        attempt += 1
        yield from _acquire_slot(context, deadline, last, urgent=urgent, submitting=submitting)
        outcome = yield from send(context, call, deadline)
        if call.stream and isinstance(outcome, Reply) and outcome.ok:
            return outcome  # its body is still to come
        pause = context.retries.pause(outcome, attempt=attempt, repeatable=repeatable)
        if isinstance(outcome, Reply):
            delay = _server_delay(outcome, context.retries.first_pause if pause is None else pause)
            context.limiter.pause_for(min(delay, context.retries.longest_retry_after))
        if pause is None:
            return outcome
        if submitting is not None:
            submitting.end()
        last = as_error(context, outcome)
        if pause >= deadline.remaining:
            raise DeadlineExceeded(f"no time left to try again: {last}") from last
        yield Sleep(pause)


def as_error(context: Context, outcome: Reply | Failure) -> SDKError:
    """Return the exception for an outcome that is no success."""
    if isinstance(outcome, Failure):
        return ConnectionFailed(outcome.reason)
    return api_error(context, outcome)


def _is_unknown(outcome: Reply | Failure) -> bool:
    """Whether the server may have carried out the call."""
    return not outcome.never_sent if isinstance(outcome, Failure) else outcome.status != 429


def _server_delay(reply: Reply, pause: float) -> float:
    """Seconds for which the server wants no request from this client; `pause` after a 429 that names none."""
    if reply.status != 429:
        return exhausted_for(reply)
    delay = retry_after(reply)
    return pause if delay is None else delay


def _acquire_slot(
    context: Context, deadline: Deadline, last: SDKError | None, *, urgent: bool, submitting: Submitting | None
) -> Operation[None]:
    """Wait in the queue until a request may be sent; one that is held leaves it to those behind."""
    held, wait = False, 0.0
    while wait < deadline.remaining:
        if held:
            yield Sleep(wait)
        with context.limiter.enqueue(urgent=urgent) as ticket:
            while True:
                if submitting is None:
                    wait = context.limiter.acquire(ticket)
                else:
                    held, wait = context.poll_registry.acquire(ticket, submitting)
                if wait == 0:
                    return
                if held or wait >= deadline.remaining:
                    break
                yield Sleep(min(wait, _RECHECK))
    raise DeadlineExceeded("the timeout leaves no room for another request") from last


def _send_with_hooks(context: Context, effect: Send) -> Operation[Reply | Failure]:
    """Send a request; hooks and log get it before and after."""
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
            exchange.failure = outcome.reason
    except BaseException as error:  # Ctrl-C, or a cancelled task: a span that began must end
        exchange.failure = type(error).__name__
        raise
    finally:
        exchange.seconds = time.monotonic() - started
        result = exchange.failure if exchange.status is None else exchange.status
        context.log.debug("%s %s: %s in %.3f s", effect.method, urlsplit(effect.url).path, result, exchange.seconds)
        notify(context.log, context.hooks.on_response, exchange)
    return outcome


def _redirect(outcome: Reply | Failure, url: str) -> str | None:
    if not isinstance(outcome, Reply) or outcome.status not in _REDIRECTS or "location" not in outcome.headers:
        return None
    try:
        return urljoin(url, outcome.headers["location"])
    except ValueError:  # "http://[": no URL at all
        return None
