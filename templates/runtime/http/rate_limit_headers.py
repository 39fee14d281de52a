"""What a server says about the rest of its budget, before it has to refuse anything.

Three spellings are in use: ``X-RateLimit-Remaining`` and ``-Reset`` (seconds, or seconds since the
epoch), the same without ``X-``, and ``RateLimit: "default";r=0;t=12`` of the IETF's later drafts.
"""

from __future__ import annotations

import math
import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.effects import Reply

_SAYING = frozenset({"ratelimit", "ratelimit-remaining", "x-ratelimit-remaining"})
_EPOCH = 1e9
"""More than this many seconds are a moment, not a duration."""


def exhausted_for(reply: Reply) -> float:
    """Seconds until there is budget again; zero where some is left, or nothing is said."""
    headers = reply.headers
    if not _SAYING & headers.keys():
        return 0.0
    names = ("ratelimit-", "x-ratelimit-")
    pairs = ({"r": headers.get(f"{name}remaining", ""), "t": headers.get(f"{name}reset", "")} for name in names)
    places = (_structured(headers.get("ratelimit", "")), *pairs)
    for place in places:
        if _number(place, "r") == 0:
            reset = _number(place, "t") or 0.0
            return max(0.0, reset - time.time() if reset > _EPOCH else reset)
    return 0.0


def _structured(value: str) -> dict[str, str]:
    return dict(re.findall(r";\s*([rt])=(\d+)", value))


def _number(fields: Mapping[str, str], name: str) -> float | None:
    try:
        number = float(fields.get(name, ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
