"""Literals from untrusted values: the first of two functions through which they enter Python source.

(The second is in `docstrings`.)  The result is an expression that evaluates to the value, whatever
the value is.
"""

from __future__ import annotations

import json
from typing import Final

from schemaloom.json.values import JsonValue

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)


def literal(value: JsonValue) -> str:
    """Python source of a JSON value, in printable ASCII on one line."""
    if isinstance(value, str):
        return text_literal(value)
    if isinstance(value, list):
        return "[" + ", ".join([literal(item) for item in value]) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join([f"{text_literal(key)}: {literal(part)}" for key, part in value.items()]) + "}"
    return repr(value)


def tuple_literal(items: list[str]) -> str:
    """Python source of a tuple whose items are already source."""
    return f"({items[0]},)" if len(items) == 1 else "(" + ", ".join(items) + ")"


def text_literal(text: str) -> str:
    """Python source of a string, double-quoted; characters that are not printable are escaped.

    Characters that reorder or hide others on screen (bidi controls, zero-width) are not
    printable to Python, so a reviewer always sees them spelled out.
    """
    if text.isprintable():
        return _ENCODER.encode(text)  # of printable characters, both languages escape quotes and backslashes alone
    quoted = ascii(text)
    if quoted[0] == '"':  # it chose double quotes because the string holds single ones only
        return quoted
    return '"' + quoted[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'
