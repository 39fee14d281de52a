"""Starting a job: the one request that costs money."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from uuid import uuid4

from ..core.budget import Reservation
from ..core.checks import check_type
from ..core.effects import Operation, Sleep
from ..core.errors import (
    ConfigurationError,
    ConnectionFailed,
    InvalidRequest,
    SDKError,
    SubmissionUncertain,
    Unsupported,
)
from ..core.interrupted import add_job_note, repeat_if_interrupted
from ..core.job_info import JobInfo
from ..core.json_document import JsonValue, place
from ..core.outcome import Failure, Reply
from ..core.placeholders import fill_json, fill_route, fill_text
from ..core.urls import rebase
from ..http.api_call import Call, as_error, encode, send_once, send_with_retries
from ..http.error_mapping import body_of
from ..http.multipart import FormPart, encode_form
from ..models.data_uri import refuse_undocumented_data_uris
from ..models.request import Request, require_request, to_wire
from ..models.sent_file import SentFile
from .job_calls import route_values
from .ledger_recording import DuplicateSubmission, LedgerRecorder, fingerprint
from .local_files import with_sent_files
from .pricing import estimate as estimate_cost
from .recorded_parameters import recorded_parameters
from .rejection import diagnose_rejection
from .resume import resume_submission
from .submission_outcome import submission_outcome, submission_so_far

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..core.context import Context
    from ..core.deadline import Deadline
    from ..core.effects import Listener
    from ..core.profile import Submit, SubmitVariant

T = TypeVar("T")


class SubmissionKey(NamedTuple):
    """Distinguishes equal requests that are meant to start several jobs."""

    key: str | None = None
    """The caller's idempotency key; with one, a job that succeeded is still the job of its request."""
    ordinal: int = 0
    """In one batch."""


def submit(
    context: Context,
    request: Request[object],
    *,
    webhook_url: str | None,
    deadline: Deadline,
    identity: SubmissionKey,
    listener: Listener | None = None,
) -> Operation[JobInfo]:
    """Start the job, at most once.

    The request is repeated only if it provably never left, or if the API refused it with 429.
    With a ledger, an unfinished, recorded job of the same request is resumed instead.
    Raises `SubmissionUncertain` when a job may have been started, and otherwise an error that
    means it was not: `APIError`, `ConnectionFailed`, `DeadlineExceeded`, `BudgetExceeded` or
    `LedgerFailed`.  Local files are uploaded before.
    """
    require_request(request)
    check_type("key", identity.key, str, "a string")
    request = yield from with_sent_files(context, request, deadline)
    call = replace(submission(context, request, webhook_url=webhook_url), listener=listener)
    if context.ledger is None:
        if identity.key is not None:
            raise ConfigurationError("a key works through a ledger, and the client has none")
        return (yield from _start(context, request, call, deadline, identity, None))
    mark = _mark(context, request, call, identity)
    recording = LedgerRecorder(
        context.ledger,
        fingerprint=mark,
        model=request.__model_id__,
        webhook_url=webhook_url,
        parameters=recorded_parameters(context, request, parameters_of(context, request)),
    )
    while True:
        info = yield from resume_submission(
            context, context.ledger, request, mark, deadline, ended=identity.key is not None
        )
        if info is not None:
            return info
        try:
            return (yield from _start(context, request, call, deadline, identity, recording))
        except DuplicateSubmission:
            continue  # another process was quicker


def submit_alone(
    context: Context,
    request: Request[object],
    handle: Callable[[JobInfo], T],
    *,
    webhook_url: str | None,
    deadline: Deadline,
    identity: SubmissionKey,
) -> Operation[T]:
    """Return the `handle` of a new job.  A deferred interruption is raised here, and names the job."""
    info = yield from submit(context, request, webhook_url=webhook_url, deadline=deadline, identity=identity)
    try:
        yield Sleep(0)
        return handle(info)
    except BaseException as error:
        add_job_note(error, info.id, context.interrupted)
        raise


def _start(
    context: Context,
    request: Request[object],
    call: Call,
    deadline: Deadline,
    identity: SubmissionKey,
    recording: LedgerRecorder | None,
) -> Operation[JobInfo]:
    # An interruption may come in any call, and so while a `with` block is entered or left: `try` alone has no gap.
    reservation = Reservation(context.budget)
    try:
        _reserve(context, request, reservation)
        with context.poll_registry.submitting() as submitting:
            try:
                outcome = yield from send_with_retries(
                    context, call, deadline, submitting=submitting, send=recording.send if recording else send_once
                )
                info = accepted(context, request, outcome, call, identity)
            except InvalidRequest as error:
                yield from diagnose_rejection(context, request, parameters_of(context, request), error)
                raise
            submitting.end(info.id or None)
        reservation.commit(info.cost, balance=info.credits_remaining)
    except BaseException as error:
        repeat_if_interrupted(partial(_conclude, context, call, reservation, error))
        raise
    return info


def _conclude(context: Context, call: Call, reservation: Reservation, error: BaseException) -> None:
    """Account for a submission that `error` ended: only what proves that no job was started returns the reserved sum.

    Errors of the package state the outcome themselves; to Ctrl-C or a cancellation, a note about the job is added.
    """
    result = submission_so_far(context, call)
    if isinstance(result, JobInfo):
        reservation.commit(result.cost, balance=result.credits_remaining)
    elif result == "unknown":
        reservation.commit()
    else:
        reservation.release()
        return
    if isinstance(result, JobInfo) and result.id:
        add_job_note(error, result.id, context.interrupted)
    elif not isinstance(error, SDKError):
        note = f"interrupted while submitting: a job may have been started. {_hint(context)}"
        context.log.warning("%s", note)  # a task group swallows the error, and the note with it
        error.add_note(note)


def _reserve(context: Context, request: Request[object], reservation: Reservation) -> None:
    """Reserve the request's estimated cost, if anything limits it.  Raises `BudgetExceeded`."""
    budget, limit = context.budget, context.options.max_credits
    estimate = None
    if any(bound is not None for bound in (limit, budget.limit, budget.min_balance)):
        estimate = estimate_cost(request, context.profile.currency, context.options.extra_body)
    reservation.reserve(estimate, most=limit)


def _mark(context: Context, request: Request[object], call: Call, identity: SubmissionKey) -> str:
    return fingerprint(call, parameters_of(context, request), *identity)


def parameters_of(context: Context, request: Request[object]) -> dict[str, JsonValue]:
    """The parameters that are sent: those of the request, and those given beside it."""
    return {**to_wire(request), **context.options.extra_body}


def submission(context: Context, request: Request[object], *, webhook_url: str | None) -> Call:
    """The HTTP request that starts the job.

    Raises `Unsupported` for a webhook or a data URI where the provider takes none, and `ConfigurationError`
    when the webhook is no URL or the model has none of its own where it needs one.
    """
    refuse_undocumented_data_uris(request)
    profile = context.profile
    form = _form(context, request)
    values = {**route_values(request), "uuid": str(uuid4())}
    headers = {name: fill_text(text, {"uuid": values["uuid"]}) for name, text in profile.submit.headers.items()}
    headers["accept"] = profile.submit.accept
    query: dict[str, str] = {}
    body = _body(context, request, form, values)
    if webhook_url is not None:
        check_type("webhook_url", webhook_url, str, "a string")
        if not re.fullmatch(r"https?://[!-~]+", webhook_url):
            raise ConfigurationError(f"webhook_url is not an http(s) URL in ASCII: {webhook_url!r}")
        if profile.webhook.field is not None:
            body = place(body, profile.webhook.field, webhook_url)
        elif profile.webhook.header is not None:
            headers[profile.webhook.header] = webhook_url
        elif profile.webhook.query is not None:
            query[profile.webhook.query] = webhook_url
        else:
            raise Unsupported(f"{profile.title} documents no webhook")
    url = _url(context, request, form.url)
    if profile.submit.encoding == "multipart":
        content_type, content = encode_form(_form_parts(body))
        return Call(form.method, url, headers, content, content_type, query=query)
    return Call(form.method, url, headers, encode(body), query=query)


def _form_parts(body: JsonValue) -> Iterator[FormPart]:
    """Yield the parts of a body: local files, and each other key, a list's items one by one."""
    for name, value in body.items() if isinstance(body, dict) else ():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, SentFile):
                yield FormPart(name, item.content, str(item), item.media_type)
            else:
                yield FormPart(name, item.encode() if isinstance(item, str) else encode(item))


def _form(context: Context, request: Request[object]) -> Submit | SubmitVariant:
    """Return the first variant for the request's model, or else the usual request."""
    submit = context.profile.submit
    for variant in submit.variants:
        known = request.__facts__.get(variant.when.removeprefix("!"), "false") != "false"
        if known != variant.when.startswith("!"):
            return variant
    return submit


def _body(
    context: Context, request: Request[object], form: Submit | SubmitVariant, values: Mapping[str, str]
) -> JsonValue:
    parameters = parameters_of(context, request)
    if form.body is None:
        return place({}, context.profile.submit.input, parameters)
    return fill_json(form.body, values, parameters)


def _url(context: Context, request: Request[object], route: str) -> str:
    if route != "{endpoint}":
        return context.url_of(fill_route(route, route_values(request)))
    if request.__endpoint__ is None:
        raise ConfigurationError(f"{type(request).__name__} has no submit URL of its own")
    return rebase(request.__endpoint__, context.profile.api.base_url, context.base_url)


def accepted(
    context: Context, request: Request[object], outcome: Reply | Failure, call: Call, identity: SubmissionKey
) -> JobInfo:
    """Return the job that was started; raise an error that states whether one may have been."""
    result = submission_outcome(context, outcome)
    if isinstance(result, JobInfo):
        return replace(result, route_values=route_values(request))
    if result == "unknown":
        raise SubmissionUncertain(
            request,
            fingerprint=_mark(context, request, call, identity),
            reason=_reason(outcome),
            hint=_hint(context),
            body=body_of(outcome) if isinstance(outcome, Reply) else None,
            request_id=outcome.request_id if isinstance(outcome, Reply) else None,
        )
    if isinstance(outcome, Failure):
        raise ConnectionFailed(f"nothing was submitted: {outcome.reason}")
    raise as_error(context, outcome)


def _reason(outcome: Reply | Failure) -> str:
    if isinstance(outcome, Failure):
        return f"the connection failed ({outcome.reason})"
    if outcome.status < 300:
        return "the success cannot be read or names no job"
    return f"status {outcome.status} does not say what became of it"


def _hint(context: Context) -> str:
    if context.profile.job.list:
        return "Look through client.jobs.list() before submitting again."
    return f"{context.profile.title} lists no jobs: look at the account's usage before submitting again."
