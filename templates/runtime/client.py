"""`Client` and `AsyncClient`: what a generated package's own clients derive from.

Importing this module imports no HTTP library; constructing a client does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from .deadline import DEFAULT_WAIT

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    import httpx
    from pydantic import JsonValue

    from .clock import Clock
    from .context import Context
    from .effects import Reply
    from .errors import SDKError
    from .hooks import Hooks
    from .jobs import AsyncJob, Job
    from .many import Progress
    from .outputs import MediaOutput, Output, OutputT
    from .pricing import Estimate
    from .profile import Profile
    from .request import Request
    from .results import Result
    from .retries import RetryPolicy

DEFAULT_TIMEOUT = 60.0
"""Seconds one HTTP exchange may take."""
CONNECT_TIMEOUT = 10.0
"""Seconds reaching the server may take; a request that did not is sent again."""


class _Common:
    """What the two clients share: everything that sends nothing."""

    profile: ClassVar[Profile]
    retries: ClassVar[RetryPolicy | None] = None
    """For subclasses: pauses and attempts other than those of `RetryPolicy`."""
    clock: ClassVar[Clock | None] = None
    """For subclasses: time other than this machine's, such as a simulation's."""

    _context: Context

    @property
    def spent(self) -> float:
        """What jobs submitted through this client cost so far, in the provider's currency.

        Where the API does not tell a cost, the estimate counts if there is a limit, and else nothing.
        """
        return self._context.budget.spent

    def estimate(self, request: Request[Output]) -> Estimate:
        """What submitting `request` will cost, from the catalogue's price; asks nobody.

        Its ``cost`` is ``None`` where the price, or what it is multiplied by, is unknown.
        """
        from .pricing import estimate

        return estimate(request, self.profile.currency, self._context.options.extra_body)

    def with_options(
        self,
        *,
        timeout: float | None = None,
        headers: Mapping[str, str] | None = None,
        retries: int | None = None,
        extra_body: Mapping[str, JsonValue] | None = None,
        max_credits: float | None = None,
    ) -> Self:
        """The same client with other options for the calls made through what is returned.

        Both share connections, pace, budget and key; closing one closes both.

        :param timeout: seconds one HTTP exchange may take.
        :param headers: sent as well, to the API's origin alone; they cannot replace the key.
        :param retries: how often a call is repeated where that is safe; a job is never paid twice.
        :param extra_body: parameters sent beside those of a request, unchecked.
        :param max_credits: what a single job may cost.
        """
        from copy import copy

        from .call_options import with_options

        twin = copy(self)
        twin._bind(  # noqa: SLF001  of the same class
            with_options(
                self._context,
                timeout=timeout,
                headers=headers,
                retries=retries,
                extra_body=extra_body,
                max_credits=max_credits,
            )
        )
        return twin

    def _bind(self, context: Context) -> None:
        """Use `context` from now on."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._context.base_url!r})"


class Client(_Common):
    """A provider's API, with blocking calls.  One client serves any number of threads.

    All its calls share one budget of requests per minute.  The key goes to the origin of the
    base URL and nowhere else.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        connect_timeout: float = CONNECT_TIMEOUT,
        max_credits: float | None = None,
        ledger: str | os.PathLike[str] | None = None,
        http_client: httpx.Client | None = None,
        hooks: Hooks | None = None,
    ) -> None:
        """Connect to nothing yet.

        :param api_key: by default from the environment, ``<PREFIX>_API_KEY``.
        :param base_url: stands for the provider's own; by default ``<PREFIX>_BASE_URL``.
            Plain http is taken for the loopback interface only.
        :param timeout: seconds one HTTP exchange may take.
        :param connect_timeout: seconds of these that reaching the server may take.
        :param max_credits: what all jobs of this client may cost together, in the provider's
            currency; a job that may cost more, or whose price is unknown, raises `BudgetExceeded`.
        :param ledger: an SQLite file that records every paid request before it leaves, and its job:
            a program that was killed takes its jobs up again (`jobs.recover`, or the same call once
            more) and pays for none of them twice.  Threads, tasks and processes of one machine may
            share it; one file for each account.  It holds no key and no parameters.
        :param http_client: for a proxy or certificates of your own; you close it.  Without one,
            the proxies of the environment are used (``HTTPS_PROXY``, ``NO_PROXY``).
        :param hooks: callbacks around every HTTP exchange with the API.
        :raises ConfigurationError: no key, or a key or URL that cannot be right.
        :raises LedgerFailed: the ledger cannot be opened.
        """
        # Importing the package must not import httpx, nor anything slow: that waits until here.
        from .context import open_context
        from .transport import Transport

        context = open_context(
            self.profile,
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            connect_timeout=connect_timeout,
            retries=self.retries,
            clock=self.clock,
            max_credits=max_credits,
            ledger=ledger,
            hooks=hooks,
        )
        self._transport = Transport(http_client, clock=context.clock)
        self._bind(context)

    def _bind(self, context: Context) -> None:
        from .downloads import Files
        from .jobs import Jobs

        self._context = context
        self._files = Files(context, transport=self._transport)
        self.jobs = Jobs(self._transport, context, self._files)

    def submit(
        self,
        request: Request[OutputT],
        *,
        webhook_url: str | None = None,
        max_credits: float | None = None,
        key: str | None = None,
    ) -> Job[OutputT]:
        """Start a job and return at once.  This is the call that costs money.

        It is sent at most once, unless it provably never left or the API refused it with 429.

        With a ledger, the same request means the same job until that has ended: an unfinished job
        on record is taken up instead of paid for again, by whatever process, and a request whose
        outcome nobody knows raises `SubmissionUncertain` until `jobs.settle` says what became of
        it.  Once its job has ended, the same request is a new job.

        :param webhook_url: where the provider shall report the end of the job.
        :param max_credits: what this job may cost, in the provider's currency.
        :param key: with a ledger, tells equal requests apart that are meant to be several jobs.
        :raises BudgetExceeded: it may cost more than that, or than the client may still spend.
        :raises SubmissionUncertain: a job may have been started; see its ``hint``.
        :raises APIError: the API refused, by status: `InsufficientCredits`, `InvalidRequest`, ...
        :raises ConnectionFailed: the request never left.
        """
        from .call_options import capped
        from .jobs import Job
        from .running import output_of
        from .submission import Identity, submit

        context = capped(self._context, max_credits)
        operation = submit(
            context, request, webhook_url=webhook_url, deadline=context.deadline(None), identity=Identity(key)
        )
        info = self._transport.perform(operation)
        return Job(self._transport, self._context, self._files, info, output_of(request))

    def run(
        self,
        request: Request[OutputT],
        *,
        timeout: float | None = DEFAULT_WAIT,
        webhook_url: str | None = None,
        max_credits: float | None = None,
        key: str | None = None,
        cancel_on_timeout: bool = False,
    ) -> Result[OutputT]:
        """Start a job and wait for its result.

        :param timeout: seconds from now for everything; ``None`` waits as long as it takes.  Only
            the submission itself is never cut short (the client's `timeout` bounds it), because
            that would lose the id of a job that is paid for.
        :param cancel_on_timeout: ask the provider to cancel a job that takes longer, where it has a
            way to; that may take another five seconds.
        :raises JobTimeout: the job goes on; take it up again with ``jobs.get(error.job_id, ...)``.
        :raises JobFailed: the job ended without a result.
        :raises DeadlineExceeded: the rate limit left no time to submit; nothing was started.

        and what `submit` raises.  Every error after the submission carries ``job_id``.
        """
        from .call_options import capped
        from .running import run
        from .submission import Identity

        context = capped(self._context, max_credits)
        return self._transport.perform(
            run(
                context,
                self._files,
                request,
                webhook_url=webhook_url,
                deadline=context.deadline(timeout),
                cancel=cancel_on_timeout,
                identity=Identity(key),
            )
        )

    def run_many(
        self,
        requests: Iterable[Request[OutputT]],
        *,
        max_concurrency: int | None = None,
        timeout: float | None = None,
        job_timeout: float | None = DEFAULT_WAIT,
        cancel_on_timeout: bool = False,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> list[Result[OutputT] | SDKError]:
        """Start a job for each request, and wait for all of them.

        Gives what became of each, in the order of the requests: its `Result`, or the error that
        `run` would have raised.  All share the client's pace; where the provider lists jobs, they
        are watched together, so that few requests but the submissions are made.  Equal requests
        are so many jobs.  Ctrl-C ends it with a note of the jobs that go on.

        :param max_concurrency: how many jobs may be under way at a time; ``None`` sets no limit.
        :param timeout: seconds from now for everything; ``None`` waits as long as it takes.
        :param job_timeout: seconds that each job may take once it has been submitted.
        :param cancel_on_timeout: see `run`.
        :param on_progress: called after each request that came to an end, in the calling thread.
        """
        from .many import Batch

        batch = Batch(
            self._context,
            self._files,
            tuple(requests),
            timeout=timeout,
            job_timeout=job_timeout,
            cancel=cancel_on_timeout,
            on_progress=on_progress,
        )
        try:
            self._transport.perform_all(batch.operations(), at_once=max_concurrency)
        except BaseException as error:
            batch.note(error)
            raise
        return batch.outcomes()

    def submit_raw(
        self,
        model_id: str,
        parameters: Mapping[str, JsonValue],
        *,
        endpoint: str | None = None,
        webhook_url: str | None = None,
    ) -> Job[MediaOutput]:
        """`submit` for any model id, such as one newer than this package; nothing is checked here.

        :param parameters: by the API's own names, sent as they are.
        :param endpoint: the model's submit URL, where the provider has one for each model.
        """
        from .raw import raw_request

        return self.submit(raw_request(model_id, parameters, endpoint), webhook_url=webhook_url)

    def run_raw(
        self,
        model_id: str,
        parameters: Mapping[str, JsonValue],
        *,
        endpoint: str | None = None,
        timeout: float | None = DEFAULT_WAIT,
    ) -> Result[MediaOutput]:
        """`run` for any model id; see `submit_raw`."""
        from .raw import raw_request

        return self.run(raw_request(model_id, parameters, endpoint), timeout=timeout)

    def request(self, method: str, path: str, body: JsonValue = None) -> Reply:
        """Call a route of the API that has no method here, with key, pace and safe retries.

        :param path: below the base URL, such as ``/models?limit=1``.
        :param body: sent as JSON; ``None`` sends none.

        Gives status, headers and content as they came.  Raises `APIError` for an error status,
        or `ConnectionFailed`.
        """
        from .exchange import call_route

        return self._transport.perform(call_route(self._context, method, path, body))

    def close(self) -> None:
        """Close the connections.  Results can still be saved: files are fetched without the client."""
        self._transport.close()
        self._context.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncClient(_Common):
    """A provider's API on an event loop: `Client` with awaitable calls, for any number of tasks."""

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        connect_timeout: float = CONNECT_TIMEOUT,
        max_credits: float | None = None,
        ledger: str | os.PathLike[str] | None = None,
        http_client: httpx.AsyncClient | None = None,
        hooks: Hooks | None = None,
    ) -> None:
        """See `Client`."""
        from .async_transport import AsyncTransport
        from .context import open_context

        context = open_context(
            self.profile,
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            connect_timeout=connect_timeout,
            retries=self.retries,
            clock=self.clock,
            max_credits=max_credits,
            ledger=ledger,
            hooks=hooks,
        )
        self._transport = AsyncTransport(http_client, clock=context.clock)
        self._bind(context)

    def _bind(self, context: Context) -> None:
        from .downloads import Files
        from .jobs import AsyncJobs

        self._context = context
        self._files = Files(context, async_transport=self._transport)
        self.jobs = AsyncJobs(self._transport, context, self._files)

    async def submit(
        self,
        request: Request[OutputT],
        *,
        webhook_url: str | None = None,
        max_credits: float | None = None,
        key: str | None = None,
    ) -> AsyncJob[OutputT]:
        """See `Client.submit`."""
        from .call_options import capped
        from .jobs import AsyncJob
        from .running import output_of
        from .submission import Identity, submit

        context = capped(self._context, max_credits)
        operation = submit(
            context, request, webhook_url=webhook_url, deadline=context.deadline(None), identity=Identity(key)
        )
        info = await self._transport.perform(operation)
        return AsyncJob(self._transport, self._context, self._files, info, output_of(request))

    async def run(
        self,
        request: Request[OutputT],
        *,
        timeout: float | None = DEFAULT_WAIT,  # noqa: ASYNC109  # the same meaning as in the blocking twin
        webhook_url: str | None = None,
        max_credits: float | None = None,
        key: str | None = None,
        cancel_on_timeout: bool = False,
    ) -> Result[OutputT]:
        """See `Client.run`."""
        from .call_options import capped
        from .running import run
        from .submission import Identity

        context = capped(self._context, max_credits)
        return await self._transport.perform(
            run(
                context,
                self._files,
                request,
                webhook_url=webhook_url,
                deadline=context.deadline(timeout),
                cancel=cancel_on_timeout,
                identity=Identity(key),
            )
        )

    async def run_many(
        self,
        requests: Iterable[Request[OutputT]],
        *,
        max_concurrency: int | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # as above
        job_timeout: float | None = DEFAULT_WAIT,
        cancel_on_timeout: bool = False,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> list[Result[OutputT] | SDKError]:
        """See `Client.run_many`."""
        from .many import Batch

        batch = Batch(
            self._context,
            self._files,
            tuple(requests),
            timeout=timeout,
            job_timeout=job_timeout,
            cancel=cancel_on_timeout,
            on_progress=on_progress,
        )
        try:
            await self._transport.perform_all(batch.operations(), at_once=max_concurrency)
        except BaseException as error:
            batch.note(error)
            raise
        return batch.outcomes()

    async def submit_raw(
        self,
        model_id: str,
        parameters: Mapping[str, JsonValue],
        *,
        endpoint: str | None = None,
        webhook_url: str | None = None,
    ) -> AsyncJob[MediaOutput]:
        """See `Client.submit_raw`."""
        from .raw import raw_request

        return await self.submit(raw_request(model_id, parameters, endpoint), webhook_url=webhook_url)

    async def run_raw(
        self,
        model_id: str,
        parameters: Mapping[str, JsonValue],
        *,
        endpoint: str | None = None,
        timeout: float | None = DEFAULT_WAIT,  # noqa: ASYNC109  # as above
    ) -> Result[MediaOutput]:
        """See `Client.run_raw`."""
        from .raw import raw_request

        return await self.run(raw_request(model_id, parameters, endpoint), timeout=timeout)

    async def request(self, method: str, path: str, body: JsonValue = None) -> Reply:
        """See `Client.request`."""
        from .exchange import call_route

        return await self._transport.perform(call_route(self._context, method, path, body))

    async def close(self) -> None:
        """See `Client.close`."""
        await self._transport.close()
        self._context.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
