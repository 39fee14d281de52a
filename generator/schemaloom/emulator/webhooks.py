"""Deliver webhooks of finished jobs."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from schemaloom.emulator.jobs import Callback, Job
from schemaloom.emulator.options import Options
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.placeholders import fill
from schemaloom.settings.webhook import Signature

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_TIMEOUT = 5.0
_LOOK = 0.02
"""Seconds between two looks at a job's state, which follows a clock that may be a test's."""


def is_webhook_url(value: JsonValue) -> bool:
    """Whether a callback URL is http or https and has a host."""
    if not isinstance(value, str) or any(char.isspace() or not char.isprintable() for char in value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


class WebhookSender:
    """Delivers job documents; its tasks belong to the running event loop and end with it."""

    def __init__(self, options: Options, document: Callable[[Job], JsonObject], signature: Signature | None) -> None:
        self._options = options
        self._signature = signature
        self._document = document
        self._tasks: set[asyncio.Task[None]] = set()

    def watch(self, job: Job) -> None:
        """Deliver once, when the job reaches its final state."""
        if job.callback is not None:
            self._start(self._after_the_end(job, job.callback))

    def replay(self, job: Job, callback: Callback) -> None:
        """Deliver again, now."""
        callback.status = "pending"
        self._start(self._deliver(job, callback))

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        # The loop keeps only a weak reference to a task.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _after_the_end(self, job: Job, callback: Callback) -> None:
        while not job.finished(self._options.clock()):  # noqa: ASYNC110 - an injected clock sets no event
            await asyncio.sleep(_LOOK)
        await self._deliver(job, callback)

    async def _deliver(self, job: Job, callback: Callback) -> None:
        for pause in (*self._options.webhook_pauses, None):
            callback.attempts += 1
            body = json.dumps(self._document(job)).encode("ascii")
            if await _post(urlsplit(callback.url), body, self._proof(job, body)):
                callback.status = "delivered"
                return
            if pause is not None:
                await asyncio.sleep(pause)
        callback.status = "failed"

    def _proof(self, job: Job, body: bytes) -> dict[str, str]:
        """The headers by which the provider signs a callback; none where it does not."""
        scheme = self._signature
        if scheme is None:
            return {}
        message_id, moment = f"msg_{job.id}", str(int(self._options.clock()))
        others = {name: f"emulated-{name}" for name in scheme.headers}
        values = {"id": message_id, "timestamp": moment, "sha256": hashlib.sha256(body).hexdigest(), **others}
        before, _, after = scheme.signed.partition("{body}")
        signed = (
            fill(before, values, _as_it_is).encode()
            + (body if "{body}" in scheme.signed else b"")
            + fill(after, values, _as_it_is).encode()
        )
        secret = self._options.webhook_secret
        if scheme.algorithm == "ed25519":
            proof = _private_key(secret).sign(signed)
        else:
            key = base64.b64decode(secret) if scheme.key == "base64" else secret.encode()
            proof = hmac.digest(key, signed, hashlib.sha256)
        written = proof.hex() if scheme.encoding == "hex" else base64.b64encode(proof).decode("ascii")
        found = {scheme.id: message_id, scheme.timestamp: moment, scheme.signature: scheme.prefix + written}
        found |= {header: others[name] for name, header in scheme.headers.items()}
        return {name: value for name, value in found.items() if name is not None}


def _as_it_is(_match: object, value: str) -> str:
    return value


def _private_key(secret: str) -> Ed25519PrivateKey:
    # Few providers sign so; without this import the emulator starts sooner.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(secret.encode()).digest())


def key_set(secret: str) -> JsonObject:
    """Return the emulator's public key as a JSON Web Key Set."""
    own = base64.urlsafe_b64encode(_private_key(secret).public_key().public_bytes_raw()).decode("ascii").rstrip("=")
    return {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": own}]}


async def _post(url: SplitResult, body: bytes, headers: Mapping[str, str]) -> bool:
    """Send one POST; return whether the response is a 2xx.  Redirects are not followed."""
    secure = url.scheme == "https"
    port = url.port or (443 if secure else 80)
    target = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
    extra = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = (
        f"POST {target} HTTP/1.1\r\nHost: {url.netloc.rpartition('@')[2]}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nUser-Agent: schemaloom-emulator\r\n{extra}Connection: close\r\n\r\n"
    )
    try:
        async with asyncio.timeout(_TIMEOUT):
            reader, writer = await asyncio.open_connection(url.hostname, port, ssl=secure or None)
            try:
                writer.write(head.encode("utf-8") + body)
                await writer.drain()
                status = (await reader.readline()).split(b" ")
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return False
    return len(status) > 1 and status[1].startswith(b"2")
