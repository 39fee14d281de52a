"""The sections of ``provider.toml`` about jobs: submission, status, results, errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, JsonValue, StringConstraints, model_validator

from schemaloom.settings.placeholders import placeholder_names
from schemaloom.settings.value_types import (
    FactName,
    HeaderName,
    HeaderText,
    HttpStatus,
    JobRoute,
    JobState,
    Modality,
    Pointer,
    Pointers,
    Route,
    Scalar,
    Section,
    SubmitRoute,
)


def _as_table(route: object) -> object:
    return {"url": route} if isinstance(route, str) else route


class JobCall(Section):
    """A request about a job, as a table: `{ method = "PUT", url = "/jobs/{job_id}/cancel" }`. A route alone is the
    table with that `url`.
    """

    url: JobRoute
    """The route."""
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = None
    """The HTTP method; by default `GET` to read and `POST` to act."""
    query: dict[str, str] = {}
    """Query parameters; values may hold placeholders."""
    body: JsonValue = None
    """The JSON body; strings may hold placeholders."""


JobRequest = Annotated[JobCall, BeforeValidator(_as_table)]


class SubmitVariant(Section):
    """Another request for some models; the first that applies is sent."""

    when: Annotated[str, StringConstraints(pattern=r"^!?[a-z][a-z0-9_]*$")]
    """A fact: the variant is for models that have it (`"official"`; `false` counts as none), or that lack it
    (`"!version"`)."""
    method: Literal["POST", "PUT"] = "POST"
    """The HTTP method."""
    url: SubmitRoute
    """The route."""
    body: JsonValue = None
    """As in `[submit]`."""
    call: str = Field(default="{id}", exclude=True)
    """As in `[submit]`."""

    def applies(self, facts: Mapping[str, str]) -> bool:
        """Whether the variant is for a model with these facts."""
        known = facts.get(self.when.removeprefix("!"), "false") != "false"
        return known != self.when.startswith("!")


class SubmitEvents(Section):
    """A response to a submission in server-sent events. `client.stream` yields its texts as they arrive; the result is
    there at its end. An event with `errors.message` is the job's failure, and a response that ends early leaves the
    submission uncertain.
    """

    event: str | None = None
    """The name of the events that carry the output; by default all."""
    text: Pointer | None = None
    """The text in the data of an event; `""` if the data is the text. All texts together are the output, which is the
    whole response (`""`) in `[job.output]`. Without it, the data of the last event is the job document."""
    end: tuple[str, ...] = ("[DONE]", "done")
    """Names or data of events after which nothing follows. An empty list if the response just ends."""


class Submit(Section):
    """The request that starts a job, and costs money."""

    method: Literal["POST", "PUT"] = "POST"
    """The HTTP method."""
    url: SubmitRoute
    """The route; `{endpoint}` is a model's own URL."""
    input: Pointer = ""
    """The parameters in the body; `""` if they are the body."""
    body: JsonValue = None
    """The body as a template, in place of `input`: `{ version = "{version}", input = "{input}" }`. `"{input}"` is the
    object of parameters, `"{uuid}"` a new UUID; other strings may hold `{id}` and facts. A key `"*" = "{input}"` puts
    the parameters beside the other keys."""
    encoding: Literal["json", "multipart"] = "json"
    """How the body is written. In a multipart form, a local file is sent as it is, each other key as a part of its
    own."""
    call: str = Field(default="{id}", exclude=True)
    """The name of a model in the provider's own client, where it differs from the id: `"{id}:{version}"`."""
    variants: tuple[SubmitVariant, ...] = ()
    events: SubmitEvents | None = None
    headers: dict[HeaderName, HeaderText] = {}
    """Further headers; values may hold `{uuid}`, a new UUID: `Idempotency-Key = "{uuid}"`."""
    accept: HeaderText = "application/json"
    """The `Accept` header."""
    accepted: Annotated[tuple[HttpStatus, ...], Field(min_length=1)] = (200, 201, 202)
    """HTTP statuses of an accepted job."""
    inline: Pointer | None = Field(default=None, exclude=True)
    """The parameter that, if true, makes the response the finished job, its files as `data:` URLs. For the emulator:
    clients read either response."""

    @model_validator(mode="after")
    def _check_headers(self) -> Self:
        for name, text in self.headers.items():
            if other := placeholder_names(text) - {"uuid"}:
                raise ValueError(f"headers.{name} may hold {{uuid}} alone, got {min(other)}")
        return self


class JobFields(Section):
    """Facts in the response to a submission, and in every later job document."""

    id: Pointers = ()
    """The job's id."""
    status: Pointers = ()
    """A key of `[job.statuses]`; a boolean is `true` or `false` there."""
    status_url: Pointers = ()
    """The URL to poll; used if its origin may see the key."""
    stream_url: Pointers = ()
    """The URL of its stream, if it has one."""
    result_url: Pointers = ()
    """The URL of the result, if that is not in the job document."""
    cancel_url: Pointers = ()
    """The URL to cancel it."""
    error: Pointers = ()
    """The reason of a failure: a string, or several."""
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
    queue_position: Pointers = ()
    """The number of jobs before it, while it is queued."""
    progress: Pointers = ()
    """How much of it is done, a number."""
    logs: Pointers = ()
    """Its log so far: a string, or a list of strings or of objects with `message`."""


class JobList(Section):
    """The route that lists the caller's recent jobs. With it, one request polls many jobs."""

    path: Route
    """The route."""
    items: Pointer
    """The list in the response."""
    limit: str | None = None
    """Query parameter that bounds the number of items."""


class JobStream(Section):
    """The text of a job as it is made, in server-sent events. A client that is cut off asks for the rest, with the id
    of the last event; where events have no id, the rest is read from the result.
    """

    url: JobRequest
    """The request, if a response has no `stream_url`."""
    event: str = "output"
    """The name of the events that carry text."""
    text: Pointer | None = None
    """The text in the data of an event, if that is JSON. Without it, the data is the text."""
    end: tuple[str, ...] = ("done", "error")
    """The names of events after which nothing follows."""


class JobProtocol(Section):
    """The requests that poll a job and read its result, and the places of facts in their responses."""

    url: JobRequest | None = None
    """The status request, if a response has no `status_url`. Without it, the response to a submission is the result."""
    result: JobRequest | None = None
    """The request for the result of a job that succeeded, if the job document does not hold it. It is sent once; its
    error is the job's failure. So is a document of the result that states it, by `job.present` or by a listed failed
    status outside of the output."""
    fields: JobFields = JobFields.model_construct()
    statuses: dict[str, JobState] = {}
    """Each status of the provider and its meaning. An unlisted status means that the job is running."""
    codes: dict[HttpStatus, JobState] = {}
    """The meaning of HTTP statuses of the status request, if its document names no status: `202 = "running"`."""
    present: dict[Pointer, JobState] = {}
    """Places in a job document, or in that of a result, whose value states what the job is, before its status counts:
    `"/error" = "failed"`. The first with a value other than null, false, zero and an empty one counts."""
    facts: dict[FactName, Pointer] = {}
    """Facts of a job document that the requests of its result, its stream and its cancellation need, by the name of
    their placeholder: `file_id = "/file_id"` gives `{file_id}`."""
    headers: dict[
        Literal["id", "status_url", "stream_url", "result_url", "cancel_url", "cost", "credits_remaining"], HeaderName
    ] = {}
    """Facts in the headers of the same responses, if their documents have none.

    - `id`: The job's id.
    - `status_url`: The URL to poll, such as `"Location"`. Without an id, it holds that at `{job_id}` of `job.url`.
    - `stream_url`: The URL of its stream.
    - `result_url`: The URL of the result.
    - `cancel_url`: The URL to cancel it.
    - `cost`: Its cost, a number.
    - `credits_remaining`: The balance after it.
    """
    value: Pointer | None = None
    """The place in the result's document of the value that a model's output schema describes. The emulator puts an
    instance of the schema there."""
    document: dict[str, JsonValue] = Field(default={}, exclude=True)
    """Other members of job documents, as a template with `{input}`, `{id}` and facts. For the emulator: clients ignore
    them."""
    uncharged: tuple[str, ...] = ()
    """Failed statuses that cost nothing."""
    output: Annotated[dict[Modality, Pointers], Field(min_length=1)]
    """Files of a result by the model's modality: a URL, a `data:` URL or base64; a list of them; or a list of objects
    with `url`. Of any other object, every URL in it is a file. A relative URL counts from `api.base_url`, or with a
    first `/` from its root. A token `*` in a pointer is every item of a list. `""` is the whole response, which may be
    the file or the text itself.

    - `image`: Images.
    - `video`: Videos.
    - `audio`: Audio files.
    - `text`: Strings instead of URLs.
    - `media`: Files of any kind: used for a model whose modality has no key here.
    """
    list: JobList | None = None
    cancel: JobRequest | None = None
    """The request that cancels a job."""
    stream: JobStream | None = None


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
    """The message for people: a string, or several. A token `*` in a pointer is every item of a list."""
    success: dict[Pointer, Scalar] = {}
    """The value that a successful response has at a pointer, where the API reports errors with HTTP 200, too:
    `"/code" = 0`. A response with another value there, and without a listed job status, is an error: with the HTTP
    status that `errors.table` gives its code, or else 400."""
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
            "cancelled",
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
    - `cancelled`: The job was cancelled, if its status or result route reports that by an error.
    - `rate_limited`: Too many requests.
    - `submission_failed`: The job could not be started.
    - `internal_error`: Anything else.
    """
