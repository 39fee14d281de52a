"""Fetch a provider's API catalogue: the model list, each model's schema, the OpenAPI document."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from schemaloom.errors import SnapshotError, SourceError, UsageError
from schemaloom.json.codec import digest
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.catalogue import Catalogue, ModelList, Operations
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.fetch_result import (
    Failed,
    FetchResult,
    ModelMetadata,
    OpenApiReply,
    PublishedOpenApi,
    SchemaReply,
    Unchanged,
    Unpublished,
)
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.lock import NOTHING, Entry, Lock
from schemaloom.snapshot.model import ModelDocument
from schemaloom.sources.api.embedded_schemas import EmbeddedSchemas
from schemaloom.sources.api.model_list import Listing, list_operations, read_model_list
from schemaloom.sources.api.model_schema import SchemaReader
from schemaloom.sources.api.prices import has_route_per_model, read_model_price, read_prices
from schemaloom.sources.http.api_key import ApiKey
from schemaloom.sources.http.client import Client, FetchLimits, SourceDownError
from schemaloom.sources.http.lenient_json import parse_answer
from schemaloom.sources.http.rate_limiter import RateLimiter
from schemaloom.sources.http.response_log import ResponseLog, ResumableClient
from schemaloom.sources.progress import Progress

_STAND_INS = 3
"""Most workers that begin for each one while requests wait to be tried again."""
_LONG = 2.0
"""Minutes from which a run is announced as a long one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Counts of requests and of 304 responses in one run."""

    requests: int
    not_modified: int


async def read_catalogue(
    provider: Provider,
    old: Snapshot,
    known: Lock,
    *,
    base_url: str,
    api_key: str | None,
    requests_per_minute: float,
    today: date,
    answers: ResponseLog | None,
    progress: Progress,
    patience: FetchLimits,
) -> tuple[FetchResult, Traffic]:
    """Read the catalogue from the API at `base_url`, with conditional requests for ETags in `known`.

    `today` selects the schemas that are requested although the list embeds them unchanged.
    Responses in `answers` are reused in place of requests, and new responses are added to it.

    Raises `SourceError` when the list of models cannot be read, is empty though `old` has models,
    or the provider goes down on the way; and `UsageError` when the provider has no list.
    """
    if provider.catalogue.list is None and provider.catalogue.operations is None:
        raise UsageError("provider.toml has neither catalogue.list nor catalogue.operations", where=provider.name)
    client = Client(
        base_url=provider.api.base_url,
        asked_base=base_url,
        key=ApiKey(provider.api.auth, api_key) if api_key else None,
        origins=provider.api.origins,
        limiter=RateLimiter(requests_per_minute),
        progress=progress,
        patience=patience,
    )
    reader = _CatalogueReader(
        provider=provider, old=old, known=known, client=client, answers=answers, progress=progress, today=today,
        requests_per_minute=requests_per_minute, workers=patience.concurrency,
    )  # fmt: skip
    async with client:
        fetched = await reader.read()
    return fetched, Traffic(requests=client.requests, not_modified=client.not_modified)


@dataclass(frozen=True, slots=True, kw_only=True)
class _CatalogueReader:
    """Reads one catalogue: the list of models, the OpenAPI document, then every schema."""

    provider: Provider
    old: Snapshot
    known: Lock
    client: Client
    answers: ResponseLog | None
    progress: Progress
    today: date
    requests_per_minute: float
    workers: int
    """Number of models that are read at once, without those that wait to be tried again."""

    async def read(self) -> FetchResult:
        """Read all of it; see `read_catalogue`."""
        catalogue = self.provider.catalogue
        listing, openapi = await self._listing()
        before = self.old.by_id()
        if listing is not None and not listing.facts and before:
            raise SourceError("the model list is empty", where=listing.entry.url, hint="the snapshot is unchanged")
        models = sorted(filter(catalogue.includes, before) if listing is None else listing.facts)
        is_openapi_due = bool(catalogue.openapi) and openapi is None
        task = "schemas and the OpenAPI document" if is_openapi_due else "schemas"
        self.progress.start(task, len(models) + is_openapi_due)
        if openapi is None:
            entry = NOTHING if catalogue.carries("openapi") else self.known.openapi
            openapi = await _openapi(catalogue.openapi, self.client, entry, self.progress)
        self._announce(len(models))
        embedded = EmbeddedSchemas(
            catalogue=catalogue,
            items={} if listing is None else listing.items,
            openapi=openapi.content if isinstance(openapi, PublishedOpenApi) else None,
        )
        client = self.client if self.answers is None else ResumableClient(self.client, self.answers)
        reader = SchemaReader(
            catalogue=catalogue,
            client=client,
            base_url=self.provider.api.base_url,
            before=before,
            facts=_facts(catalogue, before) if listing is None else listing.facts,
            carried=embedded,
            is_recheck_due=lambda model: is_recheck_due(model, self.today),
        )
        schemas = await self._schemas(models, reader, client, listing)
        is_misplaced = any(isinstance(reply, Unpublished) for reply in schemas.values())
        return FetchResult(
            facts=None if listing is None else listing.facts,
            complete=listing is None or listing.complete,
            schemas=schemas,
            carried=reader.confirmed,
            openapi=openapi,
            catalogue=self.known.catalogue if listing is None else listing.entry,
            problems=(*(listing.problems if listing else ()), *(embedded.problems() if is_misplaced else ())),
        )

    async def _listing(self) -> tuple[Listing | None, OpenApiReply | None]:
        """Return the list, None if it is unchanged; and the OpenAPI document if the list was made from it."""
        catalogue, base_url = self.provider.catalogue, self.provider.api.base_url
        self.progress.start("model list", 1)
        openapi: OpenApiReply | None = None
        listing: Listing | None
        if catalogue.operations is not None:
            openapi = await _openapi(catalogue.openapi, self.client, NOTHING, self.progress)
            listing = _operations(catalogue, catalogue.operations, openapi)
        else:
            paged = cast("ModelList", catalogue.list)
            known = self.known.catalogue
            listing = await read_model_list(catalogue, paged, self.client, base_url=base_url, known=known)
        price = catalogue.price
        if listing is not None and price is not None and price.path is not None and not has_route_per_model(price):
            await read_prices(price, price.path, self.client, base_url=base_url, found=listing)
        return listing, openapi

    def _announce(self, models: int) -> None:
        """Report that a run is resumed, and that it will be a long one."""
        cached, pace = len(self.answers or ()), self.requests_per_minute
        if cached:
            self.progress.report(f"resuming an interrupted run: {cached} responses are cached")
        is_quick = any(place.trusted for place in self.provider.catalogue.carried)
        missing = max(0, models - cached)
        minutes = missing / pace if pace and not is_quick else 0.0
        if minutes >= _LONG:
            self.progress.report(
                f"{missing} schemas at {pace:g} requests a minute: about {minutes:.0f} minutes; "
                "a run that is interrupted resumes"
            )

    async def _schemas(
        self, models: Iterable[str], reader: SchemaReader, client: Client | ResumableClient, listing: Listing | None
    ) -> dict[str, SchemaReply]:
        """Read the schema of every model, and its price if that has a route for each model."""
        price, base_url = self.provider.catalogue.price, self.provider.api.base_url

        async def read(model: str) -> SchemaReply:
            reply = await reader.read(model, known=self.known.models.get(model, NOTHING))
            if listing is not None and price is not None and price.path is not None and has_route_per_model(price):
                await read_model_price(price, price.path, client, base_url=base_url, found=listing, model=model)
            self.progress.advance(model)
            return reply

        return await _each(models, read, self.client, workers=self.workers)


def _operations(catalogue: Catalogue, operations: Operations, openapi: OpenApiReply | None) -> Listing:
    """Return the models that are operations of the OpenAPI document.  Raises `SourceError` without a document."""
    if not isinstance(openapi, PublishedOpenApi):
        reason = openapi.message if isinstance(openapi, Failed) else "there is no OpenAPI document"
        raise SourceError(f"the model list cannot be read: {reason}", where=catalogue.openapi)
    return list_operations(catalogue, operations, openapi.content, url=openapi.entry.url or "")


async def _openapi(url: str | None, client: Client, known: Entry, progress: Progress) -> OpenApiReply | None:
    if url is None:
        return None
    try:
        reply = await client.get(url, etag=known.etag)
        if reply.status == 304:
            return Unchanged()
        if reply.status == 404:
            return Unpublished()
        content = parse_answer(reply.body, where=reply.url)
    except SourceDownError:
        raise
    except (SourceError, SnapshotError) as error:
        return Failed(str(error))
    finally:
        progress.advance("openapi")
    if not isinstance(content, dict) or not isinstance(content.get("openapi"), str):
        return Failed(f"it is not an OpenAPI 3 document ({reply.url})")
    return PublishedOpenApi(content=_at_home(content, client), entry=Entry(url, reply.etag))


def _facts(catalogue: Catalogue, models: Mapping[str, ModelDocument]) -> dict[str, ModelMetadata]:
    """Return the facts that the snapshot holds, for a list that is unchanged; none if places of schemas need none."""
    if not catalogue.facts:
        return {}
    return {model.id: ModelMetadata(facts=model.facts) for model in models.values()}


def _at_home(content: JsonObject, client: Client) -> JsonObject:
    """Move the document's servers back from an overridden base URL to the provider's own."""
    servers = content.get("servers")
    if not isinstance(servers, list):
        return content
    moved: list[JsonValue] = []
    for server in servers:
        url = server.get("url") if isinstance(server, dict) else None
        moved.append(
            {**server, "url": client.at_home(url)} if isinstance(server, dict) and isinstance(url, str) else server
        )
    return {**content, "servers": moved}


async def _each(
    models: Iterable[str], read: Callable[[str], Awaitable[SchemaReply]], client: Client, *, workers: int
) -> dict[str, SchemaReply]:
    """Read every model, `workers` of them at once; the first error ends the rest and is raised as itself.

    A worker whose request waits to be tried again gets a stand-in, so that it holds back no other
    model.  With the stand-ins from the start, every request would wait for one of them to wake up.
    """
    replies: dict[str, SchemaReply] = {}
    left = iter(models)
    standing_by = iter(range(_STAND_INS * workers))

    async def work() -> None:
        for model in left:
            replies[model] = await read(model)

    try:
        async with asyncio.TaskGroup() as group:

            def stand_in() -> None:
                if next(standing_by, None) is not None:
                    group.create_task(work())

            client.on_wait = stand_in
            for _ in range(workers):
                group.create_task(work())
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return replies


def is_recheck_due(model: str, today: date) -> bool:
    """Select each model on about one day in 32, without state and for any interval between runs."""
    return int(digest([model, today.isoformat()])[:8], 16) % 32 == 0
