"""Words and values that every format shows, made safe to print.

Model ids, parameter names and messages are a stranger's text.  What is printed on a terminal or
into a log passes through `plain`; each format then escapes for its own syntax.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from schemaloom.drift.change import DriftReport, Severity
from schemaloom.json.values import JsonValue

LONGEST_TEXT = 400
"""Most characters of a message, an id or a pointer that is shown to people."""
LONGEST_VALUE = 600
"""Most characters of a value that is shown to people."""


def plain(text: str, limit: int = LONGEST_TEXT) -> str:
    r"""Make a text one line that steers neither a terminal nor a build log.

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
    """Spell a value as compact JSON on one line; the lack of one as ``(none)``."""
    if value is None:
        return "(none)"
    return plain(json.dumps(value, ensure_ascii=False, sort_keys=True), limit)


def counted(number: int, noun: str) -> str:
    """``1 model``, ``2 models``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(items: tuple[str, ...], most: int) -> str:
    """The first `most` items, and how many more there are."""
    more = len(items) - most
    return ", ".join(items[:most]) + (f" and {more} more" if more > 0 else "")


def counts_sentence(report: DriftReport) -> str:
    """``1 breaking, 0 dangerous, 2 safe, 0 info``, and the acknowledged if there are any."""
    counts: Mapping[Severity, int] = report.counts()
    sentence = ", ".join(f"{number} {severity}" for severity, number in counts.items())
    acknowledged = sum(change.acknowledged for change in report.changes)
    return f"{sentence}, {acknowledged} acknowledged" if acknowledged else sentence


def model_name(model: str) -> str:
    """A model's id as it is shown; the catalogue as a whole has none."""
    return plain(model) if model else "the catalogue"
