"""Recovery of a ledger's unfinished jobs, compared with the provider's list of jobs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from ..core.checks import check_string
from ..core.effects import Operation, run_blocking
from ..core.errors import ConfigurationError
from ..core.job_info import JobInfo
from ..core.json_document import strings, values
from .ledger_recording import digest
from .routes import list_jobs
from .shared_polling import PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.context import Context
    from ..core.ledger import Entry, Ledger

JobT_co = TypeVar("JobT_co", covariant=True)

_SKEW = timedelta(minutes=5)
"""How far the provider's clock and this machine's may be apart."""


@dataclass(frozen=True, slots=True)
class UncertainSubmission:
    """A paid request whose outcome the ledger does not know."""

    fingerprint: str
    """For ``client.jobs.resolve``; also that of the `SubmissionUncertain` that its request raises."""
    model: str
    sent_at: datetime
    candidates: tuple[JobInfo, ...]
    """Recent jobs that it may have started: of its model and time, if the provider reports these, and
    not known to belong to another request.  Empty also if the provider lists no jobs."""


@dataclass(frozen=True, slots=True)
class Recovery(Generic[JobT_co]):
    """The unfinished jobs and uncertain requests of a ledger, oldest first."""

    jobs: tuple[JobT_co, ...]
    """Jobs that are paid for and have no recorded end."""
    uncertain: tuple[UncertainSubmission, ...]
    """Requests that may be paid for: see ``client.jobs.resolve``."""


def recover(context: Context) -> Operation[tuple[list[JobInfo], list[UncertainSubmission]]]:
    """Return the recorded jobs that have not ended, and the requests that may have started one.

    A request is resolved here only if exactly one unknown job names its webhook, and no other
    uncertain request was given that webhook.  Raises `ConfigurationError` without a ledger.
    """
    ledger = _required(context)
    entries = yield from run_blocking(lambda: ledger.unfinished(context.base_url))
    entries = [entry for entry in entries if not entry.under_way]
    listed: tuple[JobInfo, ...] = ()
    if entries and context.profile.job.list is not None:
        listed = yield from list_jobs(context, limit=PAGE, deadline=context.deadline(None))
    known = yield from run_blocking(lambda: ledger.known_ids(context.base_url, [info.id for info in listed]))
    proven = _proven(context, entries, [info for info in listed if info.id not in known])
    for fingerprint, own in proven.items():
        yield from resolve(context, fingerprint, own)
    known.update(proven.values())
    by_id = {info.id: info for info in listed}
    jobs: list[JobInfo] = []
    uncertain: list[UncertainSubmission] = []
    for entry in entries:
        job_id = entry.job_id or proven.get(entry.fingerprint)
        if job_id is not None:
            jobs.append(by_id.get(job_id) or JobInfo.unknown(job_id, entry.model))
            continue
        candidates = tuple(info for info in listed if info.id not in known and _may_be(info, entry))
        uncertain.append(UncertainSubmission(entry.fingerprint, entry.model, _moment(entry.sent_at), candidates))
    return jobs, uncertain


def resolve(context: Context, fingerprint: str, job_id: str | None) -> Operation[None]:
    """Record the outcome of a request.  Raises `ConfigurationError` if it is not an uncertain one."""
    check_string("fingerprint", fingerprint)
    check_string("job_id", job_id, optional=True)
    ledger = _required(context)
    if not (yield from run_blocking(lambda: ledger.resolve(context.base_url, fingerprint, job_id))):
        raise ConfigurationError(f"the ledger has no uncertain request {fingerprint!r}")


def _required(context: Context) -> Ledger:
    if context.ledger is None:
        raise ConfigurationError(f"{context.profile.package.client} has no ledger: construct it with ledger=...")
    return context.ledger


def _may_be(info: JobInfo, entry: Entry) -> bool:
    if not info.id or (info.model is not None and info.model != entry.model):
        return False
    made = info.created_at
    if made is None or made.tzinfo is None:
        return True
    return _moment(entry.sent_at) - _SKEW <= made <= _moment(entry.answer_by) + _SKEW


def _proven(context: Context, entries: Sequence[Entry], unknown: Sequence[JobInfo]) -> dict[str, str]:
    """Return job ids by fingerprint, if exactly one job and one request share a webhook."""
    pointers = context.profile.job.fields.webhook
    named = [(digest(url), info) for info in unknown for place in values(info.raw, pointers) for url in strings(place)]
    given = Counter(entry.callback for entry in entries if entry.job_id is None)
    proven: dict[str, str] = {}
    for entry in entries:
        if entry.job_id is None and entry.callback is not None and given[entry.callback] == 1:
            jobs = {info.id for callback, info in named if callback == entry.callback and _may_be(info, entry)}
            if len(jobs) == 1:
                proven[entry.fingerprint] = jobs.pop()
    return proven


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
