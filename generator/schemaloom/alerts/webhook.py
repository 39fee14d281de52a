"""The signed webhook: JSON by POST, signed as Standard Webhooks has it (standardwebhooks.com).

    webhook-id: msg_5f0c…             the same whenever the message is sent again, and for an equal one of that day
    webhook-timestamp: 1767225600     seconds since 1970
    webhook-signature: v1,<base64>    HMAC-SHA256 of "<id>.<timestamp>.<body>" with the shared secret

A secret ``whsec_<base64>`` is decoded; any other one is used as its bytes.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from json import dumps
from urllib.parse import urlsplit

import httpx2

from schemaloom import __version__
from schemaloom.alerts.message import Message
from schemaloom.errors import UsageError

PREFIX = "webhook+"
SECRET = "SCHEMALOOM_WEBHOOK_SECRET"  # noqa: S105  the variable's name
ID_HEADER = "webhook-id"
TIMESTAMP_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"
_ENCODED = "whsec_"
SCHEMA_VERSION = 1
TIMEOUT = 10.0
"""Seconds to connect and to get an answer's status, however steadily it drips."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A receiver of signed messages."""

    url: str = field(repr=False)
    secret: bytes = field(repr=False)

    def send(self, message: Message, *, since: datetime, now: datetime) -> str | None:
        """Deliver a message once; return the reason if it was not accepted.  Redirects are not followed."""
        body = _payload(message)
        timestamp = str(int(now.timestamp()))
        identifier = f"msg_{hashlib.sha256(f'{since:%Y-%m-%d} '.encode() + body).hexdigest()[:32]}"
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"schemaloom/{__version__}",
            ID_HEADER: identifier,
            TIMESTAMP_HEADER: timestamp,
            SIGNATURE_HEADER: signature(self.secret, identifier, timestamp, body),
        }
        try:
            status = asyncio.run(self._post(body, headers))
        except TimeoutError:
            return f"no answer within {TIMEOUT:g} s"
        except httpx2.HTTPError as error:
            return f"no answer: {str(error) or type(error).__name__}"
        return None if status < 300 else f"answered {status}"

    async def _post(self, body: bytes, headers: dict[str, str]) -> int:
        tls = ssl.create_default_context()
        async with (
            asyncio.timeout(TIMEOUT),
            httpx2.AsyncClient(verify=tls, timeout=None, trust_env=False) as client,
            client.stream("POST", self.url, content=body, headers=headers) as response,
        ):
            return response.status_code


def signature(secret: bytes, identifier: str, timestamp: str, body: bytes) -> str:
    """The value of the signature's header."""
    digest = hmac.digest(secret, f"{identifier}.{timestamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(digest).decode('ascii')}"


def read_webhook(url: str, secret: str) -> Webhook:
    """A receiver at ``webhook+https://…``.  Raises `UsageError` without naming the URL, which may hold a token."""
    address = url.removeprefix(PREFIX)
    parts = urlsplit(address)
    try:
        fit = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and not parts.username
    except ValueError:
        fit = False
    if not fit or not address.isprintable() or " " in address:
        raise UsageError("not the address of a webhook", hint=f"write {PREFIX}https://HOST/PATH")
    if not secret:
        raise UsageError(
            f"{SECRET} is not set", hint="it signs the messages to a webhook; any long random string will do"
        )
    return Webhook(address, _secret_bytes(secret))


def _secret_bytes(secret: str) -> bytes:
    if not secret.startswith(_ENCODED):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_ENCODED), validate=True)
    except (binascii.Error, ValueError):
        raise UsageError(f"{SECRET} is not base64 after {_ENCODED}") from None


def _payload(message: Message) -> bytes:
    content = {
        "schema_version": SCHEMA_VERSION,
        "kind": message.kind,
        "provider": message.provider,
        "channel": message.channel.value,
        "title": message.title,
        "text": message.body,
        "changes": [
            {
                "transition": line.transition.value,
                "severity": line.severity,
                "rule": line.rule,
                "message": line.text,
                "models": list(line.models),
            }
            for line in message.lines
        ],
    }
    return dumps(content).encode("ascii")
