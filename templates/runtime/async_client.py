"""`AsyncClient`: the base of a generated package's asynchronous client."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, BinaryIO, Self

from .client_base import CONNECT_TIMEOUT, DEFAULT_TIMEOUT, ClientBase
from .core.deadline import DEFAULT_WAIT, Deadline
from .core.fork import import_before_fork

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping
    from types import TracebackType

    from pydantic import JsonValue

    from .core.context import Context
    from .core.errors import SDKError
    from .core.hooks import Hooks
    from .core.outcome import Reply
    from .files.outputs import MediaOutput, OutputT
    from .http.other_client import AsyncHttpClient
    from .jobs.account_jobs import AsyncJobs
    from .jobs.batch import Progress
    from .jobs.handles import AsyncJob
    from .models.request import Request
    from .models.result import Result


class AsyncClient(ClientBase):
    """A provider's API on an event loop: `Client` with awaitable calls, for any number of tasks."""

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
        http_client: AsyncHttpClient | None = None,
        hooks: Hooks | None = None,
    ) -> None:
        """See `Client`."""
        import_before_fork(f"{__package__}.calls")
        from .calls import AsyncTransport, open_context

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
        self._transport = AsyncTransport(http_client, direct=context.direct_host, clock=context.clock)
        self._bind(context)

    def _bind(self, context: Context) -> None:
        from .calls import Downloader

        self._context = context
        self._files = Downloader(
            context.user_agent, timeout=context.timeout, retries=context.retries, async_transport=self._transport
        )

    @property
    def jobs(self) -> AsyncJobs:
        """The account's jobs, including those of other clients."""
        from .calls import AsyncJobs

        return AsyncJobs(self._transport, self._context, self._files)

    async def submit(
        self,
        request: Request[OutputT],
        *,
        timeout: float | None = None,  # noqa: ASYNC109  # the same meaning as in the blocking twin
        webhook_url: str | None = None,
        max_credits: float | None = None,
        key: str | None = None,
    ) -> AsyncJob[OutputT]:
        """See `Client.submit`."""
        from .calls import AsyncJob, SubmissionKey, submit_alone

        context = self._context.with_max_credits(max_credits)
        operation = submit_alone(
            context,
            request,
            lambda info: AsyncJob(self._transport, self._context, self._files, info, type(request)),
            webhook_url=webhook_url,
            deadline=context.deadline(timeout),
            identity=SubmissionKey(key),
        )
        return await self._transport.perform(operation)

    async def run(
        self,
        request: Request[OutputT],
        *,
        timeout: float | None = DEFAULT_WAIT,  # noqa: ASYNC109  # as above
        webhook_url: str | None = None,
        max_credits: float | None = None,
        key: str | None = None,
        cancel_on_timeout: bool = False,
    ) -> Result[OutputT]:
        """See `Client.run`."""
        from .calls import run

        return await self._transport.perform(
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

    async def stream(
        self,
        request: Request[OutputT],
        *,
        timeout: float | None = DEFAULT_WAIT,  # noqa: ASYNC109  # as above
        max_credits: float | None = None,
        key: str | None = None,
    ) -> AsyncIterator[str]:
        """See `Client.stream`."""
        from .calls import stream_text

        operation = stream_text(self._context, self._files, request, timeout=timeout, max_credits=max_credits, key=key)
        async with aclosing(self._transport.iterate(operation)) as pieces:
            async for piece in pieces:
                yield piece

    async def run_many(
        self,
        requests: Iterable[Request[OutputT]],
        *,
        max_concurrency: int | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # as above
        job_timeout: float | None = DEFAULT_WAIT,
        cancel_on_timeout: bool = False,
        key: str | None = None,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> list[Result[OutputT] | SDKError]:
        """See `Client.run_many`."""
        from .calls import Batch, check_count

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
            await self._transport.perform_all(batch.operations(), at_once=max_concurrency)
            return batch.outcomes()
        except BaseException as error:
            batch.add_jobs(error)
            raise

    async def submit_raw(
        self,
        model_id: str,
        parameters: Mapping[str, JsonValue],
        *,
        endpoint: str | None = None,
        webhook_url: str | None = None,
    ) -> AsyncJob[MediaOutput]:
        """See `Client.submit_raw`."""
        from .calls import raw_request

        return await self.submit(raw_request(self.profile, model_id, parameters, endpoint), webhook_url=webhook_url)

    async def run_raw(
        self,
        model_id: str,
        parameters: Mapping[str, JsonValue],
        *,
        endpoint: str | None = None,
        timeout: float | None = DEFAULT_WAIT,  # noqa: ASYNC109  # as above
    ) -> Result[MediaOutput]:
        """See `Client.run_raw`."""
        from .calls import raw_request

        return await self.run(raw_request(self.profile, model_id, parameters, endpoint), timeout=timeout)

    async def upload(
        self,
        source: str | os.PathLike[str] | bytes | BinaryIO,
        *,
        media_type: str | None = None,
        timeout: float | None = DEFAULT_WAIT,  # noqa: ASYNC109  as above
    ) -> str:
        """See `Client.upload`."""
        from .calls import upload

        return await self._transport.perform(upload(self._context, source, media_type, Deadline(timeout)))

    async def request(self, method: str, path: str, body: JsonValue = None) -> Reply:
        """See `Client.request`."""
        from .calls import call_route

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
