"""Starting a job: the one request that costs money."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .budget import within_budget
from .documents import Json, place, text
from .effects import Failure, Operation, Reply
from .errors import ConfigurationError, ConnectionFailed, InvalidRequest, SDKError, SubmissionUncertain, Unsupported
from .exchange import Call, as_error, deliver
from .inputs import refuse_undocumented_data_uris
from .job_info import JobInfo, read_job
from .refusals import explain
from .replies import body_of
from .urls import fill, join, rebase

if TYPE_CHECKING:
    from .context import Context
    from .deadline import Deadline
    from .outputs import Output
    from .request import Request

_GATEWAY = frozenset({502, 504})


def submit(
    context: Context, request: Request[Output], *, webhook_url: str | None, deadline: Deadline
) -> Operation[JobInfo]:
    """Start the job, at most once.

    The request is repeated only if it provably never left, or if the API refused it with 429.
    Raises `SubmissionUncertain` when a job may have been started, and otherwise an error that
    means it was not: `APIError`, `ConnectionFailed`, `DeadlineExceeded` or `BudgetExceeded`.
    """
    call = submission(context, request, webhook_url=webhook_url)
    with within_budget(context, request) as reservation:
        try:
            outcome = yield from deliver(context, call, deadline)
            info = accepted(context, request, outcome)
        except InvalidRequest as error:
            yield from explain(context, request, parameters_of(context, request), error)
            raise
        except SDKError:
            raise
        except BaseException as error:  # Ctrl-C, or a cancelled task
            error.add_note(f"interrupted while submitting: a job may have been started. {_hint(context)}")
            raise
        reservation.settle(info.cost)
    return info


def parameters_of(context: Context, request: Request[Output]) -> dict[str, Json]:
    """The parameters that are sent: those of the request, and those given beside it."""
    from .request import wire_payload  # pydantic comes with the first request class, not before

    return {**wire_payload(request), **context.options.extra_body}


def submission(context: Context, request: Request[Output], *, webhook_url: str | None) -> Call:
    """The HTTP request that starts the job.

    Raises `Unsupported` for a webhook or a data URI where the provider takes none, and `ConfigurationError`
    when the webhook is no URL or the model has none of its own where it needs one.
    """
    refuse_undocumented_data_uris(request)
    profile = context.profile
    headers: dict[str, str] = {}
    body: dict[str, Json] = {}
    payload = parameters_of(context, request)
    if profile.submit.input:
        place(body, profile.submit.input, payload)
    else:
        body = payload
    if webhook_url is not None:
        if not re.fullmatch(r"https?://[!-~]+", webhook_url):
            raise ConfigurationError(f"webhook_url is not an http(s) URL in ASCII: {webhook_url!r}")
        if profile.webhook.field is not None:
            place(body, profile.webhook.field, webhook_url)
        elif profile.webhook.header is not None:
            headers[profile.webhook.header] = webhook_url
        else:
            raise Unsupported(f"{profile.title} documents no webhook")
    return Call(profile.submit.method, _url(context, request), headers, body)


def _url(context: Context, request: Request[Output]) -> str:
    route = context.profile.submit.url
    if route != "{endpoint}":
        return join(context.base_url, fill(route, "id", request.__model_id__, slashes=True))
    if request.__endpoint__ is None:
        raise ConfigurationError(f"{type(request).__name__} has no submit URL of its own")
    return rebase(request.__endpoint__, context.profile.api.base_url, context.base_url)


def accepted(context: Context, request: Request[Output], outcome: Reply | Failure) -> JobInfo:
    """The job that was started, or the error that says whether one may have been.

    A 5xx in the API's own words is a refusal (both published tables list such codes, for
    example for a failed submission).  A 5xx without them, or a 502 or 504 without a code, comes
    from a gateway that does not know what happened behind it.
    """
    if isinstance(outcome, Failure):
        if outcome.never_sent:
            raise ConnectionFailed(f"nothing was submitted: {context.credential.scrub(outcome.reason)}")
        raise _uncertain(context, request, f"the connection failed ({context.credential.scrub(outcome.reason)})")
    if outcome.ok or outcome.status in context.profile.submit.accepted:
        if isinstance(outcome.json, dict):
            info = read_job(context, outcome.json, request_id=outcome.request_id)
            if info.id or info.ended:
                return info
        raise _uncertain(context, request, "the success cannot be read or names no job", outcome)
    if outcome.status == 303 or (outcome.status >= 500 and not _refused(context, outcome)):
        raise _uncertain(context, request, f"status {outcome.status} does not say what became of it", outcome)
    raise as_error(context, outcome)


def _refused(context: Context, reply: Reply) -> bool:
    errors = context.profile.errors
    if not isinstance(reply.json, dict):
        return False
    wanted = errors.code if reply.status in _GATEWAY else errors.code + errors.message
    return text(reply.json, wanted) is not None


def _uncertain(
    context: Context, request: Request[Output], reason: str, reply: Reply | None = None
) -> SubmissionUncertain:
    return SubmissionUncertain(
        request,
        reason=reason,
        hint=_hint(context),
        body=body_of(context, reply) if reply else None,
        request_id=reply.request_id if reply else None,
    )


def _hint(context: Context) -> str:
    if context.profile.job.list:
        return "Look through client.jobs.list() before submitting again."
    return f"{context.profile.title} lists no jobs: look at the account's usage before submitting again."
