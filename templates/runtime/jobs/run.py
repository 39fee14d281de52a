"""Submitting and waiting as one operation, under one deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ..core.options import capped
from .polling import JobPoller
from .result import Result, result_of
from .submit import SubmissionKey, submit

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.effects import Operation
    from ..files.download import Downloader
    from ..files.outputs import OutputT
    from ..models.request import Request


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
    """The result of a new job; what `submit`, `JobPoller` and `result_of` raise.  Time runs from now."""
    context = capped(context, max_credits)
    deadline = context.deadline(timeout)

    def steps() -> Operation[Result[OutputT]]:
        info = yield from submit(
            context, request, webhook_url=webhook_url, deadline=deadline, identity=SubmissionKey(key)
        )
        info = yield from JobPoller(context, info, deadline, cancel=cancel).until_done()
        return result_of(context, files, info, output_of(request))

    return steps()


def output_of(request: Request[OutputT] | type[Request[OutputT]]) -> type[OutputT]:
    """The output class of a request; that the two agree is the generator's work."""
    return cast("type[OutputT]", request.__output__)
