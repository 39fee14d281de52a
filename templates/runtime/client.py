"""`Client` and `AsyncClient`: what a generated package's own clients derive from.

Importing this module imports no HTTP library; constructing a client does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from .deadline import DEFAULT_WAIT, Deadline

if TYPE_CHECKING:
    from types import TracebackType

    import httpx

    from .jobs import AsyncJob, Job
    from .outputs import OutputT
    from .profile import Profile
    from .request import Request
    from .results import Result
    from .retries import RetryPolicy

DEFAULT_TIMEOUT = 60.0
"""Seconds one HTTP exchange may take."""


class Client:
    """A provider's API, with blocking calls.  One client serves any number of threads.

    All its calls share one budget of requests per minute.  The key goes to the origin of the
    base URL and nowhere else.
    """

    profile: ClassVar[Profile]
    retries: ClassVar[RetryPolicy | None] = None
    """For subclasses: pauses and attempts other than those of `RetryPolicy`."""

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        http_client: httpx.Client | None = None,
    ) -> None:
        """Connect to nothing yet.

        :param api_key: by default from the environment, ``<PREFIX>_API_KEY``.
        :param base_url: stands for the provider's own; by default ``<PREFIX>_BASE_URL``.
            Plain http is taken for the loopback interface only.
        :param timeout: seconds one HTTP exchange may take.
        :param http_client: for a proxy or certificates of your own; you close it.
        :raises ConfigurationError: no key, or a key or URL that cannot be right.
        """
        # Importing the package must not import httpx, nor anything slow: that waits until here.
        from .context import open_context
        from .downloads import Files
        from .jobs import Jobs
        from .transport import Transport

        self._context = open_context(
            self.profile, api_key=api_key, base_url=base_url, timeout=timeout, retries=self.retries
        )
        self._transport = Transport(http_client)
        self._files = Files(self._context, transport=self._transport)
        self.jobs = Jobs(self._transport, self._context, self._files)

    def submit(self, request: Request[OutputT], *, webhook_url: str | None = None) -> Job[OutputT]:
        """Start a job and return at once.  This is the call that costs money.

        It is sent at most once, unless it provably never left or the API refused it with 429.

        :param webhook_url: where the provider shall report the end of the job.
        :raises SubmissionUncertain: a job may have been started; see its ``hint``.
        :raises APIError: the API refused, by status: `InsufficientCredits`, `InvalidRequest`, ...
        :raises ConnectionFailed: the request never left.
        """
        from .jobs import Job
        from .running import output_of
        from .submission import submit

        info = self._transport.perform(submit(self._context, request, webhook_url=webhook_url, deadline=Deadline()))
        return Job(self._transport, self._context, self._files, info, output_of(request))

    def run(
        self, request: Request[OutputT], *, timeout: float | None = DEFAULT_WAIT, webhook_url: str | None = None
    ) -> Result[OutputT]:
        """Start a job and wait for its result.

        :param timeout: seconds from now for everything; ``None`` waits as long as it takes.  Only
            the submission itself is never cut short (the client's `timeout` bounds it), because
            that would lose the id of a job that is paid for.
        :raises JobTimeout: the job goes on; take it up again with ``jobs.get(error.job_id, ...)``.
        :raises JobFailed: the job ended without a result.
        :raises DeadlineExceeded: the rate limit left no time to submit; nothing was started.

        and what `submit` raises.  Every error after the submission carries ``job_id``.
        """
        from .running import run

        return self._transport.perform(
            run(self._context, self._files, request, webhook_url=webhook_url, deadline=Deadline(timeout))
        )

    def close(self) -> None:
        """Close the connections.  Results can still be saved: files are fetched without the client."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._context.base_url!r})"


class AsyncClient:
    """A provider's API on an event loop: `Client` with awaitable calls, for any number of tasks."""

    profile: ClassVar[Profile]
    retries: ClassVar[RetryPolicy | None] = None
    """For subclasses: pauses and attempts other than those of `RetryPolicy`."""

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        """See `Client`."""
        from .async_transport import AsyncTransport
        from .context import open_context
        from .downloads import Files
        from .jobs import AsyncJobs

        self._context = open_context(
            self.profile, api_key=api_key, base_url=base_url, timeout=timeout, retries=self.retries
        )
        self._transport = AsyncTransport(http_client)
        self._files = Files(self._context, async_transport=self._transport)
        self.jobs = AsyncJobs(self._transport, self._context, self._files)

    async def submit(self, request: Request[OutputT], *, webhook_url: str | None = None) -> AsyncJob[OutputT]:
        """See `Client.submit`."""
        from .jobs import AsyncJob
        from .running import output_of
        from .submission import submit

        operation = submit(self._context, request, webhook_url=webhook_url, deadline=Deadline())
        info = await self._transport.perform(operation)
        return AsyncJob(self._transport, self._context, self._files, info, output_of(request))

    async def run(
        self,
        request: Request[OutputT],
        *,
        timeout: float | None = DEFAULT_WAIT,  # noqa: ASYNC109  # the same meaning as in the blocking twin
        webhook_url: str | None = None,
    ) -> Result[OutputT]:
        """See `Client.run`."""
        from .running import run

        return await self._transport.perform(
            run(self._context, self._files, request, webhook_url=webhook_url, deadline=Deadline(timeout))
        )

    async def close(self) -> None:
        """See `Client.close`."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._context.base_url!r})"
