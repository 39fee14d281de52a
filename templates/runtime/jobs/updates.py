"""Updates of a running job: its status, progress, and new lines of its log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.effects import Emit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.effects import Updates
    from ..core.job_info import JobInfo
    from .polling import JobPoller


def updates(poller: JobPoller) -> Updates[JobInfo]:
    """Emit the job as it is, then after each poll that brought news, until the job has ended."""
    before, info = None, poller.info
    while True:
        info = replace(info, new_logs=new_lines(before.logs if before else (), info.logs))
        if before is None or info.new_logs or _state(info) != _state(before):
            yield Emit(info)
        if info.ended:
            return
        before, info = info, (yield from poller.poll_once())


def _state(info: JobInfo) -> tuple[object, ...]:
    return info.status, info.provider_status, info.queue_position, info.progress


def new_lines(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """Return the lines of a log that an earlier reading did not have; either may hold the last lines only."""
    for start in range(len(before)):
        kept = before[start:]
        if kept[: len(now)] == now[: len(kept)]:
            return tuple(now[len(kept) :])
    return tuple(now)
