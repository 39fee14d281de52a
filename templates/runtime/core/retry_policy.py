"""When to send the same request again, and after how long."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from typing import NamedTuple

from .effects import Failure, Reply

_TRANSIENT = frozenset({408, 500, 502, 503, 504})


class RetryPolicy(NamedTuple):
    """Jittered exponential backoff; a server's ``Retry-After`` goes first."""

    attempts: int = 5
    """Including the first."""
    first_pause: float = 0.5
    """Seconds, as are the others."""
    longest_pause: float = 8.0
    longest_retry_after: float = 120.0
    """A server that asks for more gets its error raised instead."""

    def pause(self, outcome: Reply | Failure, *, attempt: int, repeatable: bool) -> float | None:
        """Seconds to wait before sending again, or ``None`` when the outcome stands.

        What is not `repeatable` (it may cost money) is sent again only if it provably never
        left, or if the server refused it with 429.
        """
        if attempt >= self.attempts or not _worth_repeating(outcome, repeatable=repeatable):
            return None
        asked = retry_after(outcome) if isinstance(outcome, Reply) else None
        if asked is not None:
            return asked if asked <= self.longest_retry_after else None
        ceiling = min(self.longest_pause, self.first_pause * 2.0 ** (attempt - 1))
        return ceiling * random.uniform(0.5, 1.0)  # noqa: S311  # spreads clients, guards nothing


def _worth_repeating(outcome: Reply | Failure, *, repeatable: bool) -> bool:
    if isinstance(outcome, Failure):
        return repeatable or outcome.never_sent
    if not repeatable or not outcome.ok:
        return outcome.status == 429 or (repeatable and outcome.status in _TRANSIENT)
    from .json_document import Absent  # see `Reply.json`

    return isinstance(outcome.json, Absent)  # a proxy's page, or half of the truth


def retry_after(reply: Reply) -> float | None:
    """Seconds asked for by ``Retry-After`` (RFC 9110 §10.2.3: seconds or a date)."""
    value = reply.headers.get("retry-after")
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        from email.utils import parsedate_to_datetime  # rare, and slow to import

        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        if moment.tzinfo is None:  # "-0000": a time in UTC of unknown local zone
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
