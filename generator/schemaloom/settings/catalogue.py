"""The sections of ``provider.toml`` about models: the list, schemas, facts, prices, documents."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Literal, Self
from urllib.parse import quote

from pydantic import Field, JsonValue, model_validator

from schemaloom.settings.value_types import (
    BaseUrl,
    Column,
    DocumentRoute,
    FactName,
    HttpUrl,
    Modality,
    ModelPointer,
    ModelRoute,
    Pointer,
    Pointers,
    Route,
    Scalar,
    Section,
)


class ModelList(Section):
    """The route that lists the models. Required if `kind` is `"api"`, unless they are `operations`."""

    path: Route
    """The route of the first page; a whole URL if it is at another origin of `api.origins`."""
    query: dict[str, str] = {}
    """Query parameters of every request."""
    items: Pointer
    """The list in the response; or the object whose keys are the ids, if `id` is left out."""
    id: Pointer | tuple[Pointer, Pointer] | None = None
    """The id in a list item; two pointers are joined with `/`, as owner and name."""
    where: dict[Pointer, Scalar] = {}
    """The value that items have at a pointer if they are models, where the list holds other things too:
    `"/type" = "image"`, `"/public" = true`."""
    next: Pointer | None = None
    """The next page: its URL, or a cursor. Without it, `link`, `page` and `offset`, there is one page. Every
    page must be read: a list that breaks off is an unhealthy source."""
    cursor: str | None = None
    """Query parameter that takes the cursor, if `next` points to a cursor."""
    link: bool = False
    """Whether a `Link` header names the next page (`rel="next"`)."""
    page: str | None = None
    """Query parameter that takes the number of a page, from 1; pages are read until one has no items."""
    offset: str | None = None
    """Query parameter that takes the number of items before a page; pages are read until one has no items."""
    sample: dict[str, JsonValue] = Field(default={}, exclude=True)
    """Other members of a list item, as a template with `{id}` and facts. For the emulator."""

    @model_validator(mode="after")
    def _check_pages(self) -> Self:
        ways = [name for name in ("next", "link", "page", "offset") if getattr(self, name)]
        if len(ways) > 1:
            raise ValueError(f"{' and '.join(ways)} are different ways to the next page: expected one of them")
        if self.cursor is not None and self.next is None:
            raise ValueError("cursor takes what next points to, and next is missing")
        return self


class Operations(Section):
    """Models that are operations of the document `catalogue.openapi`, in place of `[catalogue.list]`. A model's list
    item is its operation, and its schemas are places of `[[catalogue.carried]]` with `answer = "openapi"`.
    """

    path: ModelRoute
    """The paths of models in the document: `/v1/{id}`. Paths with other parameters are none."""
    method: Literal["post", "put"] = "post"
    """The operation of such a path."""


class SchemaSource(Section):
    """A route with a model's request schema; routes are tried in order."""

    path: ModelRoute
    """The route."""
    pointer: ModelPointer
    """The schema in the response, or in `document`."""
    document: ModelPointer | None = None
    """A whole OpenAPI document in the response; `$ref` then resolves inside it."""
    output: ModelPointer | None = None
    """The output schema, relative to the same root as `pointer`."""
    sample: dict[str, JsonValue] = Field(default={}, exclude=True)
    """Other members of the response, as a template with `{id}` and facts. For the emulator."""


class CarriedSchema(Section):
    """A model's schema embedded in a response for all models. Once the model's own route confirmed it, that route is
    requested only after the embedded schema changed.
    """

    answer: Literal["list", "openapi"]
    """The response of `catalogue.list`, or the document `catalogue.openapi`."""
    pointer: ModelPointer
    """The schema in the model's list item, or in its `document`. With `answer = "openapi"` it counts from the root of
    that document: `"/paths/~1v1~1{id}/post/requestBody/content/application~1json/schema"`."""
    document: ModelPointer | None = None
    """A whole OpenAPI document in the list item; `$ref` then resolves inside it."""
    output: ModelPointer | None = None
    """The output schema, relative to the same root as `pointer`."""
    trusted: bool = False
    """Whether the schema is used unconfirmed. The model's own route is then requested only if this place has none."""


class PriceFields(Section):
    """The price in a list item, or in the response of a route of its own."""

    path: ModelRoute | None = None
    """The route with the prices of all models, if they are not in the list of models; or, with `{id}` or facts, the
    route with the price of one. A whole URL if it is at another origin of `api.origins`."""
    items: Pointer = ""
    """The list in its response; or the object whose keys are the ids, if `id` is left out. In the response for one
    model, the object with its price."""
    id: Pointer | tuple[Pointer, Pointer] | None = None
    """The model's id in one of its items, as in `[catalogue.list]`."""
    amount: Pointers
    """The price of one unit, a number."""
    unit: Pointers = ()
    """The unit: the price of an `image` or a `second` is multiplied; that of a `job`, `request` or `run` is the price
    of one job. With another unit or none, clients estimate no cost, and `max_credits` refuses the job."""
    by_resolution: Pointers = ()
    """An object of resolution to amount."""


class Documents(Section):
    """Routes and headings of documents; the shape of their tables is detected. `base_url`, `path` and `names` are
    for providers with documents on the web; other documents are given to `schemaloom fetch PROVIDER --from`.
    """

    model: ModelRoute | None = None
    """Beginning of the path of a submit URL in a document; by default `submit.url`."""
    base_url: BaseUrl | None = None
    """The base URL of documents."""
    path: DocumentRoute | None = None
    """The path of one document below `base_url`."""
    names: tuple[str, ...] = ()
    """Every document, by the id in its front matter."""
    boilerplate: tuple[str, ...] = ()
    """Sentences that are on every page and describe no model."""
    columns: dict[str, Column] = {}
    """The provider's own column headings, each with its meaning."""

    @property
    def template(self) -> str | None:
        """URL of a document, with ``{document}``; None if documents have no URL."""
        if self.base_url is None or self.path is None:
            return None
        return f"{self.base_url.rstrip('/')}/{self.path.lstrip('/')}"

    def url(self, document: str) -> str | None:
        """Return the URL of a document; None if documents have no URL."""
        return self.template and self.template.replace("{document}", quote(document, safe=""))


class Catalogue(Section):
    """Models, their facts and schemas."""

    kind: Literal["api", "documents"]
    """Whether models and schemas come from an API or from Markdown documents."""
    openapi: HttpUrl | None = None
    """The OpenAPI document of the API itself."""
    list: ModelList | None = None
    operations: Operations | None = None
    schemas: tuple[SchemaSource, ...] = ()
    carried: tuple[CarriedSchema, ...] = ()
    fields: dict[
        Literal["name", "description", "modality", "capabilities", "documents", "endpoint", "deprecated", "sunset"],
        Pointers,
    ] = {}
    """Facts in a list item.

    - `name`: The model's name as people write it.
    - `description`: Its description.
    - `modality`: The kind of its output: a key of `[job.output]`.
    - `capabilities`: A string or a list of strings.
    - `documents`: URLs of documents about it: a string or a list of strings.
    - `endpoint`: Its own submit URL, if `submit.url` is `"{endpoint}"`.
    - `deprecated`: Whether it is deprecated: `true`, or the date since when.
    - `sunset`: The date on which it is switched off, a string.
    """
    facts: dict[FactName, Pointer] = {}
    """Facts of a list item that routes, pointers and the submitted body need, by the name of their placeholder:
    `version = "/latest_version/id"` gives `{version}`. They are kept in the snapshot and compared. A fact is a string,
    a number or a boolean."""
    modality: Modality | None = None
    """The modality of models whose list item states none."""
    modalities: dict[str, Modality] = {}
    """The modality for each value of `fields.modality`, if the provider's words differ: `"text-to-image" = "image"`."""
    order: tuple[str, ...] = ()
    """Keywords of schemas that give the order of parameters: a list of names in the schema, or a number in each
    property. Without them it is that of the JSON document."""
    supplied: tuple[str, ...] = ()
    """Parameters of request schemas that callers do not set, because `submit.body` or the webhook does: they are left
    out of the schemas."""
    include: tuple[str, ...] = ()
    """Ids or patterns (`acme/*`) of the models to read; empty for all."""
    exclude: tuple[str, ...] = ()
    """Ids or patterns of models to leave out."""
    price: PriceFields | None = None
    removal_days: int = Field(default=3, ge=0)
    """Days for which a model must be missing from the list before it is removed; at least two lists must lack it."""
    currency: str = "credit"
    """Currency of prices, in the singular."""
    documents: Documents = Documents.model_construct()
    joined: dict[str, str] = {}
    """Keywords of an output schema, with the value of each that marks a list of strings as one string in parts, such
    as the words of a language model."""
    volatile: Pointers = ()
    """Values in a list item, a schema or front matter that change by themselves; they are dropped before comparing."""

    @model_validator(mode="after")
    def _check_places(self) -> Self:
        if self.operations is not None and (self.openapi is None or self.list is not None):
            raise ValueError("operations need openapi, the document that they are in, and take the place of list")
        if self.openapi is None and self.carries("openapi"):
            raise ValueError('carried with answer = "openapi" needs openapi, the URL of that document')
        return self

    def includes(self, model: str) -> bool:
        """Whether `include` and `exclude` admit a model id."""
        included = not self.include or any(fnmatchcase(model, pattern) for pattern in self.include)
        return included and not any(fnmatchcase(model, pattern) for pattern in self.exclude)

    def carries(self, answer: Literal["list", "openapi"]) -> bool:
        """Whether schemas are embedded in this response, so that it is read in full, order included."""
        return any(place.answer == answer for place in self.carried)
