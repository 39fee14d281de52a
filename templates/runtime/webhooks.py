"""Callbacks: who sent them, and what they say."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import TYPE_CHECKING

from .documents import parse
from .errors import ConfigurationError, Unsupported, WebhookRefused
from .job_info import JobInfo, read_job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .context import Context
    from .profile import Signature

TOLERANCE = 300.0
"""Seconds that a callback may be old, or the clocks apart."""


def read_webhook(
    context: Context, headers: Mapping[str, str], body: bytes, *, secret: str, tolerance: float = TOLERANCE
) -> JobInfo:
    """The job document in a callback, once its signature has been checked.

    Raises `Unsupported` where the provider documents no signature, `ConfigurationError` for a
    secret that is none, and `WebhookRefused`.
    """
    scheme = context.profile.webhook.signature
    if scheme is None:
        raise Unsupported(f"{context.profile.title} documents no signature of callbacks; ask for the job instead")
    _check(scheme, {name.lower(): value for name, value in headers.items()}, body, _key(scheme, secret), tolerance)
    document = parse(body)
    if not isinstance(document, dict):
        raise WebhookRefused("the callback is signed and holds no JSON object")
    return read_job(context, document)


def _key(scheme: Signature, secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(scheme.secret_prefix), validate=True)
    except ValueError:
        raise ConfigurationError("the webhook secret is not in base64") from None


def _check(scheme: Signature, headers: Mapping[str, str], body: bytes, key: bytes, tolerance: float) -> None:
    message_id, moment = headers.get(scheme.id.lower()), headers.get(scheme.timestamp.lower())
    signatures = headers.get(scheme.signature.lower())
    if message_id is None or moment is None or signatures is None:
        raise WebhookRefused(f"the callback lacks {scheme.id}, {scheme.timestamp} or {scheme.signature}")
    if not (moment.isascii() and moment.isdecimal()) or abs(time.time() - int(moment)) > tolerance:
        raise WebhookRefused("the callback was sent too long ago, or by a clock that is wrong")
    before, _, after = scheme.signed.replace("{id}", message_id).replace("{timestamp}", moment).partition("{body}")
    digest = hmac.digest(key, before.encode() + body + after.encode(), hashlib.sha256)
    wanted = scheme.prefix + base64.b64encode(digest).decode()
    # Every one is compared, in constant time, so that the answer's delay tells nothing.
    if not any([hmac.compare_digest(wanted.encode(), given.encode()) for given in signatures.split()]):  # noqa: C419
        raise WebhookRefused("the callback's signature is wrong")
