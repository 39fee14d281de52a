"""Submitting and waiting as one operation, under one deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .polling import JobPoller
from .result import build_result
from .submit import SubmissionKey, submit

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.effects import Operation
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
        info = yield from JobPoller(context, info, deadline, cancel=cancel).until_done()
        return build_result(context, files, info, type(request))

    return steps()
