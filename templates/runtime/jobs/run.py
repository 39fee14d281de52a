"""Submitting and waiting as one operation, under one deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ..core.options import capped
from .polling import Watch
from .result import Result, result_of
from .submit import Identity, submit

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.effects import Operation
    from ..files.download import Files
    from ..files.outputs import OutputT
    from ..models.request import Request


def run(
    context: Context,
    files: Files,
    request: Request[OutputT],
    *,
    timeout: float | None,
    webhook_url: str | None,
    max_credits: float | None,
    key: str | None,
    cancel: bool,
) -> Operation[Result[OutputT]]:
    """The result of a new job; what `submit`, `Watch` and `result_of` raise.  Time runs from now."""
    context = capped(context, max_credits)
    deadline = context.deadline(timeout)

    def steps() -> Operation[Result[OutputT]]:
        info = yield from submit(context, request, webhook_url=webhook_url, deadline=deadline, identity=Identity(key))
        info = yield from Watch(context, info, deadline, cancel=cancel).to_the_end()
        return result_of(context, files, info, output_of(request))

    return steps()


def output_of(request: Request[OutputT] | type[Request[OutputT]]) -> type[OutputT]:
    """The output class of a request; that the two agree is the generator's work."""
    return cast("type[OutputT]", request.__output__)
