"""``--notify``: targets of alerts, as the user spells them.

slack://…                    everything, to a service that apprise supports
webhook+https://HOST/PATH    everything, signed; see `webhook`
breaking=pagerduty://…       breaking changes and an overdue job
digest=mailto://…            the rest
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from schemaloom.alerts.apprise import read_service
from schemaloom.alerts.message import Message
from schemaloom.alerts.state_machine import Channel
from schemaloom.alerts.webhook import PREFIX, SECRET, read_webhook
from schemaloom.errors import UsageError


class Receiver(Protocol):
    """A destination of messages."""

    def send(self, message: Message, *, since: datetime, now: datetime) -> str | None:
        """Deliver a message that is due `since` a moment once; return the reason if it was not accepted."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One destination, and the channels it gets."""

    name: str
    """Its number and kind, for messages; never its URL, which may hold secrets."""
    key: str
    """Digest of its URL: the same target in another run."""
    channels: frozenset[Channel]
    receiver: Receiver


def read_targets(texts: Iterable[str], environ: Mapping[str, str]) -> tuple[Target, ...]:
    """Read the values of ``--notify``, in order.

    Raises `UsageError` naming the place of the value, and never the value.
    """
    return tuple(_target(number, text.strip(), environ) for number, text in enumerate(texts, start=1))


def _target(number: int, text: str, environ: Mapping[str, str]) -> Target:
    channels = frozenset(Channel)
    for channel in Channel:
        if text.startswith(f"{channel}="):
            channels = frozenset({channel})
            text = text.removeprefix(f"{channel}=")
    kind = re.match(r"[A-Za-z][A-Za-z0-9+.-]{0,30}(?=://)", text)
    if kind is None:
        raise UsageError("not a URL", where=f"--notify, value {number}", hint="write KIND://…, or CHANNEL=KIND://…")
    name = f"--notify, value {number} ({kind[0].lower()})"
    try:
        receiver = read_webhook(text, environ.get(SECRET, "")) if text.startswith(PREFIX) else read_service(text)
    except UsageError as error:
        raise UsageError(error.message, where=name, hint=error.hint) from None
    key = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return Target(name=name, key=key, channels=channels, receiver=receiver)
