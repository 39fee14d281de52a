"""Looking at a job until it ends."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from .deadline import Deadline
from .documents import Json
from .effects import Operation, Pause, Reply
from .errors import DeadlineExceeded, JobTimeout, SDKError
from .exchange import Call, call
from .job_info import JobInfo, read_job
from .replies import api_error
from .retries import retry_after
from .urls import fill, join

if TYPE_CHECKING:
    from collections.abc import Generator

    from .context import Context

_GROWTH = 1.5
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
    reply = yield from call(context, Call("GET", status_url(context, info)), deadline)
    later = read_job(context, document(context, reply), request_id=reply.request_id)
    return info.updated(later), retry_after(reply) or 0.0


def look_up(context: Context, job_id: str) -> Operation[JobInfo]:
    """A job of which nothing is known but its id."""
    url = join(context.base_url, fill(context.profile.job.url, "job_id", job_id))
    reply = yield from call(context, Call("GET", url), Deadline())
    info = read_job(context, document(context, reply), request_id=reply.request_id)
    return replace(info, id=job_id)


def document(context: Context, reply: Reply) -> Json:
    """The JSON object of a success.  Raises `UnreadableResponse` when it is anything else."""
    if not isinstance(reply.json, dict):
        raise api_error(context, reply)
    return reply.json


class Watch:
    """One wait for one job: its pace and its deadline."""

    def __init__(self, context: Context, info: JobInfo, deadline: Deadline) -> None:
        self.info = info
        self._context = context
        self._deadline = deadline
        self._pause, self._longest = context.profile.api.poll_seconds
        self._misses = 0

    def look_again(self) -> Operation[JobInfo]:
        """Wait for as long as is polite, then look.

        Pauses grow from the profile's first to its longest.  When the next one would pass the
        deadline, a last look is taken just before it.  Raises `JobTimeout` once there was that.

        A job that is paid for outlives an outage: a look that fails for a passing reason is
        taken again later, and raises only when it was the third in a row.
        """
        with _remembering(self.info.id):
            remaining = self._deadline.remaining
            last = self._pause >= remaining
            yield Pause(remaining - min(_LAST_LOOK, remaining / 2) if last else self._pause)
            wanted = 0.0
            try:
                self.info, wanted = yield from look(self._context, self.info, self._deadline)
                self._misses = 0
            except DeadlineExceeded as error:
                raise self._timeout() from error.__cause__
            except SDKError as error:
                self._misses += 1
                if not error.retryable or self._misses == _MOST_MISSES:
                    raise
                if last:
                    raise self._timeout() from error
                self._context.log.warning("looking at job %s failed, trying again: %s", self.info.id, error)
            if last and not self.info.ended:
                raise self._timeout()
        self._pause = max(min(self._pause * _GROWTH, self._longest), wanted)
        return self.info

    def to_the_end(self) -> Operation[JobInfo]:
        """Look again until the job has ended."""
        while not self.info.ended:
            yield from self.look_again()
        return self.info

    def _timeout(self) -> JobTimeout:
        return JobTimeout(self.info.id, status=self.info.status, waited=self._deadline.elapsed)


@contextmanager
def _remembering(job_id: str) -> Generator[None]:
    """Whatever ends a wait, even Ctrl-C, tells which job goes on and how to take it up again."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, SDKError):
            error.concerns(job_id)
        if job_id not in str(error):
            error.add_note(f"job {job_id} was submitted; take it up again with jobs.get({job_id!r}, ...)")
        raise
