"""The text of a job as it is made: from server-sent events, and completed from the result.

Listening costs nothing and changes nothing: the job was submitted before, and is not submitted
again whatever becomes of the stream.  A stream that breaks is asked for the events after the last
one; if its events have no ids, or it breaks again and again, the rest comes from the result.  So no
part of the text is lost, and none comes twice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, cast

from ..core.effects import EVENT_STREAM, Emit, Receive, Sleep
from ..core.errors import SDKError
from ..core.interrupted import with_job_note
from ..core.json_document import Absent, find, parse
from ..core.outcome import Failure
from ..files.outputs import TextOutput
from ..http.api_call import send_with_retries
from ..http.server_sent_events import Event, EventParser
from .job_calls import read_call

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from ..core.context import Context
    from ..core.deadline import Deadline
    from ..core.effects import Operation, Outcome, Updates
    from ..core.job_info import JobInfo
    from ..core.profile import JobStream
    from ..models.result import Result
    from .polling import JobPoller

_MOST_BREAKS = 3
"""Connections in a row that brought no text."""


class TextStream:
    """Listens to one job."""

    def __init__(
        self,
        context: Context,
        poller: JobPoller,
        deadline: Deadline,
        read: Callable[[JobInfo], Result[object]],
        *,
        heard: Iterable[str] = (),
    ) -> None:
        """`read` returns the result of the job when it has ended, or raises its error.

        `heard` is the text that the response to the submission brought.
        """
        self._context = context
        self._poller = poller
        self._deadline = deadline
        self._read_result = read
        self._texts = list(heard)
        self._ids: set[str] = set()
        self._last_id = ""

    def pieces(self) -> Updates[str]:
        """Emit the pieces of the text, then what the result has beyond them; raise as reading the result does."""
        stream = self._context.profile.job.stream
        if stream is not None and not self._poller.info.ended:
            yield from self._listen(stream)
        info = yield from self._poller.until_done()
        whole, streamed = _text(self._read_result(info)), "".join(self._texts)
        if whole is not None and whole.startswith(streamed):
            if rest := whole[len(streamed) :]:
                yield Emit(rest)
        elif streamed:
            self._context.log.warning("job %s: the result differs from the text that was streamed", info.id)

    def _listen(self, stream: JobStream) -> Updates[str]:
        """Emit pieces until the stream ends, or cannot be resumed."""
        breaks = 0
        while breaks < _MOST_BREAKS and (yield from self._connect(stream)):
            before, parser = len(self._texts), EventParser()
            while isinstance(content := (yield from self._receive()), bytes):
                try:
                    events = parser.feed(content)
                except ValueError as error:
                    self._give_up(str(error))
                    return
                for event in events:
                    if event.name in stream.end:
                        return
                    if piece := self._read_event(stream, event):
                        yield Emit(piece)
            if not self._last_id:
                self._give_up("its events have no ids")
                return
            breaks = 0 if len(self._texts) > before else breaks + 1
            yield Sleep(min(self._context.retries.first_pause * 2**breaks, self._deadline.remaining))

    def _connect(self, stream: JobStream) -> Operation[bool]:
        """Open the stream after the last event; return whether it is one."""
        info = self._poller.info
        call = read_call(self._context, stream.url, info, info.stream_url, "stream")
        headers = {"accept": EVENT_STREAM, "cache-control": "no-store"}
        if self._last_id:
            headers["last-event-id"] = self._last_id
        try:
            with with_job_note(info.id, self._context.interrupted):
                outcome = yield from send_with_retries(
                    self._context, replace(call, headers=headers, stream=True), self._deadline, urgent=True
                )
        except SDKError as error:
            return self._give_up(str(error))
        if isinstance(outcome, Failure):
            return self._give_up(outcome.reason)
        if not outcome.ok or outcome.media_type != EVENT_STREAM:
            return self._give_up(f"the answer is {outcome.status} {outcome.media_type}")
        return True

    def _receive(self) -> Generator[Receive, Outcome, Outcome]:
        with with_job_note(self._poller.info.id, self._context.interrupted):
            return (yield Receive())

    def _read_event(self, stream: JobStream, event: Event) -> str:
        """Return the text of an event; empty if it has none, or came before."""
        if event.id:
            if event.id in self._ids:
                return ""
            self._ids.add(event.id)
            self._last_id = event.id
        if event.name != stream.event:
            return ""
        piece = event.data
        if stream.text is not None:
            document = parse(event.data.encode())
            found = None if isinstance(document, Absent) else find(document, stream.text)
            piece = found if isinstance(found, str) else ""
        if piece:
            self._texts.append(piece)
        return piece

    def _give_up(self, reason: str) -> Literal[False]:
        self._context.log.info("the stream of job %s ended early, polling it: %s", self._poller.info.id, reason)
        return False


def _text(result: Result[object]) -> str | None:
    """The text of a result; None if it has none."""
    output = result.output
    if isinstance(output, TextOutput):
        return "".join(output.texts)
    if isinstance(output, list) and not result.files:
        parts = cast("list[object]", output)
        return "".join(cast("list[str]", parts)) if all(isinstance(part, str) for part in parts) else None
    return output if isinstance(output, str) else None
