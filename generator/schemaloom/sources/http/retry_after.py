"""The ``Retry-After`` header (RFC 9110, section 10.2.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 366 * 24 * 3600.0
"""Seconds; a header that asks for more means this."""
_SECONDS = re.compile(r"[0-9]+")
# Each of the three spellings of a date begins with the name of a day.
_DATE = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .+")


def retry_after(header: str | None, *, now: datetime) -> float | None:
    """Return the delay that a ``Retry-After`` header asks for, in seconds from 0 to `LONGEST`.

    None if there is no header, or its value is neither ASCII digits nor an HTTP date.
    """
    value = (header or "").strip(" \t")
    if _SECONDS.fullmatch(value):
        # A number of more digits than this is clamped anyway, and costs time to convert.
        return min(float(value[:20]), LONGEST)
    if not _DATE.fullmatch(value):
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    delay = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    return min(max(0.0, delay), LONGEST)
