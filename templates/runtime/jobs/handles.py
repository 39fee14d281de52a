"""Job handles: `Job` and `AsyncJob` poll, wait for, read and cancel one job."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Generic, Self

from ..core.deadline import DEFAULT_WAIT, Deadline
from ..files.outputs import OutputT_co
from ..models.result import Result
from .polling import JobPoller, accept_callback, cancel_job, fetch_job
from .result import build_result
from .text_stream import TextStream
from .updates import updates

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime

    from ..core.context import Context
    from ..core.job_info import JobInfo
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
        self._info: JobInfo = info
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
        """The time at which the provider deletes the job and its files; ``None`` if it does not report one."""
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

    def accept(self, callback: JobInfo) -> Self:
        """Take the state that a callback reports, if it holds the result; otherwise do as `refresh` does.

        For a callback that you trust: `Jobs.parse_webhook` verified its signature, or only the provider
        knows the URL to which it came.  Raises `ConfigurationError` for one about another job.
        """
        self._info = self._transport.perform(accept_callback(self._context, self._info, callback, Deadline()))
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

        Raises `Unsupported` where the provider documents no way to cancel, and what `refresh` raises.
        """
        self._info = self._transport.perform(cancel_job(self._context, self._info, Deadline()))
        return self


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

    async def accept(self, callback: JobInfo) -> Self:
        """See `Job.accept`."""
        self._info = await self._transport.perform(accept_callback(self._context, self._info, callback, Deadline()))
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
        self._info = await self._transport.perform(cancel_job(self._context, self._info, Deadline()))
        return self
