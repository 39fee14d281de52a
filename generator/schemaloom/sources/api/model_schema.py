"""One model's schema, from the first place that has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from schemaloom.errors import SnapshotError, SourceError
from schemaloom.json.codec import digest
from schemaloom.settings.provider import Catalogue, SchemaSource
from schemaloom.settings.urls import join, quoted_id
from schemaloom.snapshot.fetch_result import Failed, PublishedSchema, SchemaReply, Unchanged, Unpublished
from schemaloom.snapshot.lock import Entry
from schemaloom.snapshot.model import ModelDocument
from schemaloom.sources.api.embedded_schemas import CarriedSchemas
from schemaloom.sources.api.extract_schema import published_schema
from schemaloom.sources.http.client import Reply, SourceDownError
from schemaloom.sources.http.lenient_json import parse_answer


class Asking(Protocol):
    """Whoever gets answers, as `Client` does."""

    async def get(self, url: str, *, etag: str | None = None) -> Reply:
        """Ask for `url`; see `Client.get`."""
        ...


@dataclass(slots=True, kw_only=True)
class SchemaReader:
    """Reads schemas of one provider's models."""

    catalogue: Catalogue
    client: Asking
    base_url: str
    carried: CarriedSchemas
    due: Callable[[str], bool]
    """Whether a model's own place is asked although what is carried has not changed."""
    agreed: dict[str, str] = field(default_factory=dict[str, str])
    """Digests of carried schemas that say what the models' own places say, by model id."""

    async def read(self, model: str, *, known: Entry, before: ModelDocument | None) -> SchemaReply:
        """Read the schema of `model`; `known` is the answer that its schema in `before` stands for.

        Nothing is asked while the model list or the OpenAPI document carries the same schema as
        when both places were seen to agree.  Where they disagree, the model's own place counts,
        and is asked each time.  Where that has nothing, what is carried is the schema.

        Raises `SourceDownError` when the provider as a whole cannot be read.
        """
        has_schema = before is not None and before.input is not None
        carried = self.carried.take(model)
        if carried is None:
            return await self._ask(model, known, has_schema=has_schema)
        if known.carried == carried.digest and not self.due(model):
            self.agreed[model] = carried.digest
            return Unchanged()
        reply = await self._ask(model, known, has_schema=has_schema)
        if isinstance(reply, Failed) and not has_schema:
            return carried.schema  # which nothing confirms, so the place that failed is asked again
        if isinstance(reply, Unpublished):
            reply = carried.schema
        if self._agree(carried.schema, before if isinstance(reply, Unchanged) else reply):
            self.agreed[model] = carried.digest
        return reply

    def _agree(self, carried: PublishedSchema, own: ModelDocument | SchemaReply | None) -> bool:
        if not isinstance(own, ModelDocument | PublishedSchema) or digest(own.input) != digest(carried.input):
            return False
        # What documents said of a result stays in the snapshot where no place of the API has a word on it.
        return all(source.output is None for source in self.catalogue.schemas) or (
            digest(own.output) == digest(carried.output)
        )

    async def _ask(self, model: str, known: Entry, *, has_schema: bool) -> SchemaReply:
        """Ask the model's own places.

        The known place is asked first and conditionally, so an unchanged model costs one request.
        A later place is tried when an earlier one has nothing.  When an earlier one is broken it
        is tried only for a model that has no schema yet (`has_schema`): two places may tell the
        same in different words, and to change between them would look like drift.
        """
        urls = [join(self.base_url, source.path.replace("{id}", quoted_id(model))) for source in self.catalogue.schemas]
        answers = _Answers(self.client)
        failure: Failed | None = None
        places = list(zip(urls, self.catalogue.schemas, strict=True))
        try:
            if known.etag and known.url in urls and (await answers.get(known.url, known.etag)).status == 304:
                return Unchanged()
        except SourceDownError:
            raise
        except SourceError as error:
            return Failed(f"schema cannot be read: {error}")
        for url, source in places:
            try:
                reply = await answers.get(url)
                schema = None if reply.status == 404 else self._schema(reply, source, url)
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

    def _schema(self, reply: Reply, source: SchemaSource, url: str) -> PublishedSchema | None:
        answer = parse_answer(reply.body, where=reply.url)
        if not isinstance(answer, dict):
            raise SourceError("the answer is not a JSON object", where=reply.url)
        return published_schema(answer, source, Entry(url, reply.etag), volatile=self.catalogue.volatile)


@dataclass(slots=True)
class _Answers:
    """Answers within one model, so that two places in one document cost one request."""

    client: Asking
    replies: dict[str, Reply] = field(default_factory=dict[str, Reply])

    async def get(self, url: str, etag: str | None = None) -> Reply:
        if url not in self.replies:
            self.replies[url] = await self.client.get(url, etag=etag)
        return self.replies[url]
