"""`Client`: the base of a generated package's blocking client."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Self

from .client_base import CONNECT_TIMEOUT, DEFAULT_TIMEOUT, ClientBase
from .core.deadline import DEFAULT_WAIT, Deadline
from .core.fork import import_before_fork

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import TracebackType

    from pydantic import JsonValue

    from .core.context import Context
    from .core.errors import SDKError
    from .core.hooks import Hooks
    from .core.outcome import Reply
    from .files.outputs import MediaOutput, OutputT
    from .http.other_client import HttpClient
    from .jobs.account_jobs import Jobs
    from .jobs.batch import Progress
    from .jobs.handles import Job
    from .models.request import Request
    from .models.result import Result


class Client(ClientBase):
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
        min_balance: float | None = None,
        requests_per_minute: int | None = None,
        ledger: str | os.PathLike[str] | None = None,
        ledger_parameters: bool = False,
        http_client: HttpClient | None = None,
        hooks: Hooks | None = None,
    ) -> None:
        """Connect to nothing yet; certificates and proxies are read by the first call.

        :param api_key: by default from the environment, ``<PREFIX>_API_KEY``.
        :param base_url: replaces the provider's own; by default ``<PREFIX>_BASE_URL``.
            Plain http is accepted for the loopback interface only.
        :param timeout: seconds one HTTP exchange with the API may take, and a file host may send nothing.
            The `timeout` of a call limits the whole call.
        :param connect_timeout: seconds of these that reaching the server may take.
        :param max_credits: a limit for the cost of all jobs of this client together, in the provider's
            currency; a job that may cost more, or whose price is unknown, raises `BudgetExceeded`.
        :param min_balance: the sum that has to stay in the account, in the provider's currency: a job that would
            leave less raises `BudgetExceeded`.  The balance is known once the API has reported it,
            which most providers do with each submission.
        :param requests_per_minute: the limit of your account, if it is not the documented one.
        :param ledger: an SQLite file that records every paid request before it leaves, and its job:
            a program that was killed resumes its jobs (`jobs.recover`, or the same call once more)
            and pays for none of them twice.  Threads, tasks and processes of one machine may
            share it; one file for each account.  It holds no key and no parameters.
        :param ledger_parameters: whether the ledger holds the parameters of each request, too, without what may
            be secret: ``schemaloom impact --payloads`` judges them by a new schema.
        :param http_client: an `httpx2.Client` or an `httpx.Client`, for a proxy or certificates of your
            own; you close it.  Without one,
            the proxies of the environment are used (``HTTPS_PROXY``, ``NO_PROXY``).
        :param hooks: callbacks around every HTTP exchange with the API.
        :raises ConfigurationError: no key, or a key or URL that cannot be right.
        :raises LedgerFailed: the ledger cannot be opened.
        """
        # Importing the package must import nothing slow: that waits until here, and httpx2 until a call.
        import_before_fork(f"{__package__}.calls")
        from .core.context import open_context
        from .http.sync_transport import Transport

        context = open_context(
            self.profile,
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            connect_timeout=connect_timeout,
            retries=self.retries,
            clock=self.clock,
            max_credits=max_credits,
            min_balance=min_balance,
            requests_per_minute=requests_per_minute,
            ledger=ledger,
            ledger_parameters=ledger_parameters,
            hooks=hooks,
        )
        self._transport = Transport(http_client, direct=context.direct_host, clock=context.clock)
        self._bind(context)

    def _bind(self, context: Context) -> None:
        from .files.download import Downloader

        self._context = context
        self._files = Downloader(
            context.user_agent, timeout=context.timeout, retries=context.retries, transport=self._transport
        )

    @property
    def jobs(self) -> Jobs:
        """The account's jobs, including those of other clients."""
        from .calls import Jobs

        return Jobs(self._transport, self._context, self._files)

    def submit(
        self,
        request: Request[OutputT],
        *,
        timeout: float | None = None,
        webhook_url: str | None = None,
        max_credits: float | None = None,
        key: str | None = None,
    ) -> Job[OutputT]:
        """Start a job and return at once.  This is the call that costs money.

        It is sent at most once, unless it provably never left or the API refused it with 429.

        With a ledger, the same request means the same job until that job has ended.  The client
        resumes a recorded, unfinished job of any process instead of submitting again.  If the
        outcome of an earlier submission is unknown, it raises `SubmissionUncertain` until
        `jobs.resolve` records the outcome.  Once its job has ended, the same request is a new job.

        :param timeout: seconds that waiting for the rate limiter, and retries that are safe, may take;
            ``None`` sets no limit.  The request itself is never cut short: see `run`.
        :param webhook_url: where the provider shall report the end of the job.
        :param max_credits: a limit for the cost of this job, in the provider's currency.
        :param key: with a ledger, an idempotency key: the same request under the same key stays the
            same job even after that has ended well; under another key it is another job.
        :raises BudgetExceeded: it may cost more than that, or than the client may still spend.
        :raises SubmissionUncertain: a job may have been started; see its ``hint``.
        :raises APIError: the API refused, by status: `InsufficientCredits`, `InvalidRequest`, ...
        :raises ConnectionFailed: the request never left.
        :raises DeadlineExceeded: the timeout ended first; nothing was started.
        """
        from .calls import Job, SubmissionKey, submit_alone

        context = self._context.with_max_credits(max_credits)
        operation = submit_alone(
            context,
            request,
            lambda info: Job(self._transport, self._context, self._files, info, type(request)),
            webhook_url=webhook_url,
            deadline=context.deadline(timeout),
            identity=SubmissionKey(key),
        )
        return self._transport.perform(operation)

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
        :raises JobTimeout: the job continues; resume it with ``jobs.get(error.job_id, ...)``.
        :raises JobFailed: the job ended without a result.
        :raises DeadlineExceeded: the rate limit left no time to submit; nothing was started.

        and what `submit` raises.  Every error after the submission carries ``job_id``.
        """
        from .calls import run

        return self._transport.perform(
            run(
                self._context,
                self._files,
                request,
                timeout=timeout,
                webhook_url=webhook_url,
                max_credits=max_credits,
                key=key,
                cancel=cancel_on_timeout,
            )
        )

    def stream(
        self,
        request: Request[OutputT],
        *,
        timeout: float | None = DEFAULT_WAIT,
        max_credits: float | None = None,
        key: str | None = None,
    ) -> Iterator[str]:
        """Start a job and yield its text in pieces, as it is made; together they are the text of the result.

        The job is submitted when the first piece is asked for.  The text may be in the response to
        the submission itself (server-sent events); otherwise this is `submit` and `Job.stream`.

        A caller that stops early gives up the rest: the job is paid for, and where its text is in
        the response, a ledger has it as uncertain.

        Nothing is yielded for a job whose output is no text.  Parameters and errors are those of `run`.
        """
        from .calls import stream_text

        yield from self._transport.iterate(
            stream_text(self._context, self._files, request, timeout=timeout, max_credits=max_credits, key=key)
        )

    def run_many(
        self,
        requests: Iterable[Request[OutputT]],
        *,
        max_concurrency: int | None = None,
        timeout: float | None = None,
        job_timeout: float | None = DEFAULT_WAIT,
        cancel_on_timeout: bool = False,
        key: str | None = None,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> list[Result[OutputT] | SDKError]:
        """Start a job for each request, and wait for all of them.

        Returns the outcome of each, in the order of the requests: its `Result`, or the error that
        `run` would have raised.  All share the client's rate limiter.  If the provider lists jobs,
        they are polled together, which takes few requests.  Each of several equal requests starts
        a job of its own.  Ctrl-C ends the call with a note that lists the jobs that continue.

        :param max_concurrency: how many jobs may be under way at a time; ``None`` sets no limit.
        :param timeout: seconds from now for everything; ``None`` waits as long as it takes.
        :param job_timeout: seconds that each job may take once it has been submitted.
        :param cancel_on_timeout: see `run`.
        :param key: with a ledger, the batch's name: called again with the same key and requests, it
            resumes every job that is running or succeeded, and submits only the others.
        :param on_progress: called after each request that came to an end, in the calling thread.
        """
        from .calls import Batch, ConcurrentRunner, check_count

        check_count("max_concurrency", max_concurrency, least=1)
        batch = Batch(
            self._context,
            self._files,
            requests,
            timeout=timeout,
            job_timeout=job_timeout,
            cancel=cancel_on_timeout,
            key=key,
            on_progress=on_progress,
        )
        try:
            ConcurrentRunner(self._transport, self._context.clock, batch.operations(), at_once=max_concurrency).run()
            return batch.outcomes()
        except BaseException as error:
            batch.add_jobs(error)
            raise

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
        from .calls import raw_request

        return self.submit(raw_request(self.profile, model_id, parameters, endpoint), webhook_url=webhook_url)

    def run_raw(
        self,
        model_id: str,
        parameters: Mapping[str, JsonValue],
        *,
        endpoint: str | None = None,
        timeout: float | None = DEFAULT_WAIT,
    ) -> Result[MediaOutput]:
        """`run` for any model id; see `submit_raw`."""
        from .calls import raw_request

        return self.run(raw_request(self.profile, model_id, parameters, endpoint), timeout=timeout)

    def upload(
        self,
        source: str | os.PathLike[str] | bytes | BinaryIO,
        *,
        media_type: str | None = None,
        timeout: float | None = DEFAULT_WAIT,
    ) -> str:
        """Upload a file and return its URL, for a parameter that takes one.

        The same content is uploaded once an hour.  It costs nothing, and is repeated where that is safe.

        :param source: a path, the bytes themselves, or a file opened for reading in binary.
        :param media_type: by default guessed from the content, then from the name.
        :raises Unsupported: the provider documents no uploads.
        :raises ConfigurationError: empty, or larger than the provider takes.
        """
        from .calls import upload

        return self._transport.perform(upload(self._context, source, media_type, Deadline(timeout)))

    def request(self, method: str, path: str, body: JsonValue = None) -> Reply:
        """Call a route of the API that has no method here, with key, rate limiter and safe retries.

        :param path: below the base URL, such as ``/models?limit=1``.
        :param body: sent as JSON; ``None`` sends none.

        Returns status, headers and content unchanged.  Raises `APIError` for an error status,
        or `ConnectionFailed`.
        """
        from .calls import call_route

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
