"""`Provider`: the declarative description of one catalogue, read from ``provider.toml``.

Everything that differs between providers is data in this file: where schemas live, how a job
is submitted, watched and read, what an error looks like.  Fetching, generating, emulating and
the generated client's runtime all read the same description, so none of them names a provider.

Values inside documents are addressed by JSON pointers (RFC 6901).  Where several pointers are
listed, a reader takes the first that is present and a writer (the emulator) uses the first.
"""

from __future__ import annotations

import re
import tomllib
from keyword import iskeyword
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from schemaloom.errors import UsageError

Pointer = Annotated[str, StringConstraints(pattern=r"^(/([^~/]|~[01])*)*$")]
Pointers = tuple[Pointer, ...]
HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/?#]+[^\s]*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z]([a-z0-9-]*[a-z0-9])?$", max_length=64)]


def _with_a_port(url: str) -> str:
    if urlsplit(url).port == 0:  # and of one that is no number, or too large a one, the property raises itself
        raise ValueError("there is no port 0")
    return url


BaseUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$"), AfterValidator(_with_a_port)]
"""What routes are appended to, so without a user, query or fragment."""


def _rising(pauses: tuple[float, float]) -> tuple[float, float]:
    if pauses[0] > pauses[1]:
        raise ValueError("the first pause is longer than the longest")
    return pauses


def _no_keyword(name: str) -> str:
    if iskeyword(name):
        raise ValueError(f"{name} is a keyword of Python and cannot be a name")
    return name


def _placing(*placeholders: str, needed: bool = True) -> AfterValidator:
    """Refuse a route in which a placeholder is misspelt, or lacks: it would be asked for word by word."""
    known = {f"{{{name}}}" for name in placeholders}
    expected = " or ".join(sorted(known))

    def check(route: str) -> str:
        found = set(re.findall(r"\{[^{}]*\}", route))
        if not found <= known or (needed and not found):
            raise ValueError(f"the route has {', '.join(sorted(found)) or 'no placeholder'} where {expected} belongs")
        return route

    return AfterValidator(check)


ModelRoute = Annotated[str, _placing("id")]
JobRoute = Annotated[str, _placing("job_id")]
Identifier = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=64), AfterValidator(_no_keyword)
]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
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
    prefix: Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]*$")] = ""


class Api(_Section):
    """The origin that may see the key, and its pace."""

    base_url: BaseUrl
    requests_per_minute: int | None = Field(default=None, gt=0)
    poll_seconds: Annotated[tuple[Seconds, Seconds], AfterValidator(_rising)] = (2.0, 30.0)
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

    path: Annotated[str, _placing("id", needed=False)]
    """Route below the base URL, with ``{id}``."""
    pointer: Pointer
    """Where the schema stands in the response, or in `document`."""
    document: Pointer | None = None
    """Where a whole OpenAPI document stands in the response; ``$ref`` then resolves inside it."""
    output: Pointer | None = None
    """Where the result's schema stands, counted as `pointer` is."""


class CarriedSchema(_Section):
    """Where a model's request schema stands in an answer that is read for all models at once.

    As long as it says what the model's own place (`Catalogue.schemas`) was seen to say too, and
    does not change, that place need not be asked.
    """

    answer: Literal["list", "openapi"]
    """`Catalogue.list`, or the document `Catalogue.openapi`."""
    pointer: Pointer
    """Where the schema stands in the model's item of the list; or in the OpenAPI document, with ``{id}``."""
    output: Pointer | None = None
    """Where the result's schema stands, counted as `pointer` is."""


class PriceFields(_Section):
    """Where a price stands in a list item."""

    amount: Pointers
    unit: Pointers = ()
    by_resolution: Pointers = ()


Column = Literal["name", "type", "required", "default", "allowed", "description", "status", "value"]


class Documents(_Section):
    """How the provider's documents (pages and Markdown files) are told apart; their shape is recognised.

    The three facts about addresses belong to providers whose documents are read over HTTP.
    """

    model: ModelRoute | None = None
    """How the path of a submit URL, below the base URL, begins, with ``{id}`` for the model's id;
    where it is absent, `Submit.url` says it."""
    base_url: BaseUrl | None = None
    path: Annotated[str, _placing("document")] | None = None
    """Route of one document below `base_url`, with ``{document}``."""
    names: tuple[str, ...] = ()
    """Every document there is, by the id in its front matter."""
    boilerplate: tuple[str, ...] = ()
    """Sentences that stand on every page and describe no model."""
    columns: dict[str, Column] = {}
    """Column headings of tables that are this provider's own, and what stands below them."""

    @property
    def template(self) -> str | None:
        """URL of a document, with ``{document}``; None where none is told."""
        if self.base_url is None or self.path is None:
            return None
        return f"{self.base_url.rstrip('/')}/{self.path.lstrip('/')}"

    def url(self, document: str) -> str | None:
        """Where a document is read; None where the provider has no such place."""
        return self.template and self.template.replace("{document}", quote(document, safe=""))


class Catalogue(_Section):
    """Where models, facts and schemas live."""

    kind: Literal["api", "documents"]
    openapi: HttpUrl | None = None
    list: ModelList | None = None
    schemas: tuple[SchemaSource, ...] = ()
    carried: tuple[CarriedSchema, ...] = ()
    fields: dict[Literal["name", "description", "modality", "capabilities", "documents", "endpoint"], Pointers] = {}
    price: PriceFields | None = None
    currency: str = "credit"
    documents: Documents = Documents()
    volatile: Pointers = ()
    """Parts of an item, a schema or a document's front matter that change by themselves and are
    dropped before comparing."""

    def carries(self, answer: Literal["list", "openapi"]) -> bool:
        """Whether schemas stand in this answer, so that it has to be had in full, order included."""
        return any(place.answer == answer for place in self.carried)


class Submit(_Section):
    """The request that starts a job, and costs money."""

    method: Literal["POST", "PUT"] = "POST"
    url: Annotated[str, _placing("id", "endpoint")]
    """Route below the base URL with ``{id}``, or ``{endpoint}`` for a model's own URL."""
    input: Pointer = ""
    """Where the parameters stand in the body; empty when they are the body."""
    accepted: Annotated[tuple[int, ...], Field(min_length=1)] = (200, 201, 202)
    inline: Pointer | None = Field(default=None, exclude=True)
    """Where a parameter stands that, when true, makes the answer be the finished job, its files in
    ``data:`` URLs.  Clients read either answer, so this is for the emulator alone."""


class JobFields(_Section):
    """Where facts stand in a job document, be it the submit response or a later look."""

    id: Annotated[Pointers, Field(min_length=1)]
    status: Annotated[Pointers, Field(min_length=1)]
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

    url: JobRoute
    """Route with ``{job_id}``, used when the provider gave no status URL."""
    fields: JobFields
    statuses: dict[str, JobState]
    """The provider's status text and what it means; an unknown text means still running."""
    uncharged: tuple[str, ...] = ()
    """Failed statuses that the provider says cost nothing."""
    output: Annotated[dict[Modality, Pointers], Field(min_length=1)]
    """Where the URLs of the finished files stand, by modality: a string, or a list of strings
    or of objects with ``url``."""
    list: JobList | None = None
    cancel: JobRoute | None = None
    """Route with ``{job_id}``; POST."""


class Signature(_Section):
    """How a callback proves who sent it: HMAC-SHA256, in base64, over a text made of its parts.

    The key is what stands in base64 behind `secret_prefix` in the secret.
    """

    id: HeaderName
    """Header with the message's id."""
    timestamp: HeaderName
    """Header with the moment of sending, in seconds since the epoch."""
    signature: HeaderName
    """Header with one or more signatures, separated by spaces."""
    signed: str = "{id}.{timestamp}.{body}"
    prefix: str = ""
    """What stands before each signature of this kind."""
    secret_prefix: str = ""


class Webhook(_Section):
    """How a caller asks for a callback: in the body or by a header."""

    field: Pointer | None = None
    header: HeaderName | None = None
    replay: JobRoute | None = None
    """Route with ``{job_id}``; POST."""
    signature: Signature | None = None


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
    if not path.is_file():
        raise UsageError("no such provider", where=str(path), hint="schemaloom init NAME writes one")
    return parse_provider(path.read_bytes(), where=str(path))


def parse_provider(raw: bytes, *, where: str) -> Provider:
    """Read and check the content of a ``provider.toml``; raises `UsageError` as `load_provider` does."""
    try:
        return Provider.model_validate(tomllib.loads(raw.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"not valid TOML: {error}", where=where) from None
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))[:200]}: {fault['msg']}" for fault in error.errors()[:5])
        raise UsageError(faults, where=where) from None
