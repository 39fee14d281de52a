"""Taking up what the ledger has on record instead of paying for it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from .documents import strings, values
from .effects import Operation, Pause, locally
from .errors import ConfigurationError, JobExpired, SubmissionUncertain
from .job_info import JobInfo, unseen
from .job_routes import list_jobs
from .joint_looks import PAGE
from .ledger_notes import digest
from .watching import look_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .context import Context
    from .deadline import Deadline
    from .ledger import Entry, Ledger
    from .outputs import Output
    from .request import Request

JobT_co = TypeVar("JobT_co", covariant=True)

_GLANCE = 0.2
"""Seconds between two glances at an entry that its sender is about to complete."""
_SKEW = timedelta(minutes=5)
"""How far the provider's clock and this machine's may be apart."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A paid request of which the ledger does not know whether it started a job."""

    fingerprint: str
    """For ``client.jobs.settle``; also that of the `SubmissionUncertain` that its request raises."""
    model: str
    sent_at: datetime
    candidates: tuple[JobInfo, ...]
    """Recent jobs that may be it: of its model and time, as far as the provider tells these, and
    not on record as another's.  Empty also where the provider lists no jobs."""


@dataclass(frozen=True, slots=True)
class Recovery(Generic[JobT_co]):
    """What a ledger has on record without an end, the oldest first."""

    jobs: tuple[JobT_co, ...]
    """Paid for, and not collected as far as is known."""
    uncertain: tuple[Unsettled, ...]
    """May be paid for: see ``client.jobs.settle``."""


def take_up(
    context: Context, ledger: Ledger, request: Request[Output], mark: str, deadline: Deadline
) -> Operation[JobInfo | None]:
    """The job on record for the same request; ``None`` if all of its jobs have ended.

    Raises `SubmissionUncertain` where there may be one, and `NotFound` if the API does not know it.
    """
    while True:
        found = yield from locally(lambda: ledger.unfinished(context.base_url, mark))
        if not found:
            return None
        entry = found[0]
        if entry.job_id is not None:
            try:
                info = yield from look_up(context, entry.job_id, deadline)
            except JobExpired:
                continue  # which is its end
            context.log.info("job %s of the same request is taken up; nothing is paid", info.id)
            return info
        if not entry.under_way or deadline.remaining <= _GLANCE:
            raise SubmissionUncertain(
                request,
                fingerprint=mark,
                reason=f"the same request was sent at {_moment(entry.sent_at):%F %T} UTC, and no answer is on record",
                hint=f"client.jobs.recover() shows what it may be, client.jobs.settle({mark!r}, ...) settles it.",
            )
        yield Pause(_GLANCE)


def recover(context: Context) -> Operation[tuple[list[JobInfo], list[Unsettled]]]:
    """The jobs on record that have not ended, and the requests that may have started one.

    A request is settled here only by proof: one unknown job that names its webhook, which no other
    unsettled request was given.  Raises `ConfigurationError` without a ledger.
    """
    ledger = required(context)
    entries = yield from locally(lambda: ledger.unfinished(context.base_url))
    entries = [entry for entry in entries if not entry.under_way]
    listed: tuple[JobInfo, ...] = ()
    if entries and context.profile.job.list is not None:
        listed = yield from list_jobs(context, limit=PAGE, deadline=context.deadline(None))
    ids = [info.id for info in listed]
    known = yield from locally(lambda: ledger.known(context.base_url, ids))
    unknown = [info for info in listed if info.id and info.id not in known]
    by_id = {info.id: info for info in listed}
    jobs: list[JobInfo] = []
    unsettled: list[Unsettled] = []
    for entry in entries:
        job_id = entry.job_id
        if job_id is None:
            candidates = [info for info in unknown if _may_be(info, entry)]
            proven = _proven(context, entry, entries, candidates)
            if proven is None:
                sent_at = _moment(entry.sent_at)
                unsettled.append(Unsettled(entry.fingerprint, entry.model, sent_at, tuple(candidates)))
                continue
            job_id = proven
            yield from settle(context, entry.fingerprint, job_id)
        jobs.append(by_id.get(job_id) or unseen(job_id, entry.model))
    return jobs, unsettled


def settle(context: Context, fingerprint: str, job_id: str | None) -> Operation[None]:
    """Put down what became of a request.  Raises `ConfigurationError` if it is not an unsettled one."""
    ledger = required(context)
    if not (yield from locally(lambda: ledger.settle(context.base_url, fingerprint, job_id))):
        raise ConfigurationError(f"the ledger has no unsettled request {fingerprint!r}")


def required(context: Context) -> Ledger:
    """The client's ledger."""
    if context.ledger is None:
        raise ConfigurationError(f"{context.profile.package.client} has no ledger: construct it with ledger=...")
    return context.ledger


def _may_be(info: JobInfo, entry: Entry) -> bool:
    if info.model is not None and info.model != entry.model:
        return False
    made = info.created_at
    if made is None or made.tzinfo is None:
        return True
    return _moment(entry.sent_at) - _SKEW <= made <= _moment(entry.answer_by) + _SKEW


def _proven(context: Context, entry: Entry, entries: Sequence[Entry], candidates: Sequence[JobInfo]) -> str | None:
    if entry.callback is None or sum(other.callback == entry.callback for other in entries) > 1:
        return None
    pointers = context.profile.job.fields.webhook
    same = [
        info
        for info in candidates
        if any(digest(url) == entry.callback for place in values(info.raw, pointers) for url in strings(place))
    ]
    return same[0].id if len(same) == 1 else None


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
