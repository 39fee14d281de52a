"""`Profile`: everything in which one provider differs from another, as data.

A generated package carries one `Profile`, rendered from the provider's description; the code
beside it is the same in every package.  Values inside documents are addressed by JSON Pointers
(RFC 6901); of several, the first that is present counts.

Written by ``python -m tests.provider_files`` from the settings of ``provider.toml``; not edited.

Named tuples, because every program that imports a package pays for this tree: as frozen
dataclasses it takes 4 ms longer, a third of the whole import.  Annotations are not deferred for
the same reason: each deferred one of a named tuple is compiled on its own.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from .json_document import JsonValue

JobState: TypeAlias = Literal["queued", "running", "succeeded", "failed", "cancelled"]
"""The meaning of a provider's status."""

Pointers: TypeAlias = tuple[str, ...]


class Package(NamedTuple):
    """Names of the generated package."""

    distribution: str
    """The name to install, and the folder below ``generated/``."""
    module: str
    """The name to import, and of the logger."""
    client: str
    """Class of the synchronous client; the asynchronous one is ``Async`` and this."""
    env_prefix: str
    """``<PREFIX>_API_KEY`` and ``<PREFIX>_BASE_URL`` are the environment variables that are read."""


class Auth(NamedTuple):
    """The place of the API key in a request: a header, as ``prefix`` and the key, or a query parameter."""

    header: str | None = None
    """The header."""
    prefix: str = ""
    """The characters before the key, such as ``"Bearer "``."""
    query: str | None = None
    """The query parameter."""
    headers: Mapping[str, str] = MappingProxyType({})
    """Further headers of every request; ``{key}`` in a value is the key."""


class Api(NamedTuple):
    """The API's origin and its rate limit."""

    base_url: str
    """The base of routes. The key is sent to its origin, and to those of ``origins``."""
    auth: Auth
    origins: tuple[str, ...] = ()
    """Other origins that may see the key. With another base URL (``--base-url``, ``<PREFIX>_BASE_URL``), their
    routes are requested there too.
    """
    requests_per_minute: int | None = None
    """The provider's limit over all routes; without it there is none."""
    poll_seconds: tuple[float, float] = (2.0, 30.0)
    """First and longest poll interval, in seconds."""


class SubmitVariant(NamedTuple):
    """Another request for some models; the first that applies is sent."""

    when: str
    """A fact: the variant is for models that have it (``"official"``; ``false`` counts as none), or that lack it
    (``"!version"``).
    """
    url: str
    """The route."""
    method: str = "POST"
    """The HTTP method."""
    body: "JsonValue" = None
    """As in ``[submit]``."""


class SubmitEvents(NamedTuple):
    """A response to a submission in server-sent events. ``client.stream`` yields its texts as they arrive; the
    result is there at its end. An event with ``errors.message`` is the job's failure, and a response that ends
    early leaves the submission uncertain.
    """

    event: str | None = None
    """The name of the events that carry the output; by default all."""
    text: str | None = None
    """The text in the data of an event; ``""`` if the data is the text. All texts together are the output, which
    is the whole response (``""``) in ``[job.output]``. Without it, the data of the last event is the job
    document.
    """
    end: tuple[str, ...] = ("[DONE]", "done")
    """Names or data of events after which nothing follows. An empty list if the response just ends."""


class Submit(NamedTuple):
    """The request that starts a job, and costs money."""

    url: str
    """The route; ``{endpoint}`` is a model's own URL."""
    method: str = "POST"
    """The HTTP method."""
    input: str = ""
    """The parameters in the body; ``""`` if they are the body."""
    body: "JsonValue" = None
    """The body as a template, in place of ``input``: ``{ version = "{version}", input = "{input}" }``.
    ``"{input}"`` is the object of parameters, ``"{uuid}"`` a new UUID; other strings may hold ``{id}`` and facts.
    A key ``"*" = "{input}"`` puts the parameters beside the other keys.
    """
    encoding: str = "json"
    """How the body is written. In a multipart form, a local file is sent as it is, each other key as a part of
    its own.
    """
    variants: tuple[SubmitVariant, ...] = ()
    events: SubmitEvents | None = None
    headers: Mapping[str, str] = MappingProxyType({})
    """Further headers; values may hold ``{uuid}``, a new UUID: ``Idempotency-Key = "{uuid}"``."""
    accept: str = "application/json"
    """The ``Accept`` header."""
    accepted: tuple[int, ...] = (200, 201, 202)
    """HTTP statuses of an accepted job."""


class JobCall(NamedTuple):
    """A request about a job, as a table: ``{ method = "PUT", url = "/jobs/{job_id}/cancel" }``. A route alone is
    the table with that ``url``.
    """

    url: str
    """The route."""
    method: str | None = None
    """The HTTP method; by default ``GET`` to read and ``POST`` to act."""
    query: Mapping[str, str] = MappingProxyType({})
    """Query parameters; values may hold placeholders."""
    body: "JsonValue" = None
    """The JSON body; strings may hold placeholders."""


class JobFields(NamedTuple):
    """Facts in the response to a submission, and in every later job document."""

    id: Pointers = ()
    """The job's id."""
    status: Pointers = ()
    """A key of ``[job.statuses]``; a boolean is ``true`` or ``false`` there."""
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
    """Its log so far: a string, or a list of strings or of objects with ``message``."""


class JobList(NamedTuple):
    """The route that lists the caller's recent jobs. With it, one request polls many jobs."""

    path: str
    """The route."""
    items: str
    """The list in the response."""
    limit: str | None = None
    """Query parameter that bounds the number of items."""


class JobStream(NamedTuple):
    """The text of a job as it is made, in server-sent events. A client that is cut off asks for the rest, with
    the id of the last event; where events have no id, the rest is read from the result.
    """

    url: JobCall
    """The request, if a response has no ``stream_url``."""
    event: str = "output"
    """The name of the events that carry text."""
    text: str | None = None
    """The text in the data of an event, if that is JSON. Without it, the data is the text."""
    end: tuple[str, ...] = ("done", "error")
    """The names of events after which nothing follows."""


class JobProtocol(NamedTuple):
    """The requests that poll a job and read its result, and the places of facts in their responses."""

    output: Mapping[str, Pointers]
    """Files of a result by the model's modality: a URL, a ``data:`` URL or base64; a list of them; or a list of
    objects with ``url``. Of any other object, every URL in it is a file. A relative URL counts from
    ``api.base_url``, or with a first ``/`` from its root. A token ``*`` in a pointer is every item of a list.
    ``""`` is the whole response, which may be the file or the text itself.
    """
    url: JobCall | None = None
    """The status request, if a response has no ``status_url``. Without it, the response to a submission is the
    result.
    """
    result: JobCall | None = None
    """The request for the result of a job that succeeded, if the job document does not hold it. It is sent once;
    its error is the job's failure. So is a document of the result that states it, by ``job.present`` or by a
    listed failed status outside of the output.
    """
    fields: JobFields = JobFields()
    statuses: Mapping[str, JobState] = MappingProxyType({})
    """Each status of the provider and its meaning. An unlisted status means that the job is running."""
    codes: Mapping[int, JobState] = MappingProxyType({})
    """The meaning of HTTP statuses of the status request, if its document names no status: ``202 = "running"``."""
    present: Mapping[str, JobState] = MappingProxyType({})
    """Places in a job document, or in that of a result, whose value states what the job is, before its status
    counts: ``"/error" = "failed"``. The first with a value other than null, false, zero and an empty one counts.
    """
    facts: Mapping[str, str] = MappingProxyType({})
    """Facts of a job document that the requests of its result, its stream and its cancellation need, by the name
    of their placeholder: ``file_id = "/file_id"`` gives ``{file_id}``.
    """
    headers: Mapping[str, str] = MappingProxyType({})
    """Facts in the headers of the same responses, if their documents have none."""
    value: str | None = None
    """The place in the result's document of the value that a model's output schema describes. The emulator puts
    an instance of the schema there.
    """
    uncharged: tuple[str, ...] = ()
    """Failed statuses that cost nothing."""
    list: JobList | None = None
    cancel: JobCall | None = None
    """The request that cancels a job."""
    stream: JobStream | None = None


class Upload(NamedTuple):
    """The upload of a file, so that a parameter can name its URL: in a multipart form, as the body itself, or by
    a second request that puts the content at a URL in the response to the first. Without ``url``, a parameter
    holds the file itself, as a ``data:`` URL. With this section, parameters that are files take local files too.
    """

    url: str | None = None
    """The route; a whole URL if it is at another origin of ``api.origins``."""
    form: str | None = None
    """The part of the multipart form that holds the file."""
    raw: bool = False
    """Whether the body of the request is the content itself, with its media type."""
    body: "JsonValue" = None
    """The JSON body, if there is ``put``; strings may hold ``{name}`` and ``{type}``, the file's name and media
    type.
    """
    put: Pointers = ()
    """The URL in the response at which the content is put, without the key."""
    file: Pointers = ()
    """The file's own URL in the response."""
    max_bytes: int = 104857600
    """The size of the largest file."""


class Signature(NamedTuple):
    """The signature of a webhook: HMAC-SHA256 of a string, with the key that follows ``secret_prefix`` in the
    secret; or Ed25519, with a key of the provider's key set. For HMAC, ``schemaloom serve`` prints the emulator's
    secret as the variable ``<PREFIX>_WEBHOOK_SECRET``.
    """

    signature: str
    """Header with one or more signatures, separated by spaces."""
    algorithm: str = "hmac-sha256"
    """The algorithm."""
    keys: str | None = None
    """The route of the provider's public keys, a JSON Web Key Set. For Ed25519."""
    id: str | None = None
    """Header with the message's id."""
    timestamp: str | None = None
    """Header with the time of sending, in seconds since 1970. Without it, an old webhook can be sent again."""
    headers: Mapping[str, str] = MappingProxyType({})
    """Further headers that ``signed`` holds, by the name of their placeholder."""
    signed: str = "{id}.{timestamp}.{body}"
    """The signed string: headers, and ``{body}`` or ``{sha256}``, the body's digest in hex."""
    encoding: str = "base64"
    """How a signature is written."""
    key: str = "base64"
    """How the key is written: in base64, or as the characters themselves."""
    prefix: str = ""
    """Prefix of a signature of this kind."""
    secret_prefix: str = ""
    """Prefix of the key in the secret."""


class Webhook(NamedTuple):
    """The place where a caller asks for a webhook: the body, a header or a query parameter."""

    field: str | None = None
    """The webhook's URL in the body."""
    header: str | None = None
    """The header that carries it."""
    query: str | None = None
    """The query parameter that carries it."""
    replay: JobCall | None = None
    """The request that sends the webhook again."""
    statuses: Mapping[str, JobState] = MappingProxyType({})
    """Statuses in a webhook, if they differ from ``[job.statuses]``."""
    payload: str | None = None
    """The result's document in a webhook, if the webhook is not the job document itself. The facts of
    ``[job.fields]`` are read beside it, or else in it.
    """
    signature: Signature | None = None


class ErrorReply(NamedTuple):
    """The documented response to one situation."""

    status: int
    """The HTTP status."""
    code: str
    """The code in the body."""


class Errors(NamedTuple):
    """The body of an error, and the documented errors."""

    code: Pointers
    """The error code."""
    message: Pointers
    """The message for people: a string, or several. A token ``*`` in a pointer is every item of a list."""
    success: Mapping[str, str | int | bool] = MappingProxyType({})
    """The value that a successful response has at a pointer, where the API reports errors with HTTP 200, too:
    ``"/code" = 0``. A response with another value there, and without a listed job status, is an error: with the
    HTTP status that ``errors.table`` gives its code, or else 400.
    """
    table: Mapping[str, ErrorReply] = MappingProxyType({})
    """The documented error of each situation, as ``{ status = 402, code = "…" }``. The emulator answers with it;
    clients go by the status and accept any code.
    """


class SchemaSource(NamedTuple):
    """A route with a model's request schema; routes are tried in order."""

    path: str
    """The route."""
    pointer: str
    """The schema in the response, or in ``document``."""
    document: str | None = None
    """A whole OpenAPI document in the response; ``$ref`` then resolves inside it."""


class Profile(NamedTuple):
    """One provider, as the runtime needs to know it."""

    name: str
    title: str
    version: str
    """Version of the generated distribution; part of the User-Agent header."""
    package: Package
    api: Api
    submit: Submit
    job: JobProtocol
    errors: Errors
    upload: Upload | None = None
    webhook: Webhook = Webhook()
    schemas: tuple[SchemaSource, ...] = ()
    """Tried in order; empty if the provider serves no schemas."""
    currency: str = "credit"
