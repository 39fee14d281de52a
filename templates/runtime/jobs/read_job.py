"""Reading a job document leniently."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..core.job_info import ENDED, JobInfo
from ..core.json_document import Absent, JsonValue, compact, find, find_all, moment, number, sentence, text, values
from .header_facts import header_facts, id_in_url, number_or

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.context import Context
    from ..core.outcome import Reply
    from ..core.profile import JobState, Profile

_MOST_WARNINGS = 100
_EMPTY: tuple[JsonValue, ...] = (None, "", [], {})


def read_job(
    context: Context,
    document: JsonValue,
    *,
    reply: Reply | None = None,
    statuses: Mapping[str, JobState] = MappingProxyType({}),
    codes: Mapping[int, JobState] = MappingProxyType({}),
) -> JobInfo:
    """Read a submit response, a job document or a list item; `reply` is what brought it alone.

    `statuses` are those that the document may have beside the usual ones, and `codes` the HTTP statuses
    that state the job's.
    """
    profile = context.profile
    fields = profile.job.fields
    status = _status(document, fields.status)
    state = None if reply is None or status is not None else codes.get(reply.status)
    state = _present_state(profile, document) or state or _state(context, document, status, statuses)
    position = number(document, fields.queue_position)
    headers = header_facts(profile.job, reply)
    status_url = text(document, fields.status_url) or headers.get("status_url")
    return JobInfo(
        id=text(document, fields.id) or headers.get("id") or id_in_url(profile.job, status_url),
        status=state,
        provider_status=status,
        error=_error(document, fields.error),
        cost=_cost(context, document, headers),
        credits_remaining=number_or(number(document, fields.credits_remaining), headers.get("credits_remaining")),
        created_at=moment(document, fields.created_at),
        expires_at=moment(document, fields.expires_at),
        model=text(document, fields.model),
        request_id=None if reply is None else reply.request_id,
        raw=document,
        status_url=status_url,
        cancel_url=text(document, fields.cancel_url) or headers.get("cancel_url"),
        result_url=text(document, fields.result_url) or headers.get("result_url"),
        route_values={
            name: fact
            for name, pointer in profile.job.facts.items()
            if (fact := text(document, (pointer,))) is not None
        },
        stream_url=text(document, fields.stream_url) or headers.get("stream_url"),
        queue_position=None if position is None else int(position),
        progress=number(document, fields.progress),
        logs=() if not fields.logs else _log_lines(document, fields.logs, is_complete=state in ENDED),
    )


def output_pointers(profile: Profile, modality: str) -> tuple[str, ...]:
    """Return the pointers of a modality's output in a job document; of every modality's if it is not documented."""
    documented = profile.job.output
    return documented.get(modality) or documented.get("media") or _all_output_pointers(profile)


def _all_output_pointers(profile: Profile) -> tuple[str, ...]:
    return tuple(pointer for group in profile.job.output.values() for pointer in group)


def has_output(profile: Profile, document: JsonValue) -> bool:
    """Whether a job document holds any output."""
    found = [value for pointer in _all_output_pointers(profile) if pointer for _, value in find_all(document, pointer)]
    return any(value not in _EMPTY for value in found)


def is_result_elsewhere(profile: Profile, info: JobInfo) -> bool:
    """Whether the result of a job that succeeded is at another URL than its document."""
    documented = profile.job.result is not None or info.result_url is not None
    return documented and not has_output(profile, info.raw)


def with_result(profile: Profile, info: JobInfo, result: JobInfo, states: Mapping[str, JobState]) -> JobInfo:
    """Return `result`, read of the result's document, as the end of a job that succeeded by `info`.

    It has failed or is cancelled if that document states so by one of `states` or by `JobProtocol.present`.
    What is inside the output states nothing about the job, nor does any state that is not an end.
    """
    document, job = result.raw, profile.job
    is_all_output = job.value == "" and has_output(profile, document)
    outputs = (job.value,) if job.value is not None else filter(None, _all_output_pointers(profile))
    inside = tuple(f"{pointer}/" for pointer in outputs)
    status = _status(document, tuple(pointer for pointer in job.fields.status if not f"{pointer}/".startswith(inside)))
    listed = _listed_state(states, status)
    state = (None if is_all_output else _present_state(profile, document)) or listed
    if state not in ENDED:
        state = "succeeded"
    own_status = status if listed == state else info.provider_status
    return replace(result, status=state, provider_status=own_status)


def _state(context: Context, document: JsonValue, status: str | None, statuses: Mapping[str, JobState]) -> JobState:
    if status is None:
        # An operation that answers at once gives a result and no status.
        return "succeeded" if has_output(context.profile, document) else "queued"
    if (listed := _listed_state({**context.profile.job.statuses, **statuses}, status)) is not None:
        return listed
    if status not in context.unknown_statuses and len(context.unknown_statuses) < _MOST_WARNINGS:
        context.unknown_statuses.add(status)
        context.log.warning("job status %.100r is unknown and counts as running", status)
    return "running"


def _present_state(profile: Profile, document: JsonValue) -> JobState | None:
    """The state that the first place with a value states, of those that do."""
    for pointer, state in profile.job.present.items():
        value = find(document, pointer)
        if value and not isinstance(value, Absent):
            return state
    return None


def _listed_state(states: Mapping[str, JobState], status: str | None) -> JobState | None:
    """The meaning of a status, in any case of its letters; none if it is unlisted."""
    name = None if status is None else status.casefold()
    return next((state for own, state in states.items() if own.casefold() == name), None)


def _log_lines(document: JsonValue, pointers: tuple[str, ...], *, is_complete: bool) -> tuple[str, ...]:
    """The lines of a log, without a last one that may still grow."""
    found = next(iter(values(document, pointers)), "")
    if isinstance(found, str):
        lines = found.splitlines(keepends=True)
        if lines and not is_complete and not lines[-1].endswith(("\n", "\r")):
            lines.pop()
        return tuple(line.rstrip("\r\n") for line in lines)
    entries = found if isinstance(found, list) else []
    return tuple(entry if isinstance(entry, str) else text(entry, ("/message",)) or "" for entry in entries)


def _error(document: JsonValue, pointers: tuple[str, ...]) -> str | None:
    return sentence(document, pointers) or next(map(compact, values(document, pointers)), None)


def _status(document: JsonValue, pointers: tuple[str, ...]) -> str | None:
    """The provider's status; a boolean by its name in JSON."""
    for pointer in pointers:
        value = find(document, pointer)
        if isinstance(value, bool):
            return "true" if value else "false"
        if (status := text(document, (pointer,))) is not None:
            return status
    return None


def _cost(context: Context, document: JsonValue, headers: Mapping[str, str]) -> float | None:
    """The cost of the job; none where a response states a negative one, which would raise the budget."""
    cost = number_or(number(document, context.profile.job.fields.cost), headers.get("cost"))
    if cost is not None and cost < 0:
        context.log.warning("a job document states the cost %s, which is ignored", cost)
        return None
    return cost
