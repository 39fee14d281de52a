"""The job routes besides submission and polling: list, cancel, replay a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ..core.checks import check_count, check_string
from ..core.deadline import Deadline
from ..core.errors import Unsupported
from ..core.job_info import JobInfo
from ..core.json_document import find
from ..core.retry_policy import retry_after
from ..http.api_call import Call, perform
from ..http.error_mapping import api_error
from .job_calls import action_call
from .read_job import read_job

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.effects import Operation

_MOST_LISTED = 10_000
"""Jobs of one list: a short answer can unpack to millions, which would take minutes to read."""


def list_jobs(context: Context, *, limit: int | None, deadline: Deadline) -> Operation[tuple[JobInfo, ...]]:
    """Return the account's recent jobs, in the provider's order; raises as `fetch_job_list` does."""
    check_count("limit", limit, least=0)
    found, _ = yield from fetch_job_list(context, limit=limit, deadline=deadline)
    return found


def fetch_job_list(
    context: Context, *, limit: int | None, deadline: Deadline, urgent: bool = False
) -> Operation[tuple[tuple[JobInfo, ...], float]]:
    """Return the account's recent jobs, and the seconds for which the server wants no further request.

    Raises `Unsupported` without such a route, `UnreadableResponse` if the answer holds no list.
    """
    route = context.profile.job.list
    if route is None:
        raise Unsupported(f"{context.profile.title} documents no list of jobs")
    query = f"?{urlencode({route.limit: limit})}" if route.limit and limit is not None else ""
    call = Call("GET", context.url_of(route.path) + query)
    reply = yield from perform(context, call, deadline, urgent=urgent)
    document = reply.json if isinstance(reply.json, dict | list) else None
    items = document if isinstance(document, list) else find(document, route.items)
    if not isinstance(items, list):
        raise api_error(context, reply)
    most = _MOST_LISTED if limit is None else min(limit, _MOST_LISTED)
    return tuple(read_job(context, item) for item in items[:most]), retry_after(reply) or 0.0


def cancel(context: Context, info: JobInfo, deadline: Deadline) -> Operation[None]:
    """Ask for the job to be cancelled; it may still succeed.  Raises `Unsupported` without a route."""
    call = action_call(context, context.profile.job.cancel, info, info.cancel_url, "way to cancel a job")
    yield from perform(context, call, deadline)


def replay_webhook(context: Context, job_id: str) -> Operation[None]:
    """Have the webhook of an ended job delivered again.  Raises `Unsupported` without a route."""
    check_string("job_id", job_id)
    call = action_call(context, context.profile.webhook.replay, JobInfo.unknown(job_id), None, "replay of webhooks")
    yield from perform(context, call, Deadline())
