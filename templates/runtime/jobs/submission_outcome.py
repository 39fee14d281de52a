"""Conclude from the answer to a paid request, or from the lack of one, whether a job was started."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from ..core.job_info import JobInfo
from ..core.json_document import text
from ..core.outcome import Failure, Reply
from ..http.error_mapping import is_phrase, with_stated_error
from .event_response import is_event_stream, read_events
from .read_job import is_result_elsewhere, read_job
from .whole_body import whole_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.context import Context
    from ..core.profile import JobState
    from ..http.api_call import Call

SubmissionOutcome: TypeAlias = Literal["not_sent", "rate_limited", "rejected", "unknown"]
"""Without a job: the request never left, or the API refused it (``rate_limited``: for now); after
``unknown`` a job may exist and be paid for."""

_NO_CODES: Mapping[int, JobState] = MappingProxyType({})
_NOT_PROCESSED = frozenset({307, 308})
"""Redirects that leave the request to be sent again (RFC 9110 §15.4): nothing was done with it."""


def submission_outcome(context: Context, outcome: Reply | Failure) -> JobInfo | SubmissionOutcome:
    """Return the job that was started, or the outcome of the request.

    A 5xx is a rejection only with a code of the provider's own that it documents for that very
    status.  Any other may come from a gateway, which does not know what happened behind it,
    whatever its body looks like.  Other redirects than 307 and 308 may answer a request that was processed.
    """
    if isinstance(outcome, Failure):
        return "not_sent" if outcome.never_sent else "unknown"
    if outcome.ok or outcome.status in context.profile.submit.accepted:
        if (events := context.profile.submit.events) is not None and is_event_stream(outcome):
            return _accepted(context, read_events(context, events, outcome))
        document = outcome.json if isinstance(outcome.json, dict | list) else whole_body(context, outcome)
        if document is None and not context.profile.job.headers:
            return "unknown"
        # The HTTP status states that the job is accepted; that of the output itself states that it has ended.
        codes = context.profile.job.codes if isinstance(document, str) else _NO_CODES
        return _accepted(context, read_job(context, document, reply=outcome, codes=codes))
    if outcome.status < 400:
        return "rejected" if outcome.status in _NOT_PROCESSED else "unknown"
    if outcome.status >= 500:
        return "rejected" if _is_documented(context, outcome) else "unknown"
    return "rate_limited" if outcome.status == 429 else "rejected"


def submission_so_far(context: Context, call: Call) -> JobInfo | SubmissionOutcome:
    """Return the outcome of a call that has ended, as far as it is known; what has not begun to leave will not."""
    departure = call.departures[-1] if call.departures else None
    if departure is None or departure.abandon():
        return "not_sent"
    outcome = departure.outcomes[-1] if departure.outcomes else None
    if outcome is None:
        return "unknown"
    return submission_outcome(context, with_stated_error(context, outcome) if isinstance(outcome, Reply) else outcome)


def _accepted(context: Context, info: JobInfo | None) -> JobInfo | Literal["unknown"]:
    """Return the job of an accepted submission, or that it is unknown whether there is one."""
    if info is not None and info.id and info.status == "succeeded" and is_result_elsewhere(context.profile, info):
        return replace(info, status="running")  # until a poll has brought the result
    if info is None or info.ended:
        return info or "unknown"
    if context.profile.job.url is None and info.status_url is None and not (info.id and info.provider_status):
        # The answer is all there is: paid for, and a result even without files.
        return replace(info, status="succeeded")
    return info if info.id else "unknown"


def _is_documented(context: Context, reply: Reply) -> bool:
    errors = context.profile.errors
    if not isinstance(reply.json, dict):
        return False
    code = text(reply.json, errors.code)
    if code is None or is_phrase(reply.status, code):
        return False
    return any((documented.status, documented.code) == (reply.status, code) for documented in errors.table.values())
