"""Read one model's schema from the first route that has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from schemaloom.errors import SnapshotError, SourceError
from schemaloom.json.codec import digest
from schemaloom.json.values import JsonObject
from schemaloom.settings.catalogue import Catalogue, SchemaSource
from schemaloom.settings.filled_source import filled, filled_route
from schemaloom.settings.urls import join
from schemaloom.snapshot.bundle_refs import bundle
from schemaloom.snapshot.fetch_result import Failed, ModelMetadata, PublishedSchema, SchemaReply, Unchanged, Unpublished
from schemaloom.snapshot.lock import Entry
from schemaloom.snapshot.model import ModelDocument
from schemaloom.sources.api.embedded_schemas import EmbeddedSchemas
from schemaloom.sources.api.extract_schema import extract_schema
from schemaloom.sources.http.client import Reply, SourceDownError
from schemaloom.sources.http.lenient_json import parse_answer


class HttpGetter(Protocol):
    """The interface of `Client` that readers use."""

    async def get(self, url: str, *, etag: str | None = None) -> Reply:
        """Request `url`; see `Client.get`."""
        ...


@dataclass(slots=True, kw_only=True)
class SchemaReader:
    """Reads schemas of one provider's models."""

    catalogue: Catalogue
    client: HttpGetter
    base_url: str
    carried: EmbeddedSchemas
    facts: Mapping[str, ModelMetadata]
    """Facts of list items, by model id."""
    before: Mapping[str, ModelDocument]
    """The snapshot's models by id; one whose answer is unchanged is not looked up."""
    is_recheck_due: Callable[[str], bool]
    """Whether a model's own route is requested although its embedded schema is unchanged."""
    confirmed: dict[str, tuple[str, str | None]] = field(default_factory=dict[str, tuple[str, str | None]])
    """Digests of embedded schemas that equal those of the models' own routes, and of their sources, by model id."""

    async def read(self, model: str, *, known: Entry) -> SchemaReply:
        """Read the schema of `model`; `known` is the response that its schema in the snapshot came from.

        No request is sent while the embedded schema is the one that was last confirmed by the
        model's own route.  If they differ, the own route counts, and is requested each time.  If
        that has no schema, the embedded one is used.

        Raises `SourceDownError` when the provider as a whole cannot be read.
        """
        facts = self.facts.get(model)
        if (
            known.carried
            and known.carried_from
            and known.carried_from == self.carried.source_digest(model, facts)
            and (self.carried.is_trusted or not self.is_recheck_due(model))
        ):
            self.carried.skip(model)
            self.confirmed[model] = known.carried, known.carried_from
            return Unchanged()
        carried = self.carried.pop(model, facts)
        if carried is None:
            return await self._fetch(model, known)
        if known.carried == carried.digest and (carried.trusted or not self.is_recheck_due(model)):
            self.confirmed[model] = carried.digest, carried.source
            return Unchanged()
        if carried.trusted:
            self.confirmed[model] = carried.digest, carried.source
            return carried.schema
        reply = await self._fetch(model, known)
        if isinstance(reply, Failed) and self._schema_before(model) is None:
            return carried.schema  # unconfirmed, so the route that failed is requested again
        if isinstance(reply, Unpublished):
            reply = carried.schema
        if self._is_confirmed(carried.schema, self.before.get(model) if isinstance(reply, Unchanged) else reply):
            self.confirmed[model] = carried.digest, carried.source
        return reply

    def _is_confirmed(self, carried: PublishedSchema, own: ModelDocument | SchemaReply | None) -> bool:
        if not isinstance(own, ModelDocument | PublishedSchema) or digest(own.input) != digest(carried.input):
            return False
        # An output schema from documents stays in the snapshot if no route of the API has one.
        return all(source.output is None for source in self.catalogue.schemas) or (
            digest(own.output) == digest(carried.output)
        )

    def _schema_before(self, model: str) -> JsonObject | None:
        document = self.before.get(model)
        return None if document is None else document.input

    async def _fetch(self, model: str, known: Entry) -> SchemaReply:
        """Ask the model's own places.

        The known route comes first, with its ETag, so an unchanged model costs one request.
        A later route is tried if an earlier one has no schema.  If an earlier one fails, it is
        tried only for a model without a schema so far: two routes may spell the same
        schema differently, and switching between them would look like drift.  If every schema has a
        reference that cannot be followed, the first is used for a model that has no better one.
        """
        answers = _Answers(self.client)
        try:
            # Nearly every model ends here, so its places are not filled.
            if (
                known.url
                and known.etag
                and known.url in self._urls(model)
                and (await answers.get(known.url, known.etag)).status == 304
            ):
                return Unchanged()
        except SourceDownError:
            raise
        except SourceError as error:
            return Failed(f"schema cannot be read: {error}")
        schema = self._schema_before(model)
        places = list(self._places(model))
        found = await self._read_places(places, answers, has_schema=schema is not None)
        if isinstance(found, Failed) and (schema is None or _has_dangling_references(schema)):
            answered = [place for place in places if place[0] in answers.replies]
            again = await self._read_places(answered, answers, has_schema=schema is not None, keep_dangling=True)
            found = again if isinstance(again, PublishedSchema) else found
        return found

    async def _read_places(
        self,
        places: list[tuple[str, SchemaSource]],
        answers: _Answers,
        *,
        has_schema: bool,
        keep_dangling: bool = False,
    ) -> SchemaReply:
        failure: Failed | None = None
        for url, source in places:
            try:
                reply = await answers.get(url)
                schema = None if reply.status == 404 else self._schema(reply, source, url, keep_dangling=keep_dangling)
            except SourceDownError:
                raise
            except (SourceError, SnapshotError, LookupError) as error:
                failure = failure or Failed(f"schema cannot be read: {error}")
                if has_schema:
                    break
            else:
                if schema is not None:
                    return schema
        return failure or Unpublished()

    def _urls(self, model: str) -> Iterator[str]:
        """Yield the URLs of `_places`."""
        found = self.facts.get(model)
        for source in self.catalogue.schemas:
            with suppress(LookupError):
                yield join(self.base_url, filled_route(source, model, found.facts if found else None))

    def _places(self, model: str) -> Iterator[tuple[str, SchemaSource]]:
        """Yield the URLs for `model`; a route that needs a fact which its list item lacks is not among them."""
        found = self.facts.get(model)
        for source in self.catalogue.schemas:
            with suppress(LookupError):
                own = filled(source, model, found.facts if found else None)
                yield join(self.base_url, own.path), own

    def _schema(self, reply: Reply, source: SchemaSource, url: str, *, keep_dangling: bool) -> PublishedSchema | None:
        answer = parse_answer(reply.body, where=reply.url)
        if not isinstance(answer, dict):
            raise SourceError("the answer is not a JSON object", where=reply.url)
        return extract_schema(answer, source, Entry(url, reply.etag), self.catalogue, keep_dangling=keep_dangling)


def _has_dangling_references(schema: JsonObject) -> bool:
    try:
        bundle(schema)
    except LookupError:
        return True
    return False


@dataclass(slots=True)
class _Answers:
    """Answers within one model, so that two places in one document cost one request."""

    client: HttpGetter
    replies: dict[str, Reply] = field(default_factory=dict[str, Reply])

    async def get(self, url: str, etag: str | None = None) -> Reply:
        if url not in self.replies:
            self.replies[url] = await self.client.get(url, etag=etag)
        return self.replies[url]
