"""`Profile`: everything in which one provider differs from another, as data.

A generated package carries one `Profile`, rendered from the provider's description; the code
beside it is the same in every package.  Values inside documents are addressed by JSON Pointers
(RFC 6901); of several, the first that is present counts.

Written by ``python -m tests.provider_files`` from the settings of ``provider.toml``; not edited.

Named tuples, because every program that imports a package pays for this tree: as frozen
dataclasses it takes 4 ms longer, a third of the whole import.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """How the API key is sent: one header whose value is ``prefix`` and the key."""

    header: str
    """The header."""
    prefix: str = ""
    """The characters before the key, such as ``"Bearer "``."""


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


class Submit(NamedTuple):
    """The request that starts a job, and costs money."""

    url: str
    """The route; ``{endpoint}`` is a model's own URL."""
    method: str = "POST"
    """The HTTP method."""
    input: str = ""
    """The parameters in the body; ``""`` if they are the body."""
    accepted: tuple[int, ...] = (200, 201, 202)
    """HTTP statuses of an accepted job."""


class JobFields(NamedTuple):
    """Facts in the response to a submission, and in every later job document."""

    id: Pointers
    """The job's id."""
    status: Pointers
    """A key of ``[job.statuses]``."""
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


class JobList(NamedTuple):
    """The route that lists the caller's recent jobs. With it, one request polls many jobs."""

    path: str
    """The route."""
    items: str
    """The list in the response."""
    limit: str | None = None
    """Query parameter that bounds the number of items."""


class JobProtocol(NamedTuple):
    """How a job is polled and its result is read."""

    url: str
    """The status route, if a response has no ``status_url``."""
    fields: JobFields
    statuses: Mapping[str, JobState]
    """Each status of the provider and its meaning. An unlisted status means that the job is running."""
    output: Mapping[str, Pointers]
    """URLs of finished files by the model's modality: one URL, a list of URLs, or a list of objects with ``url``."""
    uncharged: tuple[str, ...] = ()
    """Failed statuses that cost nothing."""
    list: JobList | None = None
    cancel: str | None = None
    """The route that cancels a job by POST."""


class Signature(NamedTuple):
    """How a webhook is signed: HMAC-SHA256 in base64. The key is the base64 after ``secret_prefix`` in the
    secret.
    """

    id: str
    """Header with the message's id."""
    timestamp: str
    """Header with the time of sending, in seconds since 1970."""
    signature: str
    """Header with one or more signatures, separated by spaces."""
    signed: str = "{id}.{timestamp}.{body}"
    """The signed string."""
    prefix: str = ""
    """Prefix of a signature of this kind."""
    secret_prefix: str = ""
    """Prefix of the key in the secret."""


class Webhook(NamedTuple):
    """How a caller asks for a webhook: in the body or by a header."""

    field: str | None = None
    """The webhook's URL in the body."""
    header: str | None = None
    """The header that carries it."""
    replay: str | None = None
    """The route that sends the webhook again, by POST."""
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
    """The message for people."""
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
    webhook: Webhook = Webhook()
    schemas: tuple[SchemaSource, ...] = ()
    """Tried in order; empty if the provider serves no schemas."""
    currency: str = "credit"
