"""The sentence of a change: prose of ours, with every name and value in it marked as such.

Names and values are untrusted text.  `name` and `value` make them one printable line and put them
between control characters, which no printable text contains, so that each format can show them in
its own way: `message_text` bare and as JSON, `message_markdown` as code spans.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, cast

from schemaloom.drift.plain_text import listed, plain, shortened, value_text
from schemaloom.json.values import JsonValue

_LONGEST_NAME = 200
_LONGEST_QUOTED = 60
_MOST_QUOTED = 5
_NAME, _VALUE, _END = "\x0e", "\x0f", "\x03"
_PARTS = re.compile(f"([{_NAME}{_VALUE}])([^{_END}]*){_END}")


class Part(NamedTuple):
    """A piece of a message: prose of ours, a name, or a value as JSON text."""

    kind: Literal["prose", "name", "value"]
    text: str


def name(text: str) -> str:
    """A name, pattern or id, marked for a message."""
    return _NAME + (plain(text, _LONGEST_NAME) or '""') + _END


def value(content: JsonValue) -> str:
    """A JSON value, marked for a message and cut where it is long."""
    if content is None:
        return f"{_VALUE}null{_END}"
    if isinstance(content, str):
        return f"{_VALUE}{value_text(shortened(content, _LONGEST_QUOTED))}{_END}"
    return f"{_VALUE}{value_text(content, _LONGEST_QUOTED)}{_END}"


def values(contents: Iterable[JsonValue]) -> str:
    """A few JSON values, marked for a message, and how many more there are."""
    return listed(tuple(map(value, contents)), _MOST_QUOTED)


def message_parts(message: str) -> Iterator[Part]:
    """The pieces of a message, in order."""
    end = 0
    for match in _PARTS.finditer(message):
        if match.start() > end:
            yield Part("prose", message[end : match.start()])
        yield Part("name" if match[1] == _NAME else "value", match[2])
        end = match.end()
    if end < len(message):
        yield Part("prose", message[end:])


def message_text(message: str) -> str:
    """A message without its marks, as terminals and logs show it: names bare, values as JSON."""
    return "".join(part.text for part in message_parts(message))


def message_markdown(message: str) -> str:
    """A message as Markdown: names and values are code spans with their characters as they are."""
    return "".join(part.text if part.kind == "prose" else code(unquoted(part)) for part in message_parts(message))


def unquoted(part: Part) -> str:
    """Return what a code element shows of a name or a value: a string without its quotes."""
    if part.kind == "value" and len(part.text) > 2 and part.text.startswith('"'):
        try:
            return plain(cast("str", json.loads(part.text)))
        except ValueError:  # cut in the middle
            return part.text
    return part.text


def code(text: str) -> str:
    """A Markdown code span, which no text can end early."""
    text = plain(text, 1_000) or '""'
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"
