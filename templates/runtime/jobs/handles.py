"""Job handles: poll, wait for, cancel, list and recover jobs."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Generic, Self, overload

from ..core.deadline import DEFAULT_WAIT, Deadline
from ..core.job_info import JobInfo
from ..models.catalogue import request_class
from ..models.result import OutputT, OutputT_co, Result
from . import routes as job_routes
from . import webhooks
from .job_calls import route_values
from .polling import JobPoller, fetch_job, fetch_job_by_id
from .recovery import Recovery, recover, resolve
from .result import build_result
from .text_stream import TextStream
from .updates import updates
from .webhooks import TOLERANCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from datetime import datetime

    from ..core.context import Context
    from ..core.json_document import JsonValue
    from ..core.profile import JobState
    from ..files.download import Downloader
    from ..http.async_transport import AsyncTransport
    from ..http.sync_transport import Transport
    from ..models.request import Request


class JobView(Generic[OutputT_co]):
    """The last known state of a job; `Job` and `AsyncJob` add I/O."""

    def __init__(self, context: Context, files: Downloader, info: JobInfo, request: type[Request[OutputT_co]]) -> None:
        self._context = context
        self._files = files
        self._info = info
        self._request = request

    @property
    def id(self) -> str:
        """Enough to resume the job: ``client.jobs.get(id, RequestClass)``."""
        return self._info.id

    @property
    def status(self) -> JobState:
        """As of the last poll; an undocumented status counts as running."""
        return self._info.status

    @property
    def info(self) -> JobInfo:
        """The state of the job as of the last poll."""
        return self._info

    @property
    def cost(self) -> float | None:
        """In the provider's currency; ``None`` if the provider does not report it."""
        return self._info.cost

    @property
    def expires_at(self) -> datetime | None:
        """When the provider deletes the job and its files; ``None`` if it does not report that."""
        return self._info.expires_at

    @property
    def raw(self) -> JsonValue:
        """The last job document."""
        return self._info.raw

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r}, status={self.status!r})"

    def _result(self) -> Result[OutputT_co]:
        return build_result(self._context, self._files, self._info, self._request)

    def _text_stream(self, timeout: float | None) -> TextStream:
        deadline = self._context.deadline(timeout)
        poller = JobPoller(self._context, self._info, deadline)
        return TextStream(self._context, poller, deadline, self._result_of)

    def _result_of(self, info: JobInfo) -> Result[object]:
        self._info = info
        return self._result()


class Job(JobView[OutputT_co]):
    """A submitted job."""

    def __init__(
        self,
        transport: Transport,
        context: Context,
        files: Downloader,
        info: JobInfo,
        request: type[Request[OutputT_co]],
    ) -> None:
        super().__init__(context, files, info, request)
        self._transport = transport

    def refresh(self) -> Self:
        """Look at the job once.  Raises `JobExpired`, `NotFound`, another `APIError` or `ConnectionFailed`."""
        self._info, _ = self._transport.perform(fetch_job(self._context, self._info, Deadline()))
        return self

    def updates(self, *, timeout: float | None = DEFAULT_WAIT) -> Iterator[JobInfo]:
        """Yield the job as it is now, then each time that it has news, until it has ended.

        News is another status of the provider's, another place in the queue, progress, or further
        lines of the log, of which `JobInfo.new_logs` has those that no update had before.

        Polls are spaced as the provider asks for.  A failed job ends the iteration without an
        error (`result` raises it).  Raises `JobTimeout` after `timeout` seconds, and what `refresh`
        raises.
        """
        poller = JobPoller(self._context, self._info, self._context.deadline(timeout))
        try:
            for info in self._transport.iterate(updates(poller)):
                self._info = info
                yield info
        finally:
            self._info = poller.info

    def stream(self, *, timeout: float | None = DEFAULT_WAIT) -> Iterator[str]:
        """Yield the text of the job in pieces, as it is made; together they are the text of the result.

        Where the provider has no stream, or it breaks, the rest comes when the job has ended.  No
        piece comes twice, and the job is not submitted again.  Nothing is yielded for a job whose
        output is no text.  Raises what `result` raises.
        """
        yield from self._transport.iterate(self._text_stream(timeout).pieces())

    def wait(self, *, timeout: float | None = DEFAULT_WAIT) -> JobState:
        """Wait until the job has ended, well or not, and say how.

        `timeout` is in seconds from now; ``None`` waits as long as it takes.  Raises
        `JobTimeout`, which the job outlives, and what `refresh` raises.
        """
        poller = JobPoller(self._context, self._info, self._context.deadline(timeout))
        try:
            self._transport.perform(poller.until_done())
        finally:
            self._info = poller.info
        return self.status

    def result(self, *, timeout: float | None = DEFAULT_WAIT) -> Result[OutputT_co]:
        """Wait as `wait` does and read the result.  Raises `JobFailed` or `JobCancelled` if there is none."""
        self.wait(timeout=timeout)
        return self._result()

    def cancel(self) -> Self:
        """Ask for the job to be cancelled, then look at it once: it may have ended before.

        Raises `Unsupported` where the provider documents no way to cancel.
        """
        self._transport.perform(job_routes.cancel(self._context, self._info, Deadline()))
        return self.refresh()


class AsyncJob(JobView[OutputT_co]):
    """A submitted job, on an event loop: `Job` with awaitable methods."""

    def __init__(
        self,
        transport: AsyncTransport,
        context: Context,
        files: Downloader,
        info: JobInfo,
        request: type[Request[OutputT_co]],
    ) -> None:
        super().__init__(context, files, info, request)
        self._transport = transport

    async def refresh(self) -> Self:
        """See `Job.refresh`."""
        self._info, _ = await self._transport.perform(fetch_job(self._context, self._info, Deadline()))
        return self

    # ASYNC109 below: `timeout` means the same as in the blocking twin, and ends with the same error.

    async def updates(self, *, timeout: float | None = DEFAULT_WAIT) -> AsyncIterator[JobInfo]:  # noqa: ASYNC109
        """See `Job.updates`."""
        poller = JobPoller(self._context, self._info, self._context.deadline(timeout))
        try:
            async with aclosing(self._transport.iterate(updates(poller))) as found:
                async for info in found:
                    self._info = info
                    yield info
        finally:
            self._info = poller.info

    async def stream(self, *, timeout: float | None = DEFAULT_WAIT) -> AsyncIterator[str]:  # noqa: ASYNC109
        """See `Job.stream`."""
        async with aclosing(self._transport.iterate(self._text_stream(timeout).pieces())) as pieces:
            async for piece in pieces:
                yield piece

    async def wait(self, *, timeout: float | None = DEFAULT_WAIT) -> JobState:  # noqa: ASYNC109
        """See `Job.wait`."""
        poller = JobPoller(self._context, self._info, self._context.deadline(timeout))
        try:
            await self._transport.perform(poller.until_done())
        finally:
            self._info = poller.info
        return self.status

    async def result(self, *, timeout: float | None = DEFAULT_WAIT) -> Result[OutputT_co]:  # noqa: ASYNC109
        """See `Job.result`."""
        await self.wait(timeout=timeout)
        return self._result()

    async def cancel(self) -> Self:
        """See `Job.cancel`."""
        await self._transport.perform(job_routes.cancel(self._context, self._info, Deadline()))
        return await self.refresh()


class Jobs:
    """``client.jobs``: the account's jobs, including those of other clients."""

    def __init__(self, transport: Transport, context: Context, files: Downloader) -> None:
        self._transport = transport
        self._context = context
        self._files = files

    def get(self, job_id: str, request: type[Request[OutputT]]) -> Job[OutputT]:
        """Resume a job by its id, in this process or another.

        `request` is the class it was submitted with, which defines the type of the output.  Raises
        `NotFound`, `JobExpired` or another `APIError`.
        """
        info = self._transport.perform(fetch_job_by_id(self._context, job_id, Deadline(), route_values(request)))
        return Job(self._transport, self._context, self._files, info, request)

    def list(self, *, limit: int | None = None) -> tuple[JobInfo, ...]:
        """Recent jobs, in the provider's order, at most `limit`.

        Raises `Unsupported` where the provider documents no such route.
        """
        return self._transport.perform(job_routes.list_jobs(self._context, limit=limit, deadline=Deadline()))

    @property
    def interrupted(self) -> tuple[str, ...]:
        """Ids of jobs whose call was interrupted while this client was open, oldest first: they continue.

        An interruption is Ctrl-C, a cancelled task, or an exception of a signal handler.  Each is
        logged as a warning, too.
        """
        return self._context.interrupted.ids

    def recover(self) -> Recovery[Job[object]]:
        """Return the ledger's unfinished jobs and uncertain requests, after a program may have been killed.

        Nothing is submitted.  Each job is a handle as `get` returns it, without a request for each;
        `Job.result` waits for it.  Each uncertain request lists the jobs that it may have started.
        It is resolved automatically only if exactly one job names its webhook, and no other
        uncertain request was given that webhook.  Raises `ConfigurationError` without a ledger, and what `list` does.
        """
        jobs, uncertain = self._transport.perform(recover(self._context))
        return Recovery(tuple(self._resume(info) for info in jobs), tuple(uncertain))

    def resolve(self, fingerprint: str, job_id: str | None) -> None:
        """Record the outcome of a request that `recover` calls uncertain: its job, or ``None`` for no job.

        After that, the same request resumes the job, or is submitted again.  Raises
        `ConfigurationError` if the ledger has no such request.
        """
        self._transport.perform(resolve(self._context, fingerprint, job_id))

    def _resume(self, info: JobInfo) -> Job[object]:
        request = request_class(self._context.profile, info.model)
        return Job(self._transport, self._context, self._files, info, request)

    def replay_webhook(self, job_id: str) -> None:
        """Have the webhook of an ended job delivered again.

        Raises `Unsupported` where the provider documents no such route.
        """
        self._transport.perform(job_routes.replay_webhook(self._context, job_id))

    @overload
    def parse_webhook(
        self,
        body: webhooks.Body,
        headers: Mapping[str, str],
        request: type[Request[OutputT]],
        *,
        secret: str | None = None,
        tolerance: float = TOLERANCE,
    ) -> Job[OutputT]: ...
    @overload
    def parse_webhook(
        self,
        body: webhooks.Body,
        headers: Mapping[str, str],
        request: None = None,
        *,
        secret: str | None = None,
        tolerance: float = TOLERANCE,
    ) -> Job[object]: ...
    def parse_webhook(
        self,
        body: webhooks.Body,
        headers: Mapping[str, str],
        request: type[Request[object]] | None = None,
        *,
        secret: str | None = None,
        tolerance: float = TOLERANCE,
    ) -> Job[object]:
        """Return the job that a webhook reports, without a request to the API.

        If the provider signs callbacks, the signature is checked first, with the account's
        webhook secret (by default from ``<PREFIX>_WEBHOOK_SECRET``); one older than `tolerance`
        seconds is refused.  If it does not, anyone may have sent it: `Job.refresh` asks the API.

        :param body: the request body as it arrived.
        :param request: the class the job was submitted with; by default found by the model's id
            where the callback names it.
        :raises WebhookRefused: the signature is not valid, or the body is not a job document.
        :raises ConfigurationError: the secret is missing or malformed.
        """
        info = webhooks.read_webhook(self._context, body, headers, secret=secret, tolerance=tolerance)
        request = request or request_class(self._context.profile, info.model)
        return Job(self._transport, self._context, self._files, info, request)


class AsyncJobs:
    """``client.jobs`` on an event loop: `Jobs` with awaitable methods."""

    def __init__(self, transport: AsyncTransport, context: Context, files: Downloader) -> None:
        self._transport = transport
        self._context = context
        self._files = files

    async def get(self, job_id: str, request: type[Request[OutputT]]) -> AsyncJob[OutputT]:
        """See `Jobs.get`."""
        info = await self._transport.perform(fetch_job_by_id(self._context, job_id, Deadline(), route_values(request)))
        return AsyncJob(self._transport, self._context, self._files, info, request)

    async def list(self, *, limit: int | None = None) -> tuple[JobInfo, ...]:
        """See `Jobs.list`."""
        return await self._transport.perform(job_routes.list_jobs(self._context, limit=limit, deadline=Deadline()))

    @property
    def interrupted(self) -> tuple[str, ...]:
        """See `Jobs.interrupted`."""
        return self._context.interrupted.ids

    async def recover(self) -> Recovery[AsyncJob[object]]:
        """See `Jobs.recover`."""
        jobs, uncertain = await self._transport.perform(recover(self._context))
        return Recovery(tuple(self._resume(info) for info in jobs), tuple(uncertain))

    async def resolve(self, fingerprint: str, job_id: str | None) -> None:
        """See `Jobs.resolve`."""
        await self._transport.perform(resolve(self._context, fingerprint, job_id))

    def _resume(self, info: JobInfo) -> AsyncJob[object]:
        request = request_class(self._context.profile, info.model)
        return AsyncJob(self._transport, self._context, self._files, info, request)

    async def replay_webhook(self, job_id: str) -> None:
        """See `Jobs.replay_webhook`."""
        await self._transport.perform(job_routes.replay_webhook(self._context, job_id))

    @overload
    def parse_webhook(
        self,
        body: webhooks.Body,
        headers: Mapping[str, str],
        request: type[Request[OutputT]],
        *,
        secret: str | None = None,
        tolerance: float = TOLERANCE,
    ) -> AsyncJob[OutputT]: ...
    @overload
    def parse_webhook(
        self,
        body: webhooks.Body,
        headers: Mapping[str, str],
        request: None = None,
        *,
        secret: str | None = None,
        tolerance: float = TOLERANCE,
    ) -> AsyncJob[object]: ...
    def parse_webhook(
        self,
        body: webhooks.Body,
        headers: Mapping[str, str],
        request: type[Request[object]] | None = None,
        *,
        secret: str | None = None,
        tolerance: float = TOLERANCE,
    ) -> AsyncJob[object]:
        """See `Jobs.parse_webhook`; nothing is awaited."""
        info = webhooks.read_webhook(self._context, body, headers, secret=secret, tolerance=tolerance)
        request = request or request_class(self._context.profile, info.model)
        return AsyncJob(self._transport, self._context, self._files, info, request)
