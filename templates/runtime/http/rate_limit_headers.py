"""Read the headers in which a server states the rest of its rate limit, before it has to refuse a request.

Three spellings are in use: ``X-RateLimit-Remaining`` and ``-Reset`` (seconds, or seconds since the
epoch), the same without ``X-``, and ``RateLimit: "default";r=0;t=12`` of the IETF's later drafts.
"""

from __future__ import annotations

import math
import re
import time
from typing import TYPE_CHECKING

from ..core.retry_policy import LONGEST_DELAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.outcome import Reply

_NAMES = frozenset({"ratelimit", "ratelimit-remaining", "x-ratelimit-remaining"})
_EPOCH = 1e9
"""More than this many seconds are a moment, not a duration."""


def exhausted_for(reply: Reply) -> float:
    """Return the seconds until the rate limit allows a request; 0 if it does, or nothing is stated."""
    headers = reply.headers
    if not _NAMES & headers.keys():
        return 0.0
    prefixes = ("ratelimit-", "x-ratelimit-")
    pairs = (
        {"r": headers.get(f"{prefix}remaining", ""), "t": headers.get(f"{prefix}reset", "")} for prefix in prefixes
    )
    for fields in (_structured(headers.get("ratelimit", "")), *pairs):
        if _number(fields, "r") == 0:
            reset = _number(fields, "t") or 0.0
            return min(max(0.0, reset - time.time() if reset > _EPOCH else reset), LONGEST_DELAY)
    return 0.0


def _structured(value: str) -> dict[str, str]:
    return dict(re.findall(r";\s*([rt])=(\d+)", value))


def _number(fields: Mapping[str, str], name: str) -> float | None:
    try:
        number = float(fields.get(name, ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
