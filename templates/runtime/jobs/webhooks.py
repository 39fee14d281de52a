"""Webhooks: verifying the signature of a callback, and reading the job document in it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from ..core.checks import check_seconds
from ..core.errors import ConfigurationError, Unsupported, WebhookRefused
from ..core.job_info import JobInfo
from ..core.json_document import ABSENT, Absent, find, parse
from .read_job import read_job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.context import Context
    from ..core.profile import Signature

Body: TypeAlias = "bytes | bytearray | memoryview | str"
"""A request body as web frameworks give it; a string is encoded as UTF-8."""
TOLERANCE = 300.0
"""Seconds by which a callback's timestamp may differ from this machine's clock."""
MAX_BODY = 1024 * 1024
"""Bytes of the largest callback that is read."""
_MAX_DIGITS = 15
"""Digits of the longest timestamp: 30 million years, in seconds."""


def read_webhook(
    context: Context, body: Body, headers: Mapping[str, str], *, secret: str | None, tolerance: float
) -> JobInfo:
    """Read the job document in a callback, after its signature is verified if the provider signs callbacks.

    Raises `WebhookRefused`, `ConfigurationError` for a `tolerance` that is not a positive number of
    seconds, and what `webhook_secret` raises.
    """
    check_seconds("tolerance", tolerance)
    scheme = context.profile.webhook.signature
    known = webhook_secret(context, secret)
    key = _signing_key(scheme, known) if scheme is not None and known is not None else b""
    content = _content(body)
    if scheme is not None and key:
        _verify(scheme, {name.lower(): value for name, value in headers.items()}, content, key, tolerance)
    document = parse(context.credential.scrub_bytes(content))
    if not isinstance(document, dict) or not (info := read_job(context, document)).id:
        raise WebhookRefused("the callback holds no job document")
    webhook = context.profile.webhook
    state = webhook.statuses.get(info.provider_status or "", info.status)
    payload = ABSENT if webhook.payload is None else find(document, webhook.payload)
    return replace(info, status=state, raw=info.raw if isinstance(payload, Absent) else payload)


def webhook_secret(context: Context, secret: str | None) -> str | None:
    """The secret that signs callbacks, as given or from the environment; ``None`` if callbacks are not signed.

    Raises `ConfigurationError` if one is needed and missing, and `Unsupported` if one is given and
    the provider documents no signature.
    """
    if context.profile.webhook.signature is None:
        if secret is not None:
            raise Unsupported(f"{context.profile.title} documents no signature of callbacks; call Job.refresh instead")
        return None
    variable = f"{context.profile.package.env_prefix}_WEBHOOK_SECRET"
    found = os.environ.get(variable) if secret is None else secret
    if not found:
        raise ConfigurationError(f"no webhook secret: set the environment variable {variable} or pass secret=...")
    return found


def _content(body: Body) -> bytes:
    try:
        content = body.encode() if isinstance(body, str) else bytes(body)
    except UnicodeEncodeError:
        raise WebhookRefused("the callback is not UTF-8") from None
    if len(content) > MAX_BODY:
        raise WebhookRefused(f"the callback is larger than {MAX_BODY} bytes")
    return content


def _signing_key(scheme: Signature, secret: str) -> bytes:
    """The bytes of the key.  An empty one is refused, because anyone can sign with it."""
    own = secret.strip().removeprefix(scheme.secret_prefix)
    try:
        key = own.encode() if scheme.key == "text" else _decode(own)
    except ValueError:
        raise ConfigurationError("the webhook secret is not base64") from None
    if not key:
        raise ConfigurationError("the webhook secret is empty")
    return key


def _decode(text: str) -> bytes:
    """Base64, in the standard or the URL-safe alphabet, with padding or without.  Raises `ValueError`."""
    plain = text.translate({ord("-"): "+", ord("_"): "/"}).rstrip("=")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def _verify(scheme: Signature, headers: Mapping[str, str], body: bytes, key: bytes, tolerance: float) -> None:
    names = [name for name in (scheme.id, scheme.timestamp, scheme.signature) if name is not None]
    given = {name: headers[name.lower()] for name in names if name.lower() in headers}
    if len(given) < len(names):
        raise WebhookRefused(f"the callback lacks {' or '.join(names)}")
    if scheme.timestamp is not None and not _is_recent(given[scheme.timestamp], tolerance):
        raise WebhookRefused("the callback's timestamp is too old, or this machine's clock is wrong")
    text = scheme.signed.replace("{id}", given.get(scheme.id or "", ""))
    before, _, after = text.replace("{timestamp}", given.get(scheme.timestamp or "", "")).partition("{body}")
    # Some frameworks give bytes of headers that are not UTF-8 as surrogates, which no genuine id holds.
    head, tail = before.encode("utf-8", "replace"), after.encode()
    wanted = hmac.digest(key, head + body + tail, hashlib.sha256)
    # Every signature is compared, and in constant time, so that the delay of the answer reveals nothing.
    if not any([hmac.compare_digest(wanted, one) for one in _signatures(scheme, given[scheme.signature])]):  # noqa: C419
        raise WebhookRefused("the callback's signature is wrong")


def _is_recent(timestamp: str, tolerance: float) -> bool:
    digits = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= _MAX_DIGITS
    return digits and abs(time.time() - int(timestamp)) <= tolerance


def _signatures(scheme: Signature, header: str) -> list[bytes]:
    found: list[bytes] = []
    for given in header.split():
        if given.startswith(scheme.prefix):
            try:
                written = given.removeprefix(scheme.prefix)
                found.append(bytes.fromhex(written) if scheme.encoding == "hex" else _decode(written))
            except ValueError:
                continue
    return found
