"""Resume a job that the ledger has recorded instead of paying again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..core.effects import Operation, Sleep, run_blocking
from ..core.errors import JobExpired, SubmissionUncertain
from ..core.interrupted import with_job_note
from .job_calls import route_values
from .polling import fetch_job_by_id

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.deadline import Deadline
    from ..core.job_info import JobInfo
    from ..core.ledger import Ledger
    from ..models.request import Request

_GLANCE = 0.2
"""Seconds between two glances at an entry that its sender is about to complete."""


def resume_submission(
    context: Context, ledger: Ledger, request: Request[object], mark: str, deadline: Deadline, *, ended: bool
) -> Operation[JobInfo | None]:
    """Return the recorded job for this request, or None if none is usable.

    Those that have ended count if they are asked for, and ended well.  Raises
    `SubmissionUncertain` where there may be a job, and `NotFound` if the API does not know it.
    An error of reading the recorded job has its ``job_id``: the job is paid for.
    """
    while True:
        found = yield from run_blocking(lambda: ledger.unfinished(context.base_url, mark))
        entry = found[0] if found else None
        job_id = entry.job_id if entry else None
        if entry is None and ended:
            job_id = yield from run_blocking(lambda: ledger.succeeded(context.base_url, mark))
        if job_id is not None:
            try:
                with with_job_note(job_id, context.interrupted):
                    info = yield from fetch_job_by_id(context, job_id, deadline, route_values(request))
            except JobExpired:
                continue  # the ledger has its end now
            context.log.info("job %s of the same request is taken up; nothing is paid", info.id)
            return info
        if entry is None:
            return None
        if not entry.under_way or deadline.remaining <= _GLANCE:
            sent_at = datetime.fromtimestamp(entry.sent_at, tz=UTC)
            raise SubmissionUncertain(
                request,
                fingerprint=mark,
                reason=f"the same request was sent at {sent_at:%F %T} UTC, and no answer is on record",
                hint=f"client.jobs.recover() shows what it may be, client.jobs.resolve({mark!r}, ...) records it.",
            )
        yield Sleep(_GLANCE)
