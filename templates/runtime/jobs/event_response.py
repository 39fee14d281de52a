"""Responses to submissions in server-sent events, read whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.effects import EVENT_STREAM
from ..core.json_document import Absent, find, parse, sentence
from ..http.server_sent_events import EventParser
from .read_job import read_job

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.effects import Reply
    from ..core.job_info import JobInfo
    from ..core.json_document import JsonValue
    from ..core.profile import SubmitEvents


def is_event_stream(reply: Reply) -> bool:
    """Whether the body is server-sent events."""
    return reply.media_type == EVENT_STREAM


def read_events(context: Context, described: SubmitEvents, reply: Reply) -> JobInfo | None:
    """Return the job that the events describe; None if they end too early to tell."""
    texts: list[str] = []
    document: JsonValue = None
    ended = not described.end
    # An empty line ends the last event, which some servers leave open.
    for event in EventParser(longest=len(reply.content) + 2).feed(reply.content + b"\n\n"):
        if event.name in described.end or event.data in described.end:
            ended = True
            break
        data = parse(event.data.encode())
        data = None if isinstance(data, Absent) else data
        if isinstance(data, dict | list) and (failure := sentence(data, context.profile.errors.message)) is not None:
            return replace(read_job(context, data, reply=reply), status="failed", error=failure)
        if described.event not in (None, event.name):
            continue
        document = data
        text = event.data if described.text == "" else find(data, described.text or "")
        if isinstance(text, str):
            texts.append(text)
    if not ended:
        return None
    info = read_job(context, document, reply=reply)
    return info if described.text is None else replace(info, status="succeeded", raw="".join(texts))
