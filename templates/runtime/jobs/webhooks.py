"""Webhooks: verifying the signature of a callback, and reading the job document in it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import os
import re
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from ..core.checks import check_seconds, check_string, check_type, is_number
from ..core.ed25519 import load_verifier
from ..core.errors import ConfigurationError, Unsupported, WebhookRefused
from ..core.job_info import JobInfo
from ..core.json_document import ABSENT, Absent, JsonValue, find, parse, text
from ..http.api_call import Call, perform
from ..http.error_mapping import api_error
from .read_job import read_job, with_result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..core.context import Context
    from ..core.deadline import Deadline
    from ..core.effects import Operation
    from ..core.profile import Signature

Body: TypeAlias = "bytes | bytearray | memoryview | str"
"""A request body as web frameworks give it; a string is encoded as UTF-8."""
TOLERANCE = 300.0
"""Seconds by which a callback's timestamp may differ from this machine's clock."""
MAX_BODY = 1024 * 1024
"""Bytes of the largest callback that is read."""
KEYS_KEPT = 24 * 3600.0
"""Seconds for which a key set is used."""
_MOST_KEYS = 10
"""Keys of a set that are tried, also for a forged callback."""
_MOST_SIGNATURES = 2
"""Ed25519 signatures of a callback that are tried."""
_LONGEST_ID = 1000
"""Characters of a job's id: an endpoint keeps those of callbacks that anyone may have sent."""
_MAX_DIGITS = 15
"""Digits of the longest timestamp: 30 million years, in seconds."""


def read_webhook(
    context: Context, body: Body, headers: Mapping[str, str], *, secret: str | None, tolerance: float
) -> JobInfo:
    """Read the job document in a callback, after its signature is verified if the provider signs callbacks.

    Raises `WebhookRefused`, `ConfigurationError` for a `tolerance` that is not a positive number of
    seconds or a header of the signature that is no string, and what `webhook_secret` raises.
    """
    check_seconds("tolerance", tolerance, optional=False)
    check_string("secret", secret, optional=True)
    check_type("body", body, str | bytes | bytearray | memoryview, "a string or bytes", optional=False)
    if not hasattr(headers, "items"):  # those of some frameworks are no `Mapping`
        raise ConfigurationError(f"headers is a mapping from names to strings, not of type {type(headers).__name__}")
    scheme = context.profile.webhook.signature
    keys = () if scheme is None else _keys(context, scheme, secret)
    if scheme is None:
        webhook_secret(context, secret)
    content = _content(body)
    if scheme is not None:
        _verify(scheme, {str(name).lower(): value for name, value in headers.items()}, content, keys, tolerance)
    document = parse(context.credential.scrub_bytes(content))
    info = _read_callback(context, document) if isinstance(document, dict) else None
    if info is None or not 0 < len(info.id) <= _LONGEST_ID:
        raise WebhookRefused("the callback holds no job document")
    return info


def _read_callback(context: Context, document: dict[str, JsonValue]) -> JobInfo:
    """Read the facts beside the payload, then those that are only in it."""
    profile = context.profile
    states = profile.webhook.statuses
    outer = read_job(context, document, statuses=states)
    payload = ABSENT if profile.webhook.payload is None else find(document, profile.webhook.payload)
    if isinstance(payload, Absent):
        return outer
    inner = read_job(context, payload, statuses=states)
    state = outer if outer.provider_status is not None or outer.ended else inner
    info = replace(
        inner.updated(outer),
        id=outer.id or inner.id,
        status=state.status,
        provider_status=state.provider_status,
        error=outer.error or inner.error,
        raw=payload,
    )
    if info.status != "succeeded":
        return info
    return with_result(profile, info, info, {**profile.job.statuses, **states})


def fetch_webhook_keys(context: Context, max_age: float, deadline: Deadline) -> Operation[bool]:
    """Fetch the provider's key set, unless the known one is younger than `max_age` seconds; return whether it was.

    Raises `Unsupported` if the provider documents no key set, `UnreadableResponse` if the answer holds
    no Ed25519 key, and what `perform` raises.
    """
    scheme = context.profile.webhook.signature
    if scheme is None or scheme.keys is None:
        raise Unsupported(f"{context.profile.title} documents no keys of callbacks")
    if not is_number(max_age):
        raise ConfigurationError(f"max_age is a number of seconds, not {max_age!r}")
    _, since = context.webhook_keys.get(scheme.keys, ((), -math.inf))
    if context.clock.now() - since < max_age:
        return False
    reply = yield from perform(context, Call("GET", context.url_of(scheme.keys)), deadline)
    found = tuple(_public_keys(reply.json if isinstance(reply.json, dict) else None))
    if not found:
        raise api_error(context, reply, problem="the answer holds no Ed25519 key")
    context.webhook_keys[scheme.keys] = found, context.clock.now()
    return True


def _public_keys(document: JsonValue) -> Iterator[bytes]:
    """Yield the Ed25519 keys of a JSON Web Key Set, at most `_MOST_KEYS`."""
    keys = find(document, "/keys")
    for key in keys[:_MOST_KEYS] if isinstance(keys, list) else ():
        own = text(key, ("/x",))
        if own is not None and text(key, ("/crv",)) == "Ed25519":
            with suppress(ValueError):
                yield _decode(own)


def _keys(context: Context, scheme: Signature, secret: str | None) -> tuple[bytes, ...]:
    """Return the keys that may have signed a callback; `secret` is the account's, or one public key in base64."""
    if scheme.keys is None or secret is not None:
        known = webhook_secret(context, secret)
        return () if known is None else (_signing_key(scheme, known),)
    found, since = context.webhook_keys.get(scheme.keys, ((), -math.inf))
    if context.clock.now() - since > KEYS_KEPT:
        raise ConfigurationError("no keys of callbacks are known: call client.jobs.refresh_webhook_keys() once a day")
    return found


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


def _verify(
    scheme: Signature, headers: Mapping[str, str], body: bytes, keys: tuple[bytes, ...], tolerance: float
) -> None:
    own = (scheme.id, scheme.timestamp, *scheme.headers.values(), scheme.signature)
    names = [name for name in own if name is not None]
    given = {name: value for name in names if (value := headers.get(name.lower())) is not None}
    for name, value in given.items():
        check_type(f"the value of the header {name}", value, str, "a string")
    if len(given) < len(names):
        raise WebhookRefused(f"the callback lacks {' or '.join(names)}")
    if scheme.timestamp is not None and not _is_recent(given[scheme.timestamp], tolerance):
        raise WebhookRefused("the callback's timestamp is too old, or this machine's clock is wrong")
    places = {"id": scheme.id, "timestamp": scheme.timestamp, **scheme.headers}
    values = {name: given.get(header or "", "") for name, header in places.items()}
    signed = _signed_bytes(scheme.signed, values, body)
    signatures = _signatures(scheme, given[scheme.signature])
    if scheme.algorithm == "ed25519":
        is_valid = load_verifier()
        found = any(is_valid(key, signed, one) for key in keys for one in signatures[:_MOST_SIGNATURES])
    else:
        wanted = [hmac.digest(key, signed, hashlib.sha256) for key in keys]
        # Every signature is compared, and in constant time, so that the delay of the answer reveals nothing.
        found = any([hmac.compare_digest(mine, one) for mine in wanted for one in signatures])  # noqa: C419
    if not found:
        raise WebhookRefused("the callback's signature is wrong")


def _signed_bytes(template: str, values: Mapping[str, str], body: bytes) -> bytes:
    """Return the string that is signed; a value that looks like a placeholder stays as it is."""
    parts: list[bytes] = []
    for index, part in enumerate(re.split(r"\{([a-z][a-z0-9_]*)\}", template)):
        if index % 2 == 0:
            parts.append(part.encode())
        elif part == "body":
            parts.append(body)
        elif part == "sha256":
            parts.append(hashlib.sha256(body).hexdigest().encode())
        else:
            # Some frameworks give bytes of headers that are not UTF-8 as surrogates, which no genuine value holds.
            parts.append(values.get(part, "").encode("utf-8", "replace"))
    return b"".join(parts)


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
