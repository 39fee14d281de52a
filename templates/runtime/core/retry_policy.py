"""`RetryPolicy`: whether to repeat a request, and after how long."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from typing import NamedTuple

from .outcome import Failure, Reply

_PAGES = frozenset({"", "text/html", "text/plain"})
"""Media types of a success that is no JSON because a proxy wrote it."""
_TRANSIENT = frozenset({408, 500, 502, 503, 504})
_DATE = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .+"  # how each of the three spellings begins
LONGEST_DELAY = 366 * 24 * 3600.0
"""Seconds: a server that asks for more is taken to ask for this."""


class RetryPolicy(NamedTuple):
    """Exponential backoff with jitter; a server's ``Retry-After`` takes precedence."""

    attempts: int = 5
    """Including the first."""
    first_pause: float = 0.5
    """Seconds, like the others."""
    longest_pause: float = 8.0
    longest_retry_after: float = 120.0
    """If a server asks for more, its error is raised instead."""

    def pause(self, outcome: Reply | Failure, *, attempt: int, repeatable: bool) -> float | None:
        """Return the seconds to wait before the next attempt, or None if there is to be none.

        A request that is not `repeatable` (it may cost money) is repeated only if it provably
        never left, or if the server refused it with 429.
        """
        if attempt >= self.attempts or not _is_retryable(outcome, repeatable=repeatable):
            return None
        delay = retry_after(outcome) if isinstance(outcome, Reply) else None
        if delay is not None:
            return delay if delay <= self.longest_retry_after else None
        ceiling = min(self.longest_pause, self.first_pause * 2.0 ** (attempt - 1))
        return ceiling * random.uniform(0.5, 1.0)  # noqa: S311  # spreads clients, guards nothing


def _is_retryable(outcome: Reply | Failure, *, repeatable: bool) -> bool:
    if isinstance(outcome, Failure):
        return repeatable or outcome.never_sent
    if not repeatable or not outcome.ok:
        return outcome.status == 429 or (repeatable and outcome.status in _TRANSIENT)
    if outcome.media_type not in _PAGES and not outcome.media_type.endswith("json"):
        return False  # the body may be the output itself
    from .json_document import Absent  # see `Reply.json`

    return isinstance(outcome.json, Absent)  # a proxy's page, or a truncated document


def retry_after(reply: Reply) -> float | None:
    """Return the delay that ``Retry-After`` asks for (RFC 9110 §10.2.3), from 0 to `LONGEST_DELAY` seconds.

    None without the header, and for anything but ASCII digits or an HTTP date.
    """
    value = reply.headers.get("retry-after", "").strip(" \t")
    if value.isascii() and value.isdecimal():
        return min(float(value[:20]), LONGEST_DELAY)  # more digits only take time to convert
    if not re.fullmatch(_DATE, value):
        return None
    from email.utils import parsedate_to_datetime  # rare, and slow to import

    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:  # asctime, or "-0000": a time in UTC
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - datetime.now(UTC)).total_seconds()), LONGEST_DELAY)
