"""`Provider`: the declarative description of one catalogue, read from ``provider.toml``.

Everything that differs between providers is data in this file: where schemas live, how a job
is submitted, watched and read, what an error looks like.  Fetching, generating, emulating and
the generated client's runtime all read the same description, so none of them names a provider.

Values inside documents are addressed by JSON pointers (RFC 6901).  Where several pointers are
listed, a reader takes the first that is present and a writer (the emulator) uses the first.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from schemaloom.errors import UsageError

Pointer = Annotated[str, StringConstraints(pattern=r"^(/([^~/]|~[01])*)*$")]
Pointers = tuple[Pointer, ...]
HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/?#]+[^\s]*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=64)]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
Modality = Literal["image", "video", "audio", "text", "media"]


class _Section(BaseModel):
    """A table of the file; an unknown key is an error, because it is usually a typing mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Package(_Section):
    """Names of the generated distribution."""

    distribution: Slug
    module: Identifier
    client: Identifier
    """Class name of the synchronous client; the asynchronous one is ``Async`` + this."""
    env_prefix: Identifier
    """``<PREFIX>_API_KEY`` and ``<PREFIX>_BASE_URL`` are the environment variables read."""


class Auth(_Section):
    """How a key travels: one header whose value is ``prefix + key``."""

    header: HeaderName
    prefix: str = ""


class Api(_Section):
    """The origin that may see the key, and its pace."""

    base_url: HttpUrl
    requests_per_minute: int | None = Field(default=None, gt=0)
    poll_seconds: tuple[float, float] = (2.0, 30.0)
    """First and longest pause between two looks at a job, in seconds."""
    auth: Auth


class ModelList(_Section):
    """The route that lists models."""

    path: str
    query: dict[str, str] = {}
    items: Pointer
    id: Pointer | tuple[Pointer, Pointer]
    """Pointer to the id inside an item; two pointers are joined with ``/`` (owner and name)."""
    next: Pointer | None = None
    """Pointer to the next page's URL or cursor; absent when the list is not paged."""
    cursor: str | None = None
    """Query parameter that takes the cursor, when `next` is a cursor and not a URL."""


class SchemaSource(_Section):
    """One place where a model's request schema may stand; places are tried in order."""

    path: str
    """Route below the base URL, with ``{id}``."""
    pointer: Pointer
    """Where the schema stands in the response, or in `document`."""
    document: Pointer | None = None
    """Where a whole OpenAPI document stands in the response; ``$ref`` then resolves inside it."""
    output: Pointer | None = None
    """Where the result's schema stands, counted as `pointer` is."""


class PriceFields(_Section):
    """Where a price stands in a list item."""

    amount: Pointers
    unit: Pointers = ()
    by_resolution: Pointers = ()


class Catalogue(_Section):
    """Where models, facts and schemas live."""

    kind: Literal["api", "documents"]
    openapi: HttpUrl | None = None
    list: ModelList | None = None
    schemas: tuple[SchemaSource, ...] = ()
    fields: dict[Literal["name", "description", "modality", "capabilities", "documents", "endpoint"], Pointers] = {}
    price: PriceFields | None = None
    currency: str = "credit"
    volatile: Pointers = ()
    """Parts of an item or schema that change by themselves and are dropped before comparing."""


class Submit(_Section):
    """The request that starts a job, and costs money."""

    method: Literal["POST", "PUT"] = "POST"
    url: str
    """Route below the base URL with ``{id}``, or ``{endpoint}`` for a model's own URL."""
    input: Pointer = ""
    """Where the parameters stand in the body; empty when they are the body."""
    accepted: tuple[int, ...] = (200, 201, 202)


class JobFields(_Section):
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
    """Which model the job runs, where the document says it."""
    webhook: Pointers = ()
    media_type: Pointers = ()


class JobList(_Section):
    """The route that lists the caller's recent jobs."""

    path: str
    items: Pointer
    limit: str | None = None
    """Query parameter that bounds the number of items."""


class JobProtocol(_Section):
    """How a running job is watched and its result is read."""

    url: str
    """Route with ``{job_id}``, used when the provider gave no status URL."""
    fields: JobFields
    statuses: dict[str, JobState]
    """The provider's status text and what it means; an unknown text means still running."""
    uncharged: tuple[str, ...] = ()
    """Failed statuses that the provider says cost nothing."""
    output: dict[Modality, Pointers]
    """Where the URLs of the finished files stand, by modality: a string, or a list of strings
    or of objects with ``url``."""
    list: JobList | None = None
    cancel: str | None = None
    """Route with ``{job_id}``; POST."""


class Webhook(_Section):
    """How a caller asks for a callback: in the body or by a header."""

    field: Pointer | None = None
    header: HeaderName | None = None
    replay: str | None = None
    """Route with ``{job_id}``; POST."""


class ErrorReply(_Section):
    """What the provider documents for one situation."""

    status: int = Field(ge=400, le=599)
    code: str


class Errors(_Section):
    """The error body, and the documented table."""

    code: Pointers
    message: Pointers
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
    ]


class Provider(_Section):
    """One catalogue: the whole of ``provider.toml``."""

    name: Slug
    title: str
    homepage: HttpUrl
    package: Package
    api: Api
    catalogue: Catalogue
    submit: Submit
    job: JobProtocol
    webhook: Webhook = Webhook()
    errors: Errors


def load_provider(path: Path) -> Provider:
    """Read and check a ``provider.toml``.

    Raises `UsageError` naming the file and, for each fault, the key.
    """
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except FileNotFoundError:
        raise UsageError("no such provider", where=str(path), hint="schemaloom init NAME writes one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"not valid TOML: {error}", where=str(path)) from None
    try:
        return Provider.model_validate(data)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:5])
        raise UsageError(faults, where=str(path)) from None
