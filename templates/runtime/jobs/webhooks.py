"""Callbacks: who sent them, and what they say."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import time
from typing import TYPE_CHECKING

from ..core.errors import ConfigurationError, ModelRetired, UnknownModel, Unsupported, WebhookRefused
from ..core.job_info import JobInfo
from ..core.json_document import parse
from ..files.outputs import MediaOutput, Output
from .read_job import read_job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.context import Context
    from ..core.profile import Profile, Signature

TOLERANCE = 300.0
"""Seconds that a callback may be old, or the clocks apart."""


def read_webhook(
    context: Context, body: bytes, headers: Mapping[str, str], *, secret: str | None, tolerance: float
) -> JobInfo:
    """The job document in a callback, its signature checked where the provider signs callbacks.

    Raises `WebhookRefused`, and what `webhook_secret` does.
    """
    scheme = context.profile.webhook.signature
    known = webhook_secret(context, secret)
    if scheme is not None and known is not None:
        _check(scheme, {name.lower(): value for name, value in headers.items()}, body, _key(scheme, known), tolerance)
    document = parse(body)
    info = read_job(context, document) if isinstance(document, dict) else None
    if info is None or not info.id:
        raise WebhookRefused("the callback holds no document of a job")
    return info


def webhook_secret(context: Context, secret: str | None) -> str | None:
    """The secret callbacks are signed with: as given, or from the environment; ``None`` if they are not signed.

    Raises `ConfigurationError` where one is needed and missing, and `Unsupported` where one is
    given and the provider documents no signature.
    """
    if context.profile.webhook.signature is None:
        if secret is not None:
            raise Unsupported(f"{context.profile.title} documents no signature of callbacks; ask for the job instead")
        return None
    variable = f"{context.profile.package.env_prefix}_WEBHOOK_SECRET"
    found = os.environ.get(variable) if secret is None else secret
    if not found:
        raise ConfigurationError(f"no webhook secret: set the environment variable {variable} or pass secret=...")
    return found


def output_type_for_model(profile: Profile, model: str | None) -> type[Output]:
    """What a job of this model gives back; `MediaOutput` where the package does not know the model."""
    from ..models.catalogue import Catalogue

    if model is None:
        return MediaOutput
    try:
        return Catalogue(profile.package.module)[model].load().__output__
    except (UnknownModel, ModelRetired):
        return MediaOutput


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
