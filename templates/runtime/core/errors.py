"""Every error the package raises.

::

    SDKError
    ├── ConfigurationError       nothing was sent: key, URL or argument is invalid
    ├── Unsupported              the provider documents no way to do this
    ├── UnknownModel             no such id in the catalogue (also a KeyError)
    ├── ModelRetired             the provider removed the model
    ├── ConnectionFailed         no answer, and nothing was paid for
    ├── BudgetExceeded           a spending limit, or an unknown price; nothing was sent
    ├── DeadlineExceeded         the timeout ended before anything was submitted
    │   ├── JobTimeout           ... before the job did (also a JobError); the job continues
    │   └── DownloadTimeout      ... before a file was complete (also a DownloadFailed); no part is kept
    ├── SubmissionUncertain      a job may have been started and paid for; never retried
    ├── LedgerFailed             the ledger cannot be read or written; nothing was sent
    ├── JobError                 about a job that exists: see `job_id`
    │   └── JobFailed            it ended without a result
    │       └── JobCancelled
    ├── WebhookRefused           the signature or body of a webhook is not valid
    ├── DownloadFailed           a result file could not be fetched
    └── APIError                 the API answered with an error
        ├── InvalidRequest       400, 422
        │   └── SchemaDrift      ... of parameters this package allows: the model changed
        ├── AuthenticationError  401
        ├── InsufficientCredits  402
        ├── PermissionDenied     403
        ├── NotFound             404
        ├── JobExpired           410
        ├── RateLimited          429
        ├── ServerError          5xx
        ├── RedirectRefused      3xx that must not be followed
        └── UnreadableResponse   2xx whose body is not what the API documents

Classes follow the HTTP status, because published tables of codes disagree with each other; the
code stays an open string.  No message, attribute or log line holds the API key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .json_document import JsonValue
    from .price import Estimate

_ErrorT = TypeVar("_ErrorT", bound="SDKError")


class SDKError(Exception):
    """Base of every error of this package."""

    retryable: bool = False
    """The same call may succeed later, and making it again cannot pay twice."""

    _job_id: str | None = None

    @property
    def job_id(self) -> str | None:
        """The job that was submitted; ``client.jobs.get(job_id, ...)`` resumes it."""
        return self._job_id

    def concerns(self, job_id: str) -> None:
        """Record the job that continues although the call ended."""
        self._job_id = job_id

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process pools; rebuilding from `args` alone would miss keyword arguments.
        return _restore, (type(self), self.args), self.__dict__


def _restore(kind: type[_ErrorT], args: tuple[object, ...]) -> _ErrorT:
    error = kind.__new__(kind, *args)
    error.args = args
    return error


class ConfigurationError(SDKError):
    """The key, the base URL or an argument is invalid; nothing was sent."""


class Unsupported(SDKError):
    """The provider documents no route for this."""


class UnknownModel(SDKError, KeyError):
    """No model of this id is in the catalogue."""

    def __init__(self, model: str, *, similar: tuple[str, ...] = ()) -> None:
        self.model = model
        self.similar = similar
        hint = f"; did you mean {' or '.join(map(repr, similar))}?" if similar else ""
        super().__init__(f"no model {model!r} in the catalogue{hint}")

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would print the repr


class ModelRetired(SDKError):
    """The provider no longer offers the model.

    `since` is the version of this package that dropped it, `replaced_by` a model id if one is known.
    """

    def __init__(self, model: str, *, since: str, replaced_by: str | None = None) -> None:
        self.model = model
        self.since = since
        self.replaced_by = replaced_by
        hint = f"; use {replaced_by!r} instead" if replaced_by else ""
        super().__init__(f"model {model!r} was retired in {since}{hint}")


class ConnectionFailed(SDKError):
    """The API gave no answer.

    On submitting it means that the request provably never left; a request that may have
    arrived raises `SubmissionUncertain` instead.
    """

    retryable = True


class BudgetExceeded(SDKError):
    """A job would cost more than a limit allows, or its cost is unknown; nothing was sent."""

    def __init__(self, message: str, *, estimate: Estimate, spent: float, reason: str = "max_credits") -> None:
        self.estimate = estimate
        """The estimate for the job; its ``cost`` is ``None`` if that is unknown."""
        self.spent = spent
        """The sum that the client had spent before."""
        super().__init__(f"nothing was submitted, because of {reason}: {message}")


class DeadlineExceeded(SDKError):
    """The caller's timeout ended: before anything was submitted, unless it is one of the two below it."""


class JobError(SDKError):
    """An error that is about a known job."""

    @property
    def job_id(self) -> str:
        """The job; ``client.jobs.get(job_id, ...)`` resumes it."""
        return self._job_id or ""


class JobTimeout(JobError, DeadlineExceeded):
    """The caller's timeout ended first.  The job continues and is paid for: see `job_id`."""

    def __init__(self, job_id: str, *, status: str, waited: float, cancelled: bool = False) -> None:
        self.concerns(job_id)
        self.status = status
        self.waited = waited
        """Seconds."""
        self.cancelled = cancelled
        """Whether the provider was asked to cancel the job, and agreed."""
        hint = "it was asked to stop" if cancelled else f"take it up again with jobs.get({job_id!r}, ...)"
        super().__init__(f"job {job_id} was still {status} after {waited:.1f} s; {hint}")


class SubmissionUncertain(SDKError):
    """A paid request may or may not have started a job, so it was not repeated.

    Raised when the connection broke after the request was (or may have been) sent, when a
    success could not be read, and when a gateway answered 5xx in the API's place.  Before
    submitting again, check whether the job exists: `hint` states how with this provider.
    """

    def __init__(
        self,
        request: object,
        *,
        fingerprint: str,
        reason: str,
        hint: str,
        body: JsonValue = None,
        request_id: str | None = None,
    ) -> None:
        self.request = request
        """The `Request` that was submitted."""
        self.fingerprint = fingerprint
        """Identifies the request: the same for equal requests, and its key in the ledger."""
        self.reason = reason
        self.hint = hint
        self.body = body
        """The body of the server's response, if it could be read."""
        self.request_id = request_id
        super().__init__(f"the job may have been started and paid for: {reason}. {hint}")


class LedgerFailed(SDKError):
    """The ledger cannot be read or written; nothing was sent."""


class JobFailed(JobError):
    """The job ended without a result."""

    def __init__(self, job_id: str, *, error: str, raw: JsonValue, charged: bool | None) -> None:
        self.concerns(job_id)
        self.error = error
        """The provider's own words."""
        self.raw = raw
        """The whole job document."""
        self.charged = charged
        """``False`` if the provider documents that such a failure is free; ``None`` if it documents nothing."""
        super().__init__(f"job {job_id} {self._outcome}: {error}")

    _outcome = "failed"


class JobCancelled(JobFailed):
    """The job was cancelled before it had a result."""

    _outcome = "was cancelled"


class WebhookRefused(SDKError):
    """A callback's signature is missing, wrong or too old; do not trust its content."""


class DownloadFailed(SDKError):
    """A result file could not be fetched; `status` is the file host's answer, if it gave one."""

    retryable = True

    def __init__(self, url: str, *, reason: str, status: int | None = None) -> None:
        self.url = url
        """Without its query, which may hold a signature."""
        self.status = status
        super().__init__(f"could not fetch {url}: {reason}")


class DownloadTimeout(DownloadFailed, DeadlineExceeded):
    """The caller's timeout ended before a result file was complete; no part of it is kept.

    The file is still on the host: the same call with a longer timeout fetches it.
    """

    def __init__(self, url: str, *, received: int, waited: float) -> None:
        self.received = received
        """Bytes received."""
        self.waited = waited
        """Seconds."""
        super().__init__(url, reason=f"the timeout ended after {waited:.1f} s, with {received} bytes there")


class APIError(SDKError):
    """The API answered, and the answer is an error."""

    def __init__(
        self,
        status: int,
        *,
        code: str | None,
        message: str,
        request_id: str | None = None,
        body: JsonValue = None,
        retry_after: float | None = None,
    ) -> None:
        self.status = status
        self.code = code
        """The provider's own code: an open set."""
        self.message = message
        self.request_id = request_id
        self.body = body
        """The parsed body; its text when it is not JSON."""
        self.retry_after = retry_after
        """Seconds the server asked to wait."""
        self.pointer: str | None = None
        """JSON pointer of the parameter at fault, where the answer to a submission names one."""
        head = f"{status} {code}" if code else str(status)
        tail = f" (request {request_id})" if request_id else ""
        super().__init__(f"{head}: {message}{tail}")


class InvalidRequest(APIError):
    """400 or 422: the API refuses these parameters."""


class SchemaDrift(InvalidRequest):
    """The API refuses parameters that this package allows, because the model's schema has changed.

    The schema that the API serves now refuses the parameters in `changes`.
    """

    def __init__(
        self, refused: InvalidRequest, *, model: str, changes: Mapping[str, str], installed: str, digest: str
    ) -> None:
        listed = "; ".join(f"{pointer.removeprefix('/')}: {change}" for pointer, change in changes.items())
        super().__init__(
            refused.status,
            code=refused.code,
            message=f"{refused.message}. Model {model!r} has changed since {installed} was generated: {listed}. "
            f"Install a newer {installed.partition(' ')[0]}, or use run_raw({model!r}, ...)",
            request_id=refused.request_id,
            body=refused.body,
            retry_after=refused.retry_after,
        )
        self.pointer = next(iter(changes))
        self.model = model
        self.changes = dict(changes)
        """JSON pointer of a parameter → how the current schema restricts it."""
        self.installed = installed
        """Distribution and version of this package; any later one may know the change."""
        self.digest = digest
        """SHA-256 of the description that the installed request class was generated from."""


class AuthenticationError(APIError):
    """401: the key is missing, wrong or revoked."""


class InsufficientCredits(APIError):
    """402: the balance does not cover the job; nothing was started."""


class PermissionDenied(APIError):
    """403: the key may not do this."""


class NotFound(APIError):
    """404: no such model or job for this key."""


class JobExpired(APIError):
    """410: the job's record and files are gone."""


class RateLimited(APIError):
    """429, and the client does not wait any longer: see `retry_after`."""

    retryable = True


class ServerError(APIError):
    """5xx.  On submitting: with an error body of the API's own, which means it refused the job."""

    retryable = True


class RedirectRefused(APIError):
    """The API redirected to another origin, or redirected a request that must not be repeated.

    The key is never sent on: not to another host, and not to another scheme or port of the same one.
    """


class UnreadableResponse(APIError):
    """A success whose body is not the JSON that the API documents."""

    retryable = True
