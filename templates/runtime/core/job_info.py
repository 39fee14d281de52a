"""`JobInfo`: the state of a job as one job document reports it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .json_document import JsonValue
    from .profile import JobState

ENDED = frozenset({"succeeded", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class JobInfo:
    """A job at one moment; also the event that `Job.updates` yields and an item of `jobs.list`."""

    id: str
    """Empty when the API answered at once, without making a job of it."""
    status: JobState
    """The provider's status, mapped to one of ours; an undocumented status counts as running."""
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
    result_url: str | None = field(default=None, repr=False)
    route_values: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """The model's id and facts, and facts of the job, by the name of their placeholder in routes."""
    stream_url: str | None = field(default=None, repr=False)
    queue_position: int | None = None
    """The number of jobs before this one, if the provider reports it."""
    progress: float | None = None
    """How much is done, as the provider counts it; ``None`` if it does not report that."""
    logs: tuple[str, ...] = field(default=(), repr=False)
    """The lines of the job's log that are complete; empty if the provider shows none."""
    new_logs: tuple[str, ...] = field(default=(), repr=False)
    """The lines that the update before did not have; `Job.updates` alone fills it."""

    @property
    def ended(self) -> bool:
        """Whether the job will not change any more."""
        return self.status in ENDED

    def updated(self, later: JobInfo) -> JobInfo:
        """Return `later`, completed from this one: some properties are only in the first document."""
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
            result_url=later.result_url or self.result_url,
            route_values={**later.route_values, **self.route_values},
            stream_url=later.stream_url or self.stream_url,
            logs=later.logs or self.logs,
        )

    @classmethod
    def unknown(cls, job_id: str, model: str | None = None, route_values: Mapping[str, str] | None = None) -> JobInfo:
        """A job of which only the id is known, and perhaps the model."""
        return cls(
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
            route_values=route_values or ({} if model is None else {"id": model}),
        )
