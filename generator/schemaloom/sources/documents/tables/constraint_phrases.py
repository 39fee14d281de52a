"""Constraints in set phrases of descriptions, such as ``(min: 1, max: 8)``.

Only these phrases count.  "Up to five reference images" or "1-8 images" is prose: a hint to a
reader, and no rule.
"""

from __future__ import annotations

import re
from dataclasses import replace

from schemaloom.sources.documents.tables.cell_values import Allowed, read_allowed, read_range

_OPTIONS = "(Options: "
_LIMITS = re.compile(r"\(((?:min|max): [^()]*)\)$")
_MOST_SUFFIXES = 4
_RANGE = re.compile(r"\b(?:valid|allowed|accepted) range(?: is)?:? (.+?)(?:\.(?=\s|$)|$)", re.IGNORECASE)
_VALUES = re.compile(r"\b(?:allowed values|valid values|options)(?: are)?: (.+?)(?:\.(?=\s|$)|$)", re.IGNORECASE)
_OBJECT = re.compile(
    r"\bobject with (\w+)((?:, \w+)*),? and (\w+)(?: (integer|number|string|boolean)s)?\b", re.IGNORECASE
)


def split_suffixes(description: str) -> tuple[str, Allowed | None]:
    """Take off the ``(Options: …)`` and ``(min: …)`` at the end, which repeat no prose, and read them."""
    found, rest = Allowed(), description.strip()
    for _ in range(_MOST_SUFFIXES):
        if not rest.endswith(")"):
            break
        limits = _LIMITS.search(rest)
        bounds = read_range(limits[1]) if limits is not None else None
        start = rest.rfind(_OPTIONS)
        if limits is not None and bounds is not None:
            found = replace(found, minimum=bounds[0], maximum=bounds[1])
            rest = rest[: limits.start()].rstrip()
        elif start >= 0 and rest.count("(", start) == rest.count(")", start):
            read = read_allowed(rest[start + len(_OPTIONS) : -1]) or Allowed()
            found = replace(found, choices=read.choices, truncated=read.truncated)
            rest = rest[:start].rstrip()
        else:
            break
    return rest, found if found != Allowed() else None


def labelled(description: str) -> Allowed | None:
    """Read ``Valid range: 20-50.`` and ``Allowed values: jpeg, png.`` inside a description."""
    if (match := _RANGE.search(description)) and (bounds := read_range(match[1])) is not None:
        return Allowed(minimum=bounds[0], maximum=bounds[1])
    if match := _VALUES.search(description):
        return read_allowed(match[1])
    return None


def member_types(description: str) -> dict[str, str]:
    """Read ``object with width and height integers``: members and the type stated for them."""
    match = _OBJECT.search(description)
    if match is None or match[4] is None:
        return {}
    names = [match[1], *(part.strip() for part in match[2].split(",") if part.strip()), match[3]]
    return dict.fromkeys(names, match[4].casefold())
