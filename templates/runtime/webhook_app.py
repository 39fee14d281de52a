"""An ASGI application that receives callbacks and wakes the tasks that wait for their jobs."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import anyio

from .core.checks import check_string
from .core.deadline import DEFAULT_WAIT, Deadline
from .core.ed25519 import load_verifier
from .core.errors import ConfigurationError, SDKError, WebhookRefused
from .jobs.webhooks import KEYS_KEPT, MAX_BODY, TOLERANCE

if TYPE_CHECKING:
    from .async_client import AsyncClient
    from .core.job_info import JobInfo
    from .files.outputs import OutputT
    from .jobs.handles import AsyncJob
    from .models.result import Result

# ASGI's own types, which are as open as this.
Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_MAX_EARLY = 1000
"""Callbacks that are kept for jobs for which no task waits yet."""
_POLL_INTERVAL = 60.0
"""Seconds without a callback after which a job is polled, because some get lost; twice as many after each poll."""
_MIN_TOKEN = 16


@dataclass
class _Callback:
    """The callback of one job, which has arrived or is waited for."""

    arrived: anyio.Event = field(default_factory=anyio.Event)
    info: JobInfo | None = None
    """The job as it reports it, if it can be trusted."""


class WebhookEndpoint:
    """Serve it, or mount it in any ASGI application, at the URL that jobs are given as webhook.

    ::

        endpoint = WebhookEndpoint(client)
        job = await client.submit(request, webhook_url="https://example.com/hook")
        result = await endpoint.result(job)

    A callback with a valid signature ends the wait without a request.  One of a provider that signs none makes
    the client poll its job: a forged callback costs one request and nothing else.  With a `token`, which only
    the provider knows, it ends the wait as well.  A job of which nothing is heard is polled after a minute.
    """

    def __init__(
        self, client: AsyncClient, *, secret: str | None = None, token: str | None = None, tolerance: float = TOLERANCE
    ) -> None:
        """`secret` and `tolerance` are those of ``client.jobs.parse_webhook``.

        Raises `ConfigurationError` if the provider signs callbacks and there is no usable secret, if the
        library that its keys need is not installed, if `tolerance` is not a positive number of seconds, or if
        `token` is short or has a slash.

        :param token: an unguessable string, as ``secrets.token_urlsafe()`` makes it.  The path of the webhook's URL
            ends with it, and a callback to any other path is refused.
        """
        scheme = client.profile.webhook.signature
        check_string("token", token, optional=True)
        if token is not None and (len(token) < _MIN_TOKEN or "/" in token):
            raise ConfigurationError(f"token has at least {_MIN_TOKEN} characters and no slash: it ends a path")
        self._token = token
        self._is_trusted = scheme is not None or token is not None
        self._has_keys = scheme is not None and scheme.keys is not None and secret is None
        if self._has_keys:
            load_verifier()
        else:
            with suppress(WebhookRefused):
                client.jobs.parse_webhook(b"", {}, secret=secret, tolerance=tolerance)
        self._client = client
        self._secret = secret
        self._tolerance = tolerance
        self._callbacks: dict[str, _Callback] = {}

    async def result(
        self,
        job: AsyncJob[OutputT],
        *,
        timeout: float | None = DEFAULT_WAIT,  # noqa: ASYNC109  as in `AsyncJob.result`
    ) -> Result[OutputT]:
        """`AsyncJob.result`, waiting for the callback instead of polling."""
        deadline = Deadline(timeout)
        wait = _POLL_INTERVAL
        while not job.info.ended and deadline.remaining > 0:
            callback = self._callback(job.id)
            with anyio.move_on_after(min(deadline.remaining, wait)):
                await callback.arrived.wait()
            if callback.arrived.is_set():
                self._callbacks.pop(job.id, None)
            else:
                wait *= 2
            if callback.info is not None:
                await job.accept(callback.info)
            elif deadline.remaining > 0:
                await job.refresh()
        self._callbacks.pop(job.id, None)
        return await job.result(timeout=deadline.remaining)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Receive one callback: 204 if it is accepted, 401 if it is refused, 413 if it is too large.

        503 if the provider's keys cannot be fetched: it sends the callback again.
        """
        if scope["type"] == "lifespan":
            await _serve_lifespan(receive, send)
        elif scope["type"] == "http":
            status = await self._receive(scope, receive) if scope["method"] == "POST" else 405
            await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})

    async def _receive(self, scope: Scope, receive: Receive) -> int:
        if self._token is not None and not hmac.compare_digest(_last_segment(scope), self._token.encode()):
            return 401
        body = await _body(receive)
        if body is None:
            return 413
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        # New keys are looked for once a minute at most: anyone may send a callback that no key has signed.
        for max_age in (KEYS_KEPT, _POLL_INTERVAL) if self._has_keys else (0.0,):
            try:
                if self._has_keys:
                    await self._client.jobs.refresh_webhook_keys(max_age=max_age)
                job = self._client.jobs.parse_webhook(body, headers, secret=self._secret, tolerance=self._tolerance)
            except WebhookRefused:
                continue
            except SDKError:
                return 503
            callback = self._callback(job.id)
            callback.info = job.info if self._is_trusted else None
            callback.arrived.set()
            return 204
        return 401

    def _callback(self, job_id: str) -> _Callback:
        callback = self._callbacks.setdefault(job_id, _Callback())
        if len(self._callbacks) > _MAX_EARLY:
            early = next((known for known, one in self._callbacks.items() if one.arrived.is_set()), job_id)
            if early != job_id:
                del self._callbacks[early]
        return callback


def _last_segment(scope: Scope) -> bytes:
    path: str = scope["path"]
    return path.rpartition("/")[2].encode("utf-8", "replace")


async def _body(receive: Receive) -> bytes | None:
    """The whole body; ``None`` if it is larger than `MAX_BODY`."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(body)


async def _serve_lifespan(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
