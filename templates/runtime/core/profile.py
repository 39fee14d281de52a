"""`Profile`: everything in which one provider differs from another, as data.

A generated package carries one `Profile`, rendered from the provider's description; the code
beside it is the same in every package.  Values inside documents are addressed by JSON pointers
(RFC 6901); where several are listed, the first that holds what is wanted counts.

Named tuples, because every program that imports a package pays for this tree: as frozen
dataclasses it takes 4 ms longer, a third of the whole import.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

JobState: TypeAlias = Literal["queued", "running", "succeeded", "failed", "cancelled"]
"""What a provider's status text comes down to."""

Pointers: TypeAlias = tuple[str, ...]


class Package(NamedTuple):
    """Names of the generated distribution; `module` is also the name of its logger."""

    distribution: str
    module: str
    client: str
    env_prefix: str
    """``<PREFIX>_API_KEY`` and ``<PREFIX>_BASE_URL`` are the environment variables read."""


class Auth(NamedTuple):
    """How a key travels: one header whose value is ``prefix + key``."""

    header: str
    prefix: str = ""


class Api(NamedTuple):
    """The origin that may see the key, and its pace."""

    base_url: str
    auth: Auth
    requests_per_minute: int | None = None
    poll_seconds: tuple[float, float] = (2.0, 30.0)
    """First and longest pause between two looks at a job, in seconds."""


class Submit(NamedTuple):
    """The request that starts a job, and costs money."""

    url: str
    """Route below the base URL with ``{id}``, or ``{endpoint}`` for a model's own URL."""
    method: str = "POST"
    input: str = ""
    """Pointer to the parameters in the body; empty when they are the body."""
    accepted: tuple[int, ...] = (200, 201, 202)


class JobFields(NamedTuple):
    """Where facts stand in a job document, be it the submit response or a later look."""

    id: Pointers
    status: Pointers
    status_url: Pointers = ()
    cancel_url: Pointers = ()
    error: Pointers = ()
    cost: Pointers = ()
    credits_remaining: Pointers = ()
    created_at: Pointers = ()
    expires_at: Pointers = ()
    model: Pointers = ()
    webhook: Pointers = ()
    media_type: Pointers = ()


class JobList(NamedTuple):
    """The route that lists the caller's recent jobs."""

    path: str
    items: str
    limit: str | None = None
    """Query parameter that bounds the number of items."""


class JobProtocol(NamedTuple):
    """How a running job is watched and its result is read."""

    url: str
    """Route with ``{job_id}``, used when the provider gave no status URL of its own origin."""
    fields: JobFields
    statuses: Mapping[str, JobState]
    """The provider's status text and what it means; an unknown text means still running."""
    output: Mapping[str, Pointers]
    """Where the URLs (or texts) of the result stand, by modality."""
    uncharged: tuple[str, ...] = ()
    """Failed statuses that the provider says cost nothing."""
    list: JobList | None = None
    cancel: str | None = None
    """Route with ``{job_id}``; POST."""


class SchemaSource(NamedTuple):
    """A route that serves a model's request schema."""

    path: str
    """Below the base URL, with ``{id}``."""
    pointer: str
    """Where the schema stands in the answer, or in `document`."""
    document: str | None = None
    """Where an OpenAPI document stands in the answer; ``$ref`` then resolves inside it."""


class Signature(NamedTuple):
    """How a callback proves who sent it: HMAC-SHA256, in base64, over a text made of its parts."""

    id: str
    """Header with the message's id."""
    timestamp: str
    """Header with the moment of sending, in seconds since the epoch."""
    signature: str
    """Header with one or more signatures, separated by spaces."""
    signed: str = "{id}.{timestamp}.{body}"
    prefix: str = ""
    """What stands before each signature of this kind."""
    secret_prefix: str = ""
    """What stands before the base64 of the key in a secret."""


class Webhook(NamedTuple):
    """How a caller asks for a callback: in the body (pointer) or by a header."""

    field: str | None = None
    header: str | None = None
    replay: str | None = None
    """Route with ``{job_id}``; POST."""
    signature: Signature | None = None


class ErrorReply(NamedTuple):
    """What the provider documents for one situation."""

    status: int
    code: str


class Errors(NamedTuple):
    """The error body, and the documented table of situations."""

    code: Pointers = ()
    message: Pointers = ()
    table: Mapping[str, ErrorReply] = MappingProxyType({})


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
    """Tried in order; empty where the provider serves no schemas."""
    currency: str = "credit"
