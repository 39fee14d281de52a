"""Polling one job until it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.checks import check_string, check_type
from ..core.deadline import Deadline
from ..core.effects import Operation, Sleep
from ..core.errors import (
    APIError,
    AuthenticationError,
    ConfigurationError,
    DeadlineExceeded,
    InsufficientCredits,
    JobExpired,
    JobTimeout,
    NotFound,
    PermissionDenied,
    RateLimited,
    RedirectRefused,
    SDKError,
)
from ..core.interrupted import with_job_note
from ..core.job_info import ENDED, JobInfo
from ..core.json_document import JsonValue
from ..core.outcome import Reply
from ..core.retry_policy import retry_after
from ..http.api_call import perform
from ..http.error_mapping import api_error, names_cause
from . import routes as job_routes
from .job_calls import read_call
from .ledger_recording import record_end
from .read_job import is_result_elsewhere, read_job, with_result
from .shared_polling import is_conclusive, is_shared, poll_list
from .whole_body import whole_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.context import Context
    from ..core.poll_registry import Subscription
    from ..core.profile import JobState

_GROWTH = 1.5
_RECHECK = 1.0
"""Seconds after which to check again whether a job list has shown the end of a job."""
_CANCELLING = 5.0
"""Seconds that a request to cancel may take after the deadline."""
_LAST_POLL = 1.0
"""Seconds before the deadline at which the last poll begins, so that its answer still counts."""
_OF_REQUESTS = (
    AuthenticationError,
    InsufficientCredits,
    JobExpired,
    NotFound,
    PermissionDenied,
    RateLimited,
    RedirectRefused,
)
"""Errors of the result route that say nothing about the job."""
_MOST_FAILURES = 3
"""Polls in a row, each with its own retries."""


def fetch_job(
    context: Context, info: JobInfo, deadline: Deadline, *, urgent: bool = False
) -> Operation[tuple[JobInfo, float]]:
    """Return the job from its own route, and the seconds for which the server wants no further request.

    Raises `JobExpired`, `NotFound`, another `APIError`, or `ConnectionFailed`.
    """
    if info.ended and not info.id:
        return info, 0.0  # answered at once: there is no job to fetch
    call = read_call(context, context.profile.job.url, info, info.status_url, "status of jobs")
    try:
        reply = yield from perform(context, call, deadline, urgent=urgent)
    except APIError as error:
        state = _state_of_error(context, error)
        if state is None:
            if isinstance(error, JobExpired):
                yield from record_end(context, info.id, "expired")
            raise
        later = failed(info, error, state)
        yield from record_end(context, info.id, later.status)
        return later, 0.0
    found = read_job(context, document(context, reply), reply=reply, codes=context.profile.job.codes)
    if info.id and found.id and found.id != info.id:
        raise api_error(context, reply, problem=f"the answer is about job {found.id:.100}, not {info.id}")
    later = info.updated(found)
    if later.status == "succeeded":
        later = yield from fetch_result(context, later, deadline)
    if later.ended:
        yield from record_end(context, info.id, later.status)
    return later, retry_after(reply) or 0.0


def accept_callback(context: Context, info: JobInfo, found: JobInfo, deadline: Deadline) -> Operation[JobInfo]:
    """Return the job as a trusted callback reports it; poll it if the callback holds no result.

    A callback that comes after the end, or again, changes nothing.  Raises `ConfigurationError` for one about another
    job.
    """
    check_type("callback", found, JobInfo, "the info of a job", optional=False)
    if found.id != info.id:
        raise ConfigurationError(f"the callback is about job {found.id:.100}, not {info.id}")
    if info.ended:
        return info
    if not is_conclusive(context, found):
        later, _ = yield from fetch_job(context, info, deadline)
        return later
    later = info.updated(found)
    if later.ended:
        yield from record_end(context, info.id, later.status)
    return later


def fetch_job_by_id(
    context: Context, job_id: str, deadline: Deadline, values: Mapping[str, str] | None = None
) -> Operation[JobInfo]:
    """A job of which nothing is known but its id, and what its model gives to routes."""
    check_string("job_id", job_id)
    info, _ = yield from fetch_job(context, JobInfo.unknown(job_id, route_values=values), deadline)
    return info


def fetch_result(context: Context, info: JobInfo, deadline: Deadline) -> Operation[JobInfo]:
    """Return a job that succeeded with its result, which some providers keep at another URL.

    It has failed if the document of the result states so.
    An error of the API's own about the request is the job's, which has failed then.  Any other is raised
    as one that may pass: the job is paid for, and its result may be there at the next poll.
    """
    if not is_result_elsewhere(context.profile, info):
        return info
    call = read_call(context, context.profile.job.result, info, info.result_url, "result of jobs")
    try:
        reply = yield from perform(context, call, deadline, urgent=True)
    except APIError as error:
        if (state := _state_of_error(context, error)) in ENDED:
            return failed(info, error, state)
        if isinstance(error, _OF_REQUESTS):
            raise
        if names_cause(context, error):
            return failed(info, error, "failed")
        error.retryable = True
        raise
    result = info.updated(read_job(context, document(context, reply), reply=reply))
    return with_result(context.profile, info, result, context.profile.job.statuses)


def cancel_job(context: Context, info: JobInfo, deadline: Deadline) -> Operation[JobInfo]:
    """Ask for the job to be cancelled, and return it as it is then.

    A refusal is raised only if the job goes on: some providers refuse to cancel a job that has ended.
    Others remove a job that they cancel.
    """
    refused: APIError | None = None
    try:
        yield from job_routes.cancel(context, info, deadline)
    except APIError as error:
        if error.retryable:
            raise
        refused = error
    try:
        later, _ = yield from fetch_job(context, info, deadline)
    except NotFound as error:
        if refused is not None:
            raise
        later = failed(info, error, "cancelled")
        yield from record_end(context, info.id, later.status)
    if refused is not None and not later.ended:
        raise refused
    return later


def failed(info: JobInfo, error: APIError, state: JobState) -> JobInfo:
    """Return the job in the state that an error of its routes means."""
    return replace(info, status=state, error=error.message, raw=error.body, request_id=error.request_id)


def _state_of_error(context: Context, error: APIError) -> JobState | None:
    """Return the state of a job that an error of its status or result route documents, if any."""
    table = context.profile.errors.table
    if (cancelled := table.get("cancelled")) is not None:
        is_alone = [reply.status for reply in table.values()].count(cancelled.status) == 1
        if error.code == cancelled.code or (is_alone and error.status == cancelled.status):
            return "cancelled"
    return context.profile.job.codes.get(error.status)


def document(context: Context, reply: Reply) -> JsonValue:
    """Return the JSON of a success, a file as a ``data:`` URL, or a text that is the output.

    ``None`` for an empty body whose HTTP status names the job's.  Raises `UnreadableResponse` for anything else.
    """
    if isinstance(reply.json, dict | list):
        return reply.json
    if (body := whole_body(context, reply)) is not None:
        return body
    if not reply.content and reply.status in context.profile.job.codes:
        return None
    raise api_error(context, reply)


class JobPoller:
    """One wait for one job: its pauses and its deadline."""

    def __init__(self, context: Context, info: JobInfo, deadline: Deadline, *, cancel: bool = False) -> None:
        """With `cancel`, a job that outlasts the deadline is cancelled, if the provider has a route for that."""
        self.info = info
        self._context = context
        self._deadline = deadline
        self._cancel = cancel
        self._pause, self._longest = context.profile.api.poll_seconds
        self._since = context.clock.now()
        self._failures = 0

    def poll_once(self) -> Operation[JobInfo]:
        """Wait for the poll interval, then poll.

        The interval grows from the profile's first to its longest.  If it would pass the deadline,
        the job is polled one last time just before the deadline.  Raises `JobTimeout` after that.

        A poll that fails with a retryable error is repeated after the next interval; the third
        failure in a row is raised.
        """
        registry = self._context.poll_registry
        note = with_job_note(self.info.id, self._context.interrupted)
        with note, registry.subscribe(self.info, since=self._since) as subscription:
            last = self._pause >= self._deadline.remaining
            yield from self._wait(subscription, last=last)
            server_delay = 0.0
            try:
                self.info, server_delay = yield from self._poll(subscription, last=last)
                self._failures = 0
            except DeadlineExceeded as error:
                # While time is left, the queue was too long for it; it shrinks when jobs of others end.
                if last or self._deadline.remaining <= 0:
                    raise (yield from self._give_up()) from error.__cause__
            except SDKError as error:
                self._failures += 1
                if not error.retryable or self._failures == _MOST_FAILURES:
                    raise
                if last:
                    raise (yield from self._give_up()) from error
                self._context.log.warning("polling job %s failed, trying again: %s", self.info.id, error)
            if last and not self.info.ended:
                raise (yield from self._give_up())
        asked = min(server_delay, self._context.retries.longest_retry_after)
        self._pause = max(min(self._pause * _GROWTH, self._longest), asked)
        return self.info

    def until_done(self) -> Operation[JobInfo]:
        """Poll until the job has ended."""
        while not self.info.ended:
            yield from self.poll_once()
        return self.info

    def _wait(self, subscription: Subscription, *, last: bool) -> Operation[None]:
        """Sleep until the interval is over, or a job list shows the end of this job."""
        remaining = self._deadline.remaining
        pause = remaining - min(_LAST_POLL, remaining / 2) if last else self._pause
        clock = self._context.clock
        end = clock.now() + pause
        while not subscription.info.ended and (pause := end - clock.now()) > 0:
            yield Sleep(min(pause, _RECHECK))

    def _poll(self, subscription: Subscription, *, last: bool) -> Operation[tuple[JobInfo, float]]:
        """Return the job and the delay that the server asks for: from the job list, or its own route."""
        context = self._context
        if is_shared(context, subscription):
            info = yield from poll_list(context, subscription, self._deadline, last=last)
            if info is not None and (info.ended or not last):
                if info.ended:
                    yield from record_end(context, info.id, info.status)
                return info, 0.0
        info, server_delay = yield from fetch_job(context, self.info, self._deadline, urgent=subscription.verify)
        if info.ended:
            context.poll_registry.record_end(info.id)
        if subscription.verify:
            context.poll_registry.record_verified(changed=info.provider_status != subscription.info.provider_status)
        return info, server_delay

    def _give_up(self) -> Operation[JobTimeout]:
        cancelled = False
        if self._cancel:
            hurried = self._context._replace(timeout=min(self._context.timeout, _CANCELLING))
            try:
                yield from job_routes.cancel(hurried, self.info, self._context.deadline(_CANCELLING))
                cancelled = True
            except SDKError as error:
                self._context.log.warning("job %s could not be cancelled: %s", self.info.id, error)
        return JobTimeout(self.info.id, status=self.info.status, waited=self._deadline.elapsed, cancelled=cancelled)
