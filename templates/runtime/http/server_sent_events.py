"""Server-sent events, read from a stream of bytes as the HTML standard defines them."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\r|\n")
LONGEST_EVENT = 4 * 1024 * 1024
"""Characters of one event."""


class Event(NamedTuple):
    """One event."""

    name: str
    """``message`` if the stream gives none."""
    data: str
    id: str
    """Empty if the event has none."""


class EventParser:
    """Makes events of bytes, in whatever pieces they come; what is incomplete at the end is no event."""

    def __init__(self, *, longest: int = LONGEST_EVENT) -> None:
        """`longest` is the most characters of one event."""
        self._longest = longest
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._rest = ""
        self._data: list[str] = []
        self._event = Event("", "", "")

    def feed(self, content: bytes) -> list[Event]:
        """Return the events that `content` completes.  Raises `ValueError` for an event that is too long."""
        text = self._rest + self._decoder.decode(content)
        # A carriage return at the end may be the first half of a line's end.
        held = "\r" if text.endswith("\r") else ""
        *lines, last = _LINE_END.split(text.removesuffix(held))
        self._rest = last + held
        found = [event for line in lines if (event := self._read(line)) is not None]
        if len(self._rest) + sum(map(len, self._data)) > self._longest:
            raise ValueError(f"an event is longer than {self._longest} characters")
        return found

    def _read(self, line: str) -> Event | None:
        """Read one line; an empty one completes an event that has data."""
        if not line:
            event = self._event._replace(name=self._event.name or "message", data="\n".join(self._data))
            has_data = bool(self._data)
            self._data, self._event = [], Event("", "", "")
            return event if has_data else None
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match field:
            case "data":
                self._data.append(value)
            case "event":
                self._event = self._event._replace(name=value)
            case "id" if "\0" not in value:
                self._event = self._event._replace(id=value)
            case _:
                pass
        return None
