"""Responses to submissions in server-sent events: read while they arrive, and judged when they have ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.effects import EVENT_STREAM
from ..core.json_document import Absent, find, parse, sentence
from ..http.server_sent_events import LONGEST_EVENT, EventParser
from .read_job import read_job

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.job_info import JobInfo
    from ..core.json_document import JsonValue
    from ..core.outcome import Reply
    from ..core.profile import SubmitEvents
    from ..http.server_sent_events import Event


def is_event_stream(reply: Reply) -> bool:
    """Whether the body is server-sent events."""
    return reply.media_type == EVENT_STREAM


def read_events(context: Context, described: SubmitEvents, reply: Reply) -> JobInfo | None:
    """Return the job that the events describe; None if they end too early to tell."""
    # An empty line ends the last event, which some servers leave open.
    content = reply.content + b"\n\n"
    reader = EventReader(context, described, longest=len(content))
    reader.feed(content)
    return reader.job(reply)


class EventReader:
    """Reads the events of one response, in whatever pieces they come."""

    def __init__(self, context: Context, described: SubmitEvents, *, longest: int = LONGEST_EVENT) -> None:
        """`longest` is the most characters of one event."""
        self._context = context
        self._described = described
        self._parser = EventParser(longest=longest)
        self._document: JsonValue = None
        self._failure: str | None = None
        self._ended = not described.end
        self._is_closed = False
        self.texts: list[str] = []
        """The texts so far."""

    def feed(self, content: bytes) -> list[str]:
        """Return the texts of the events that `content` completes; none after an event that is too long."""
        before = len(self.texts)
        try:
            for event in () if self._is_closed else self._parser.feed(content):
                self._read(event)
                if self._is_closed:
                    break
        except ValueError:
            self._is_closed = True
        return self.texts[before:]

    def job(self, reply: Reply) -> JobInfo | None:
        """Return the job that the events describe; None if they end too early to tell."""
        info = read_job(self._context, self._document, reply=reply)
        if self._failure is not None:
            return replace(info, status="failed", error=self._failure)
        if not self._ended:
            return None
        return info if self._described.text is None else replace(info, status="succeeded", raw="".join(self.texts))

    def _read(self, event: Event) -> None:
        described = self._described
        if event.name in described.end or event.data in described.end:
            self._ended = self._is_closed = True
            return
        data = parse(event.data.encode())
        data = None if isinstance(data, Absent) else data
        message = self._context.profile.errors.message
        if isinstance(data, dict | list) and (failure := sentence(data, message)) is not None:
            self._document, self._failure, self._is_closed = data, failure, True
        elif described.event in (None, event.name):
            self._document = data
            text = event.data if described.text == "" else find(data, described.text or "")
            if isinstance(text, str):
                self.texts.append(self._context.credential.scrub(text))
