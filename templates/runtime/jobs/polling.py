"""Looking at a job until it ends."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..core.deadline import Deadline
from ..core.effects import Operation, Reply, Sleep
from ..core.errors import DeadlineExceeded, JobExpired, JobTimeout, SDKError
from ..core.json_document import JsonValue
from ..core.retry_policy import retry_after
from ..core.urls import fill, join
from ..http.api_call import Call, call
from ..http.error_mapping import api_error
from . import routes as job_routes
from .ledger_recording import note_end
from .read_job import JobInfo, read_job, unseen

if TYPE_CHECKING:
    from collections.abc import Generator

    from ..core.context import Context
    from .shared_polling import Subscription

_GROWTH = 1.5
_GLANCE = 1.0  # seconds between two glances at what the looks of other waits have brought
_CANCELLING = 5.0  # seconds that asking to cancel may take once the deadline has passed
_LAST_LOOK = 1.0  # seconds before the deadline, so that its answer still counts
_MOST_MISSES = 3  # looks in a row, each with its own retries


def status_url(context: Context, info: JobInfo) -> str:
    """Where to look: the URL the provider gave, if it is the API's own, or else the documented route.

    A URL of another origin is not an error: the documented route leads to the same job, and the
    key does not leave the API.
    """
    given = context.on_api_origin(info.status_url)
    return given or join(context.base_url, fill(context.profile.job.url, "job_id", info.id))


def look(context: Context, info: JobInfo, deadline: Deadline) -> Operation[tuple[JobInfo, float]]:
    """The job as it is now, and the seconds the server wants to be left alone.

    Raises `JobExpired`, `NotFound`, any other `APIError`, or `ConnectionFailed`.
    """
    if info.ended and not info.id:
        return info, 0.0  # answered at once: there is nothing to look at
    try:
        reply = yield from call(context, Call("GET", status_url(context, info)), deadline)
    except JobExpired:
        yield from note_end(context, info.id, "expired")
        raise
    later = info.updated(read_job(context, document(context, reply), request_id=reply.request_id))
    if later.ended:
        yield from note_end(context, info.id, later.status)
    return later, retry_after(reply) or 0.0


def fetch_job_by_id(context: Context, job_id: str, deadline: Deadline) -> Operation[JobInfo]:
    """A job of which nothing is known but its id."""
    info, _ = yield from look(context, unseen(job_id), deadline)
    return info


def document(context: Context, reply: Reply) -> JsonValue:
    """The JSON object of a success.  Raises `UnreadableResponse` when it is anything else."""
    if not isinstance(reply.json, dict):
        raise api_error(context, reply)
    return reply.json


class JobPoller:
    """One wait for one job: its pace and its deadline."""

    def __init__(self, context: Context, info: JobInfo, deadline: Deadline, *, cancel: bool = False) -> None:
        """With `cancel`, a job that outlasts the deadline is cancelled, where the provider has a way to."""
        self.info = info
        self._context = context
        self._deadline = deadline
        self._cancel = cancel
        self._pause, self._longest = context.profile.api.poll_seconds
        self._misses = 0

    def poll_once(self) -> Operation[JobInfo]:
        """Wait for as long as is polite, then look.

        Pauses grow from the profile's first to its longest.  When the next one would pass the
        deadline, a last look is taken just before it.  Raises `JobTimeout` once there was that.

        A job that is paid for outlives an outage: a look that fails for a passing reason is
        taken again later, and raises only when it was the third in a row.
        """
        with remembering(self.info.id), self._context.joint_looks.seat(self.info) as seat:
            last = self._pause >= self._deadline.remaining
            yield from self._wait(seat, last=last)
            wanted = 0.0
            try:
                self.info, wanted = yield from self._look(seat, last=last)
                self._misses = 0
            except DeadlineExceeded as error:
                raise (yield from self._give_up()) from error.__cause__
            except SDKError as error:
                self._misses += 1
                if not error.retryable or self._misses == _MOST_MISSES:
                    raise
                if last:
                    raise (yield from self._give_up()) from error
                self._context.log.warning("looking at job %s failed, trying again: %s", self.info.id, error)
            if last and not self.info.ended:
                raise (yield from self._give_up())
        self._pause = max(min(self._pause * _GROWTH, self._longest), wanted)
        return self.info

    def until_done(self) -> Operation[JobInfo]:
        """Look again until the job has ended."""
        while not self.info.ended:
            yield from self.poll_once()
        return self.info

    def _wait(self, seat: Subscription, *, last: bool) -> Operation[None]:
        """Until the pause is over, or the look of another wait has seen the end of this job."""
        remaining = self._deadline.remaining
        pause = remaining - min(_LAST_LOOK, remaining / 2) if last else self._pause
        clock = self._context.clock
        end = clock.now() + pause
        while not seat.info.ended and (pause := end - clock.now()) > 0:
            yield Sleep(min(pause, _GLANCE))

    def _look(self, seat: Subscription, *, last: bool) -> Operation[tuple[JobInfo, float]]:
        """With all other waits of the client, where that spares looks, or else alone."""
        joint = self._context.joint_looks
        if seat.info.ended or joint.worth(self._context):
            info = yield from joint.look(self._context, seat, self._deadline, last=last)
            if info is not None:
                if info.ended:
                    yield from note_end(self._context, info.id, info.status)
                return info, 0.0
        return (yield from look(self._context, self.info, self._deadline))

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


@contextmanager
def remembering(job_id: str) -> Generator[None]:
    """Whatever ends a wait, even Ctrl-C, tells which job goes on and how to take it up again."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, SDKError):
            error.concerns(job_id)
        if job_id not in str(error):
            error.add_note(f"job {job_id} was submitted; take it up again with jobs.get({job_id!r}, ...)")
        raise
