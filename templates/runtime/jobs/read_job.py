"""What one job document says, read leniently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.job_info import JobInfo
from ..core.json_document import JsonValue, compact, moment, number, text, values

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.profile import JobState, Profile


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


def output_pointers(profile: Profile, modality: str) -> tuple[str, ...]:
    """Where the output of a modality is in a job document; of every modality if it is not documented."""
    documented = profile.job.output
    return (
        documented.get(modality)
        or documented.get("media")
        or tuple(pointer for group in documented.values() for pointer in group)
    )


def has_output(profile: Profile, document: JsonValue) -> bool:
    """Whether a job document holds any output."""
    found = values(document, tuple(pointer for pointer in output_pointers(profile, "") if pointer))
    return any(value not in ("", [], {}) for value in found)


def _state(context: Context, document: JsonValue, status: str | None) -> JobState:
    if status is None:
        # An operation that answers at once gives a result and no status.
        return "succeeded" if has_output(context.profile, document) else "queued"
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
