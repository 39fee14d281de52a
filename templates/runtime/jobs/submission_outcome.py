"""What an answer (or none) to a paid request says about the money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from ..core.effects import Failure, Reply
from ..core.job_info import JobInfo
from ..core.json_document import text
from .read_job import read_job

if TYPE_CHECKING:
    from ..core.context import Context

SubmissionOutcome: TypeAlias = Literal["never delivered", "paced", "refused", "unknown"]
"""Of a request that started no job, or of which nobody knows: the first two may be sent again,
``paced`` after a while; ``refused`` is an answer in the API's own words; after ``unknown`` a job
may be there, and be paid for."""

_GATEWAY = frozenset({502, 504})


def submission_outcome(context: Context, outcome: Reply | Failure) -> JobInfo | SubmissionOutcome:
    """The job that was started, or what became of the request.

    A 5xx in the API's own words is a refusal (both published tables list such codes, for
    example for a failed submission).  A 5xx without them, or a 502 or 504 without a code, comes
    from a gateway that does not know what happened behind it.
    """
    if isinstance(outcome, Failure):
        return "never delivered" if outcome.never_sent else "unknown"
    if outcome.ok or outcome.status in context.profile.submit.accepted:
        if isinstance(outcome.json, dict):
            info = read_job(context, outcome.json, request_id=outcome.request_id)
            if info.id or info.ended:
                return info
        return "unknown"
    if outcome.status == 303 or (outcome.status >= 500 and not _in_its_own_words(context, outcome)):
        return "unknown"
    return "paced" if outcome.status == 429 else "refused"


def _in_its_own_words(context: Context, reply: Reply) -> bool:
    errors = context.profile.errors
    if not isinstance(reply.json, dict):
        return False
    wanted = errors.code if reply.status in _GATEWAY else errors.code + errors.message
    return text(reply.json, wanted) is not None
