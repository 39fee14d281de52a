"""The sections of ``provider.toml`` about jobs: submission, status, results, webhooks, errors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemaloom.settings.value_types import (
    HeaderName,
    JobRoute,
    JobState,
    Modality,
    Pointer,
    Pointers,
    Route,
    Section,
    SubmitRoute,
)


class Submit(Section):
    """The request that starts a job, and costs money."""

    method: Literal["POST", "PUT"] = "POST"
    """The HTTP method."""
    url: SubmitRoute
    """The route; `{endpoint}` is a model's own URL."""
    input: Pointer = ""
    """The parameters in the body; `""` if they are the body."""
    accepted: Annotated[tuple[int, ...], Field(min_length=1)] = (200, 201, 202)
    """HTTP statuses of an accepted job."""
    inline: Pointer | None = Field(default=None, exclude=True)
    """The parameter that, if true, makes the response the finished job, its files as `data:` URLs. For the emulator:
    clients read either response."""


class JobFields(Section):
    """Facts in the response to a submission, and in every later job document."""

    id: Annotated[Pointers, Field(min_length=1)]
    """The job's id."""
    status: Annotated[Pointers, Field(min_length=1)]
    """A key of `[job.statuses]`."""
    status_url: Pointers = ()
    """The URL to poll."""
    cancel_url: Pointers = ()
    """The URL to cancel it."""
    error: Pointers = ()
    """The reason of a failure, a string."""
    cost: Pointers = ()
    """Its cost, a number."""
    credits_remaining: Pointers = ()
    """The balance after it."""
    created_at: Pointers = ()
    """The time of submission."""
    expires_at: Pointers = ()
    """The time when its result is deleted."""
    model: Pointers = ()
    """The id of its model."""
    webhook: Pointers = ()
    """The state of its webhook."""
    media_type: Pointers = ()
    """The media type of its files."""


class JobList(Section):
    """The route that lists the caller's recent jobs. With it, one request polls many jobs."""

    path: Route
    """The route."""
    items: Pointer
    """The list in the response."""
    limit: str | None = None
    """Query parameter that bounds the number of items."""


class JobProtocol(Section):
    """How a job is polled and its result is read."""

    url: JobRoute
    """The status route, if a response has no `status_url`."""
    fields: JobFields
    statuses: dict[str, JobState]
    """Each status of the provider and its meaning. An unlisted status means that the job is running."""
    uncharged: tuple[str, ...] = ()
    """Failed statuses that cost nothing."""
    output: Annotated[dict[Modality, Pointers], Field(min_length=1)]
    """URLs of finished files by the model's modality: one URL, a list of URLs, or a list of objects with `url`.

    - `image`: Images.
    - `video`: Videos.
    - `audio`: Audio files.
    - `text`: Strings instead of URLs.
    - `media`: Files of any kind: used for a model whose modality has no key here.
    """
    list: JobList | None = None
    cancel: JobRoute | None = None
    """The route that cancels a job by POST."""


class Signature(Section):
    """How a webhook is signed: HMAC-SHA256 in base64. The key is the base64 after `secret_prefix` in the secret."""

    id: HeaderName
    """Header with the message's id."""
    timestamp: HeaderName
    """Header with the time of sending, in seconds since 1970."""
    signature: HeaderName
    """Header with one or more signatures, separated by spaces."""
    signed: str = "{id}.{timestamp}.{body}"
    """The signed string."""
    prefix: str = ""
    """Prefix of a signature of this kind."""
    secret_prefix: str = ""
    """Prefix of the key in the secret."""


class Webhook(Section):
    """How a caller asks for a webhook: in the body or by a header."""

    field: Pointer | None = None
    """The webhook's URL in the body."""
    header: HeaderName | None = None
    """The header that carries it."""
    replay: JobRoute | None = None
    """The route that sends the webhook again, by POST."""
    signature: Signature | None = None


class ErrorReply(Section):
    """The documented response to one situation."""

    status: int = Field(ge=400, le=599)
    """The HTTP status."""
    code: str
    """The code in the body."""


class Errors(Section):
    """The body of an error, and the documented errors."""

    code: Pointers
    """The error code."""
    message: Pointers
    """The message for people."""
    table: dict[
        Literal[
            "unauthorized",
            "forbidden",
            "insufficient_credits",
            "invalid_json",
            "invalid_input",
            "model_not_found",
            "job_not_found",
            "expired",
            "rate_limited",
            "submission_failed",
            "internal_error",
        ],
        ErrorReply,
    ] = {}
    """The documented error of each situation, as `{ status = 402, code = "…" }`. The emulator answers with it; clients
    go by the status and accept any code.

    - `unauthorized`: The key is missing or wrong.
    - `forbidden`: The key lacks a permission.
    - `insufficient_credits`: The balance is too low.
    - `invalid_json`: The body is not JSON.
    - `invalid_input`: A parameter is wrong.
    - `model_not_found`: There is no such model.
    - `job_not_found`: There is no such job.
    - `expired`: The job's result is deleted.
    - `rate_limited`: Too many requests.
    - `submission_failed`: The job could not be started.
    - `internal_error`: Anything else.
    """
