"""Submitting, and waiting or listening, as one operation under one deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.effects import Sleep
from ..core.interrupted import add_job_note
from .event_response import EventReader
from .polling import JobPoller
from .result import build_result
from .submit import SubmissionKey, submit
from .text_stream import TextStream

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.effects import Operation, Updates
    from ..core.job_info import JobInfo
    from ..files.download import Downloader
    from ..files.outputs import OutputT
    from ..models.request import Request
    from ..models.result import Result


def run(
    context: Context,
    files: Downloader,
    request: Request[OutputT],
    *,
    timeout: float | None,
    webhook_url: str | None,
    max_credits: float | None,
    key: str | None,
    cancel: bool,
) -> Operation[Result[OutputT]]:
    """The result of a new job; what `submit`, `JobPoller` and `build_result` raise.  Time runs from now."""
    context = context.with_max_credits(max_credits)
    deadline = context.deadline(timeout)

    def steps() -> Operation[Result[OutputT]]:
        info = yield from submit(
            context, request, webhook_url=webhook_url, deadline=deadline, identity=SubmissionKey(key)
        )
        try:
            yield Sleep(0)  # a deferred interruption is raised here
            info = yield from JobPoller(context, info, deadline, cancel=cancel).until_done()
            return build_result(context, files, info, type(request))
        except BaseException as error:
            add_job_note(error, info.id, context.interrupted)
            raise

    return steps()


def stream_text(
    context: Context,
    files: Downloader,
    request: Request[object],
    *,
    timeout: float | None,
    max_credits: float | None,
    key: str | None,
) -> Updates[str]:
    """Emit the text of a new job as it is made: from the response to the submission if that is events, or else as
    `TextStream` does.  Raises what `run` raises.
    """
    context = context.with_max_credits(max_credits)
    deadline = context.deadline(timeout)
    events = context.profile.submit.events
    reader = None if events is None or events.text is None else EventReader(context, events)

    def read(info: JobInfo) -> Result[object]:
        return build_result(context, files, info, type(request))

    info = yield from submit(
        context, request, webhook_url=None, deadline=deadline, identity=SubmissionKey(key), listener=reader
    )
    try:
        yield Sleep(0)  # as above
        heard = () if reader is None else reader.texts
        yield from TextStream(context, JobPoller(context, info, deadline), deadline, read, heard=heard).pieces()
    except GeneratorExit:  # the caller wants no more
        raise
    except BaseException as error:
        add_job_note(error, info.id, context.interrupted)
        raise
