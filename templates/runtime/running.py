"""Submitting and waiting as one operation, under one deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .results import Result, result_of
from .submission import Identity, submit
from .watching import Watch

if TYPE_CHECKING:
    from .context import Context
    from .deadline import Deadline
    from .downloads import Files
    from .effects import Operation
    from .outputs import OutputT
    from .request import Request


def run(
    context: Context,
    files: Files,
    request: Request[OutputT],
    *,
    webhook_url: str | None,
    deadline: Deadline,
    cancel: bool,
    identity: Identity,
) -> Operation[Result[OutputT]]:
    """The result of a new job; what `submit`, `Watch` and `result_of` raise."""
    info = yield from submit(context, request, webhook_url=webhook_url, deadline=deadline, identity=identity)
    info = yield from Watch(context, info, deadline, cancel=cancel).to_the_end()
    return result_of(context, files, info, output_of(request))


def output_of(request: Request[OutputT] | type[Request[OutputT]]) -> type[OutputT]:
    """The output class of a request; that the two agree is the generator's work."""
    return cast("type[OutputT]", request.__output__)
