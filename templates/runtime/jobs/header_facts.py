"""Facts about a job in the headers of a response, and in the URL of its status."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from ..core.outcome import Reply
    from ..core.profile import JobProtocol

_PLACEHOLDERS = re.compile(r"(?<!\{)(\{[a-z_]+(?:\[[^]]*\])?\})(?!\})")


def header_facts(job: JobProtocol, reply: Reply | None) -> dict[str, str]:
    """The facts in the headers of a response."""
    if reply is None or not job.headers:
        return {}
    named = ((fact, reply.headers.get(header.lower())) for fact, header in job.headers.items())
    return {fact: value for fact, value in named if value}


def id_in_url(job: JobProtocol, url: str | None) -> str:
    """The job's id in the URL of its status, by the route; empty if there is none."""
    if url is None or job.url is None or "{job_id}" not in job.url.url:
        return ""
    parts = _PLACEHOLDERS.split(job.url.url.partition("?")[0])
    names = ["(?P<id>[^/?#]+)" if part == "{job_id}" else "[^?#]+" for part in parts[1::2]]
    fixed = map(re.escape, parts[::2])
    pattern = "".join(part for pair in zip(fixed, [*names, ""], strict=True) for part in pair)
    found = re.search(rf"{pattern}/?(?:[?#]|$)", url)
    return unquote(found["id"]) if found else ""


def number_or(value: float | None, header: str | None) -> float | None:
    """A number of a document, or else of a header."""
    if value is not None or header is None:
        return value
    try:
        given = float(header)
    except ValueError:
        return None
    return given if isfinite(given) else None
