"""Read the model list, page by page."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin

from schemaloom.errors import Problem, SnapshotError, SourceError
from schemaloom.json.pointer import pointer_of, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.catalogue import CarriedSchema, Catalogue, ModelList, Operations, SchemaSource
from schemaloom.settings.placeholders import pattern_of, placeholder_names
from schemaloom.settings.urls import join
from schemaloom.snapshot.fetch_result import ModelMetadata
from schemaloom.snapshot.lock import NOTHING, Entry
from schemaloom.sources.api.embedded_schemas import carried_members
from schemaloom.sources.api.list_item import first, model_id, read_facts
from schemaloom.sources.http.client import Client, Reply
from schemaloom.sources.http.lenient_json import parse_answer

MAX_PAGES = 5_000
MAX_MODELS = 100_000
_MOST_PATHS = 5
"""Paths of an OpenAPI document that an error names."""


@dataclass(slots=True)
class Listing:
    """The models of the list, and the problems met."""

    entry: Entry
    facts: dict[str, ModelMetadata] = field(default_factory=dict[str, ModelMetadata])
    """By model id."""
    items: dict[str, bytes] = field(default_factory=dict[str, bytes])
    """What items carry of schemas (`carried_members`) by model id, as JSON: a tenth of what it takes as objects."""
    problems: list[Problem] = field(default_factory=list[Problem])
    complete: bool = True
    """False if an item could not be read, so that absence means nothing."""


async def read_model_list(
    catalogue: Catalogue, listing: ModelList, client: Client, *, base_url: str, known: Entry
) -> Listing | None:
    """Read the model list; None when it is unchanged since the answer `known` (304).

    The ETag of a list of several pages is not kept, because an unchanged first page proves nothing
    about the others.  Nor is that of a list with problems, which would not be reported again.  A
    list with embedded schemas is always requested in full.

    Raises `SourceError` if a page cannot be read or holds no list, or the list breaks off: models
    of the missing pages would look removed.
    """
    start = _with_query(join(base_url, listing.path), listing.query)
    found = Listing(Entry(url=start))
    url: str | None = start
    etag: str | None = None
    seen: set[str] = set()
    read = 0
    last = b""
    is_numbered = bool(listing.page or listing.offset)
    has_prices = catalogue.price is not None and catalogue.price.path is not None
    known = NOTHING if catalogue.carries("list") or has_prices else known
    while url is not None:
        seen.add(url)
        reply = await client.get(url, etag=known.etag if not found.facts and url == start else None)
        if reply.status == 304:
            return None
        if reply.status == 404 and read and is_numbered:
            break  # past the last page
        page = read_page(reply)
        items = list_items(page, listing, where=reply.url)
        if items and is_numbered and reply.body == last:
            hint = f"check catalogue.list.{'page' if listing.page else 'offset'}"
            raise SourceError("two pages of the model list are the same", where=reply.url, hint=hint)
        last = reply.body
        read += len(items)
        _read_items(items, catalogue, listing, found)
        etag = reply.etag if len(seen) == 1 else None
        if is_numbered:
            url = _numbered(listing, start, pages=len(seen), items=read) if items else None
        else:
            url = reply.next_url if listing.link else _next(page, listing, reply.url, start)
        if url is not None and (fault := _fault(url, client, seen)):
            raise SourceError(f"the model list continues {fault}; it cannot be read in full", where=reply.url)
    found.problems += _unknown_facts(catalogue, found)
    found.entry = Entry(url=start, etag=None if found.problems else etag)
    return found


def _unknown_facts(catalogue: Catalogue, found: Listing) -> list[Problem]:
    """Return a problem for each fact that places of schemas need and no list item has."""
    texts = [source.path for source in catalogue.schemas]
    places: list[SchemaSource | CarriedSchema] = [*catalogue.schemas, *catalogue.carried]
    for place in places:
        texts += [pointer for pointer in (place.pointer, place.document, place.output) if pointer]
    needed = {name for text in texts for name in placeholder_names(text)}
    known = {name for facts in found.facts.values() for name in facts.facts or ()}
    return [
        Problem("", pointer, f"no item of the model list has the fact {name}")
        for name, pointer in catalogue.facts.items()
        if name in needed and found.facts and name not in known
    ]


def list_operations(catalogue: Catalogue, operations: Operations, document: JsonObject, *, url: str) -> Listing:
    """Return the models that are operations of an OpenAPI document, which came from `url`.

    Raises `SourceError` if the document has no paths, or none that is a model.
    """
    paths = document.get("paths")
    if not isinstance(paths, dict):
        raise SourceError("the model list cannot be read: the OpenAPI document has no paths", where=url)
    found = Listing(Entry(url=url))
    matches = [(path, pattern_of(operations.path).fullmatch(path)) for path in sorted(paths) if "{" not in path]
    models = {
        match["p0"]: operation
        for path, match in matches
        if match is not None and isinstance(operation := first(paths[path], (pointer_of(operations.method),)), dict)
    }
    if not models:
        shown = ", ".join(sorted(paths)[:_MOST_PATHS]) or "none"
        raise SourceError(
            f"the OpenAPI document has no {operations.method} operation at catalogue.operations.path {operations.path}",
            where=url,
            hint=f"its paths are {shown}{', …' if len(paths) > _MOST_PATHS else ''}",
        )
    for model, operation in models.items():
        if not catalogue.includes(model):
            continue
        found.facts[model], problems = read_facts(model, operation, catalogue)
        found.problems += problems
    found.problems += _unknown_facts(catalogue, found)
    return found


def read_page(reply: Reply) -> JsonValue:
    """Return a page of a list.  Raises `SourceError` if there is none, or it is not JSON."""
    if reply.status == 404:
        raise SourceError("there is no model list", where=reply.url, hint="check catalogue.list in provider.toml")
    try:
        return parse_answer(reply.body, where=reply.url)
    except SnapshotError as error:
        raise SourceError(f"the model list is {error.message}", where=error.where) from None


def list_items(page: JsonValue, listing: ModelList, *, where: str) -> list[tuple[str | None, JsonValue]]:
    """Return the items of a page, each with its key if they are those of an object."""
    try:
        items = resolve_pointer(page, listing.items)
    except LookupError:
        items = None
    place = listing.items or "the top"
    if listing.id is None and isinstance(items, dict):
        return [*items.items()]
    if listing.id is None:
        hint = "name the id of an item in catalogue.list.id" if isinstance(items, list) else None
        raise SourceError(f"no object of models at {place}", where=where, hint=hint)
    if not isinstance(items, list):
        hint = "without catalogue.list.id, the keys of an object are the ids" if isinstance(items, dict) else None
        raise SourceError(f"no list of models at {place}", where=where, hint=hint)
    return [(None, item) for item in items]


def _read_items(
    items: list[tuple[str | None, JsonValue]], catalogue: Catalogue, listing: ModelList, found: Listing
) -> None:
    carried = carried_members(catalogue)
    for index, (key, item) in enumerate(items):
        if any(first(item, (pointer,)) != wanted for pointer, wanted in listing.where.items()):
            continue
        try:
            model = model_id(item, listing, key)
        except LookupError as error:
            pointer = f"{listing.items}{pointer_of(index)}"
            found.problems.append(Problem("", pointer, f"list item left out: {error.args[0]}"))
            found.complete = False
            continue
        if not catalogue.includes(model):
            continue
        if model in found.facts:
            found.problems.append(Problem(model, "", "listed twice; the first item is used"))
            continue
        found.facts[model], problems = read_facts(model, item, catalogue)
        found.problems += problems
        if catalogue.carries("list") and isinstance(item, dict):
            found.items[model] = json.dumps(carried(item), ensure_ascii=False).encode("utf-8", "surrogatepass")
    if len(found.facts) > MAX_MODELS:
        raise SourceError(f"lists more than {MAX_MODELS} models", where=found.entry.url)


def _next(page: JsonValue, listing: ModelList, here: str, start: str) -> str | None:
    """Find the URL of the next page; None when this is the last."""
    value = first(page, (listing.next,)) if listing.next else None
    if value is None or value == "":
        return None
    if listing.cursor and isinstance(value, str | int):
        return _with_query(start, {listing.cursor: str(value)})
    if isinstance(value, str):
        try:
            return urljoin(here, value)
        except ValueError:  # such as a bracket without its partner
            pass
    raise SourceError(f"the model list cannot be read in full: {listing.next} names no URL of a next page", where=here)


def _numbered(listing: ModelList, start: str, *, pages: int, items: int) -> str:
    """Return the URL of the page after so many `pages` with so many `items`."""
    number = {listing.page: pages + 1} if listing.page else {listing.offset or "": items}
    return _with_query(start, {name: str(value) for name, value in number.items()})


def _fault(url: str, client: Client, seen: set[str]) -> str:
    if url in seen:
        return "in a circle"
    if len(seen) >= MAX_PAGES:
        return f"for more than {MAX_PAGES} pages"
    return "" if client.is_api(url) else f"at an undeclared origin ({url[:200]}; see api.origins)"


def _with_query(url: str, query: dict[str, str]) -> str:
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"
