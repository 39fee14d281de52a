"""Everything one run asks of a provider's API: the list, each model's schema, the OpenAPI document."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import TypeVar

from schemaloom.errors import SnapshotError, SourceError, UsageError
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.canonical import Json, JsonObject
from schemaloom.snapshot.fetched import (
    Failed,
    Fetched,
    OpenApiReply,
    PublishedOpenApi,
    SchemaReply,
    Unchanged,
    Unpublished,
)
from schemaloom.snapshot.lock import NOTHING, Entry, Lock
from schemaloom.snapshot.store import Snapshot
from schemaloom.sources.answers import parse_answer
from schemaloom.sources.client import Client, Patience, SourceDownError
from schemaloom.sources.limiter import Limiter
from schemaloom.sources.listing import read_listing
from schemaloom.sources.progress import Progress
from schemaloom.sources.schemas import SchemaReader

One = TypeVar("One")
Many = TypeVar("Many")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What a run sent and received."""

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
    progress: Progress,
    patience: Patience,
) -> tuple[Fetched, Traffic]:
    """Read the catalogue from the API at `base_url`, asking conditionally where `known` allows it.

    Raises `SourceError` when the list of models cannot be read, is empty though `old` has models,
    or the provider goes down on the way; and `UsageError` when the provider has no list.
    """
    if provider.catalogue.list is None:
        raise UsageError("catalogue.list is missing in provider.toml", where=provider.name)
    auth = provider.api.auth
    client = Client(
        base_url=provider.api.base_url,
        asked_base=base_url,
        auth=(auth.header, auth.prefix + api_key) if api_key else None,
        limiter=Limiter(requests_per_minute),
        progress=progress,
        patience=patience,
    )
    async with client:
        progress.start("model list", 1)
        listing = await read_listing(
            provider.catalogue, provider.catalogue.list, client, base_url=provider.api.base_url, known=known.catalogue
        )
        before = old.by_id()
        if listing is not None and not listing.facts and before:
            raise SourceError("the model list is empty", where=listing.entry.url, hint="the snapshot is left as it was")
        models = sorted(before if listing is None else listing.facts)
        progress.start("schemas", len(models) + bool(provider.catalogue.openapi))

        reader = SchemaReader(provider.catalogue, client, provider.api.base_url)

        async def schema(model: str) -> SchemaReply:
            has_schema = model in before and before[model].input is not None
            # A schema lost from the snapshot cannot be brought back by "not modified".
            entry = known.models.get(model, NOTHING) if has_schema else NOTHING
            reply = await reader.read(model, known=entry, has_schema=has_schema)
            progress.advance(model)
            return reply

        openapi, schemas = await _all(
            _openapi(provider.catalogue.openapi, client, known.openapi, progress), [schema(model) for model in models]
        )
    fetched = Fetched(
        facts=None if listing is None else listing.facts,
        complete=listing is None or listing.complete,
        schemas=dict(zip(models, schemas, strict=True)),
        openapi=openapi,
        catalogue=known.catalogue if listing is None else listing.entry,
        problems=() if listing is None else tuple(listing.problems),
    )
    return fetched, Traffic(requests=client.requests, not_modified=client.not_modified)


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


def _at_home(content: JsonObject, client: Client) -> JsonObject:
    """Undo the one trace that a stand-in for the API leaves in its document: where it is served."""
    servers = content.get("servers")
    if not isinstance(servers, list):
        return content
    moved: list[Json] = []
    for server in servers:
        url = server.get("url") if isinstance(server, dict) else None
        moved.append(
            {**server, "url": client.at_home(url)} if isinstance(server, dict) and isinstance(url, str) else server
        )
    return {**content, "servers": moved}


async def _all(one: Coroutine[None, None, One], many: Iterable[Coroutine[None, None, Many]]) -> tuple[One, list[Many]]:
    """Await everything at once; the first error ends the rest and is raised as itself."""
    try:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(one)
            rest = [group.create_task(each) for each in many]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return first.result(), [task.result() for task in rest]
