"""The sections of ``provider.toml`` about models: the list, schemas, facts, prices, documents."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from schemaloom.settings.value_types import (
    BaseUrl,
    Column,
    DocumentRoute,
    HttpUrl,
    ModelRoute,
    Pointer,
    Pointers,
    Route,
    SchemaRoute,
    Section,
)


class ModelList(Section):
    """The route that lists the models. Required if `kind` is `"api"`."""

    path: Route
    """The route of the first page."""
    query: dict[str, str] = {}
    """Query parameters of every request."""
    items: Pointer
    """The list in the response."""
    id: Pointer | tuple[Pointer, Pointer]
    """The id in a list item; two pointers are joined with `/`, as owner and name."""
    next: Pointer | None = None
    """The next page: its URL, or a cursor. Without it there is one page."""
    cursor: str | None = None
    """Query parameter that takes the cursor, if `next` points to a cursor."""


class SchemaSource(Section):
    """A route with a model's request schema; routes are tried in order."""

    path: SchemaRoute
    """The route."""
    pointer: Pointer
    """The schema in the response, or in `document`."""
    document: Pointer | None = None
    """A whole OpenAPI document in the response; `$ref` then resolves inside it."""
    output: Pointer | None = None
    """The output schema, relative to the same root as `pointer`."""


class CarriedSchema(Section):
    """A model's schema embedded in a response for all models. Once the model's own route confirmed it, that route is
    requested only after the embedded schema changed.
    """

    answer: Literal["list", "openapi"]
    """The response of `catalogue.list`, or the document `catalogue.openapi`."""
    pointer: Pointer
    """The schema in the model's list item; or in the OpenAPI document, with `{id}`."""
    output: Pointer | None = None
    """The output schema, relative to the same root as `pointer`."""


class PriceFields(Section):
    """The price in a list item."""

    amount: Pointers
    """The price of one unit, a number."""
    unit: Pointers = ()
    """The unit: `image` and `second` are multiplied; anything else is one job."""
    by_resolution: Pointers = ()
    """An object of resolution to amount."""


class Documents(Section):
    """How documents are found and recognised; the shape of their tables is detected. `base_url`, `path` and `names` are
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
    schemas: tuple[SchemaSource, ...] = ()
    carried: tuple[CarriedSchema, ...] = ()
    fields: dict[Literal["name", "description", "modality", "capabilities", "documents", "endpoint"], Pointers] = {}
    """Facts in a list item.

    - `name`: The model's name as people write it.
    - `description`: Its description.
    - `modality`: The kind of its output: a key of `[job.output]`.
    - `capabilities`: A string or a list of strings.
    - `documents`: URLs of documents about it: a string or a list of strings.
    - `endpoint`: Its own submit URL, if `submit.url` is `"{endpoint}"`.
    """
    price: PriceFields | None = None
    currency: str = "credit"
    """Currency of prices, in the singular."""
    documents: Documents = Documents()
    volatile: Pointers = ()
    """Values in a list item, a schema or front matter that change by themselves; they are dropped before comparing."""

    def carries(self, answer: Literal["list", "openapi"]) -> bool:
        """Whether schemas are embedded in this response, so that it is read in full, order included."""
        return any(place.answer == answer for place in self.carried)
