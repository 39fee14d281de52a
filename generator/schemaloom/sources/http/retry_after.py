"""How long a server asks to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST_NUMBER = 12


def retry_after(header: str | None, *, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` header asks for (RFC 9110: a number, or a date), never below 0.

    None when there is no header or it says neither.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
