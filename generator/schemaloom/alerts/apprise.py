"""Chat, mail, pagers and the other services that apprise supports, each addressed by a URL."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from schemaloom.alerts.message import Message
from schemaloom.alerts.state_machine import Channel
from schemaloom.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from apprise import NotifyFormat, NotifyType

_TIMEOUT = 30.0
"""Seconds for one delivery."""


class _Client(Protocol):
    """The part of ``apprise.Apprise`` that is used here."""

    def add(self, services: str) -> bool: ...

    def notify(
        self, *, body: str, title: str, notify_type: NotifyType, body_format: NotifyFormat, timeout: float
    ) -> object: ...


@dataclass(frozen=True, slots=True)
class Service:
    """One service at one URL."""

    client: _Client = field(repr=False)

    def send(self, message: Message, *, since: datetime, now: datetime) -> str | None:  # noqa: ARG002  as a webhook's
        """Deliver a message once; return the reason if the service did not accept it."""
        from apprise import NotifyFormat, NotifyType

        urgent = message.channel is Channel.BREAKING and message.kind != "recovered"
        kind = NotifyType.FAILURE if urgent else NotifyType.INFO
        try:
            done = self.client.notify(
                body=message.body,
                title=message.title,
                notify_type=kind,
                body_format=NotifyFormat.TEXT,
                timeout=_TIMEOUT,
            )
        except Exception as error:  # noqa: BLE001  a hundred plugins by as many people; an alert may not end the command
            return f"the service failed: {type(error).__name__}"
        return None if done else "the service did not accept it"


def read_service(url: str) -> Service:
    """The service at `url`.

    Raises `UsageError`, without naming the URL, if apprise is not installed or supports no such service.
    """
    if find_spec("apprise") is None:
        raise MissingExtra("apprise", "alerts")
    from apprise import Apprise, AppriseAsset

    # What apprise logs of a failure may hold parts of a URL, and so of a token.
    logging.getLogger("apprise").disabled = True
    asset = AppriseAsset(storage_mode="memory")
    asset.app_id = asset.app_desc = "schemaloom"
    client: _Client = Apprise(asset=asset)
    if not client.add(url):  # pyright: ignore[reportUnknownMemberType]  it also takes dictionaries of no known type
        raise UsageError("apprise supports no service with such a URL", hint="see its list of services")
    return Service(client)
