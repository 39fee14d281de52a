"""What one job document says, read leniently."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ..core.json_document import JsonValue, compact, find, moment, number, strings, text, values

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.profile import JobState, Profile

_ENDED = frozenset({"succeeded", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class JobInfo:
    """A job at one moment; also the event that `Job.updates` yields and an item of `jobs.list`."""

    id: str
    """Empty when the API answered at once, without making a job of it."""
    status: JobState
    """What the provider's status comes down to; a status nobody documented counts as running."""
    provider_status: str | None
    """The provider's own word."""
    error: str | None
    cost: float | None
    """In the provider's currency: see `Profile.currency`."""
    credits_remaining: float | None
    created_at: datetime | None
    expires_at: datetime | None
    """When the job's record and files go away."""
    model: str | None
    request_id: str | None
    """Of the HTTP exchange that brought this, to quote to the provider's support."""
    raw: JsonValue = field(repr=False)
    """The whole document."""
    status_url: str | None = field(repr=False)
    cancel_url: str | None = field(repr=False)

    @property
    def ended(self) -> bool:
        """Whether the job will not change any more."""
        return self.status in _ENDED

    def updated(self, later: JobInfo) -> JobInfo:
        """`later`, with what it leaves out taken from here: only the first document tells some things."""
        return replace(
            later,
            id=self.id or later.id,
            cost=self.cost if later.cost is None else later.cost,
            credits_remaining=self.credits_remaining if later.credits_remaining is None else later.credits_remaining,
            created_at=later.created_at or self.created_at,
            expires_at=later.expires_at or self.expires_at,
            model=later.model or self.model,
            status_url=later.status_url or self.status_url,
            cancel_url=later.cancel_url or self.cancel_url,
        )


def read_job(context: Context, document: JsonValue, *, request_id: str | None = None) -> JobInfo:
    """Read a submit response, a job document or a list item."""
    profile = context.profile
    fields = profile.job.fields
    status = text(document, fields.status)
    return JobInfo(
        id=text(document, fields.id) or "",
        status=_state(context, document, status),
        provider_status=status,
        error=_error(document, fields.error),
        cost=number(document, fields.cost),
        credits_remaining=number(document, fields.credits_remaining),
        created_at=moment(document, fields.created_at),
        expires_at=moment(document, fields.expires_at),
        model=text(document, fields.model),
        request_id=request_id,
        raw=document,
        status_url=text(document, fields.status_url),
        cancel_url=text(document, fields.cancel_url),
    )


def unseen(job_id: str, model: str | None = None) -> JobInfo:
    """A job of which nothing is known but that it was started."""
    return JobInfo(
        id=job_id,
        status="queued",
        provider_status=None,
        error=None,
        cost=None,
        credits_remaining=None,
        created_at=None,
        expires_at=None,
        model=model,
        request_id=None,
        raw=None,
        status_url=None,
        cancel_url=None,
    )


def result_strings(profile: Profile, document: JsonValue, modality: str) -> tuple[str, ...]:
    """The URLs or texts of a result: those of its modality, or of whatever the provider documents."""
    places = profile.job.output
    pointers = (
        places.get(modality) or places.get("media") or tuple(place for group in places.values() for place in group)
    )
    for pointer in pointers:
        if found := strings(find(document, pointer)):
            return found
    return ()


def _state(context: Context, document: JsonValue, status: str | None) -> JobState:
    if status is None:
        # An operation that answers at once gives a result and no status.
        return "succeeded" if result_strings(context.profile, document, "") else "queued"
    states = context.profile.job.statuses
    for name, state in states.items():
        if name.casefold() == status.casefold():
            return state
    if status not in context.unknown_statuses:
        context.unknown_statuses.add(status)
        context.log.warning("job status %r is unknown and counts as running", context.credential.scrub(status))
    return "running"


def _error(document: JsonValue, pointers: tuple[str, ...]) -> str | None:
    return text(document, pointers) or next(map(compact, values(document, pointers)), None)
