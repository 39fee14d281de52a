"""Untrusted text and values as one line that is safe to print.

Model ids, parameter names, texts and values come from a provider.  Text for a terminal or a log
passes through `plain`; each format then escapes for its own syntax.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from schemaloom.json.values import JsonValue

LONGEST_TEXT = 400
"""Most characters of an id, a text or a pointer that is shown to people."""
LONGEST_VALUE = 600
"""Most characters of a value that is shown to people."""


def plain(text: str, limit: int = LONGEST_TEXT) -> str:
    r"""Make a text one line that controls neither a terminal nor a build log.

    Control, bidirectional and line-breaking characters become ``\x..`` escapes.  GitHub's runner
    obeys ``##[command]`` anywhere in a line of output, so that is broken up too.
    """
    text = shortened(text, limit)
    if not text.isprintable():
        text = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
    return text.replace("##[", "#\\x23[")


def shortened(text: str, limit: int) -> str:
    """Cut a text that is longer than `limit` characters, and mark the cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def value_text(value: JsonValue, limit: int = LONGEST_VALUE) -> str:
    """A value as compact JSON on one line, cut where it is long; ``(none)`` if there is no value."""
    if value is None:
        return "(none)"
    return plain(json.dumps(value, ensure_ascii=False, sort_keys=True), limit)


def counted(number: int, noun: str) -> str:
    """``1 model``, ``2 models``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(items: Sequence[str], most: int) -> str:
    """The first `most` items, and how many more there are."""
    more = len(items) - most
    return ", ".join(items[:most]) + (f" and {more} more" if more > 0 else "")


def model_name(model: str) -> str:
    """A model's id as it is shown, or ``the catalogue`` for the empty id."""
    return plain(model) if model else "the catalogue"
