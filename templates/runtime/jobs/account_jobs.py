"""``client.jobs``: fetch, list, recover and resolve the jobs of an account, and read webhooks.

A job that is found here without its request class gets the class of its model, or `RawRequest`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from ..core.deadline import Deadline
from ..core.job_info import JobInfo
from ..files.outputs import OutputT
from ..models.catalogue import find_class
from ..models.raw_request import RawRequest
from ..models.request import require_request_class
from . import routes as job_routes
from . import webhooks
from .handles import AsyncJob, Job
from .job_calls import route_values
from .polling import fetch_job_by_id
from .recovery import Recovery, recover, resolve
from .webhooks import TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.context import Context
    from ..files.download import Downloader
    from ..http.async_transport import AsyncTransport
    from ..http.sync_transport import Transport
    from ..models.request import Request


def request_class(context: Context, info: JobInfo) -> type[Request[object]]:
    """Return the request class of a job's model; `RawRequest` if the package does not know the model."""
    return find_class(context.profile, info.model) or RawRequest


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
        require_request_class(request)
        info = self._transport.perform(fetch_job_by_id(self._context, job_id, Deadline(), route_values(request)))
        return Job(self._transport, self._context, self._files, info, request)

    def list(self, *, limit: int | None = None) -> tuple[JobInfo, ...]:
        """Recent jobs, in the provider's order, at most `limit`, and at most 10,000.

        Raises `Unsupported` where the provider documents no such route.
        """
        return self._transport.perform(job_routes.list_jobs(self._context, limit=limit, deadline=Deadline()))

    @property
    def interrupted(self) -> tuple[str, ...]:
        """Ids of jobs whose call was interrupted while this client was open, oldest first: they go on, or have ended.

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
        request = request_class(self._context, info)
        return Job(self._transport, self._context, self._files, info, request)

    def replay_webhook(self, job_id: str) -> None:
        """Have the webhook of an ended job delivered again.

        Raises `Unsupported` where the provider documents no such route.
        """
        self._transport.perform(job_routes.replay_webhook(self._context, job_id))

    def refresh_webhook_keys(self, *, max_age: float = 0.0) -> None:
        """Fetch the public keys by which the provider signs callbacks, for `parse_webhook`.

        They are used for a day.  Nothing is fetched if those known are younger than `max_age` seconds.
        Raises `Unsupported` if the provider documents no key set, and what any call of the API raises.
        """
        self._transport.perform(webhooks.fetch_webhook_keys(self._context, max_age, Deadline()))

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
        seconds is refused.  If it signs them with keys that it publishes, those of
        `refresh_webhook_keys` count.  If it does not sign, anyone may have sent it: `Job.refresh`
        asks the API.

        :param body: the request body as it arrived.
        :param request: the class the job was submitted with; by default found by the model's id
            where the callback names it.
        :raises WebhookRefused: the signature is not valid, or the body is not a job document.
        :raises ConfigurationError: the secret is missing or malformed, or no keys are known.
        """
        if request is not None:
            require_request_class(request)
        info = webhooks.read_webhook(self._context, body, headers, secret=secret, tolerance=tolerance)
        request = request or request_class(self._context, info)
        return Job(self._transport, self._context, self._files, info, request)


class AsyncJobs:
    """``client.jobs`` on an event loop: `Jobs` with awaitable methods."""

    def __init__(self, transport: AsyncTransport, context: Context, files: Downloader) -> None:
        self._transport = transport
        self._context = context
        self._files = files

    async def get(self, job_id: str, request: type[Request[OutputT]]) -> AsyncJob[OutputT]:
        """See `Jobs.get`."""
        require_request_class(request)
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
        request = request_class(self._context, info)
        return AsyncJob(self._transport, self._context, self._files, info, request)

    async def replay_webhook(self, job_id: str) -> None:
        """See `Jobs.replay_webhook`."""
        await self._transport.perform(job_routes.replay_webhook(self._context, job_id))

    async def refresh_webhook_keys(self, *, max_age: float = 0.0) -> None:
        """See `Jobs.refresh_webhook_keys`."""
        await self._transport.perform(webhooks.fetch_webhook_keys(self._context, max_age, Deadline()))

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
        if request is not None:
            require_request_class(request)
        info = webhooks.read_webhook(self._context, body, headers, secret=secret, tolerance=tolerance)
        request = request or request_class(self._context, info)
        return AsyncJob(self._transport, self._context, self._files, info, request)
