"""One model's schema, from the first place that has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote

from schemaloom.errors import SnapshotError, SourceError
from schemaloom.settings.provider import Catalogue, SchemaSource
from schemaloom.settings.urls import join, quoted_id
from schemaloom.snapshot.bundle import bundle
from schemaloom.snapshot.canonical import Json, JsonObject, resolve_pointer
from schemaloom.snapshot.fetched import Failed, PublishedSchema, SchemaReply, Unchanged, Unpublished
from schemaloom.snapshot.lock import Entry
from schemaloom.sources.answers import parse_answer
from schemaloom.sources.client import Client, Reply, SourceDownError
from schemaloom.sources.items import without

_SHAPES = frozenset({"$ref", "additionalProperties", "allOf", "anyOf", "oneOf", "properties", "type"})


@dataclass(slots=True)
class SchemaReader:
    """Reads schemas of one provider's models."""

    catalogue: Catalogue
    client: Client
    base_url: str

    async def read(self, model: str, *, known: Entry, has_schema: bool) -> SchemaReply:
        """Ask for the schema of `model`; `known` is the answer that the snapshot stands for.

        The known place is asked first and conditionally, so an unchanged model costs one request.
        A later place is tried when an earlier one has nothing.  When an earlier one is broken it
        is tried only for a model that has no schema yet (`has_schema`): two places may tell the
        same in different words, and to change between them would look like drift.

        Raises `SourceDownError` when the provider as a whole cannot be read.
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
        # Without a document around it, the schema itself is what its references count from.
        root = _part(answer, source.pointer if source.document is None else source.document)
        place = "" if source.document is None else source.pointer
        if root is None or _part(root, place) is None:
            return None
        schema = self._bundled(root, place)
        output = self._output(answer, root, source)
        return PublishedSchema(
            input=schema, output=output, parameter_order=parameter_order(schema), entry=Entry(url, reply.etag)
        )

    def _output(self, answer: JsonObject, root: Json, source: SchemaSource) -> JsonObject | None:
        if source.output is None:
            return None
        if source.document is None:
            root, place = _part(answer, source.output), ""
        else:
            place = source.output
        return None if root is None or _part(root, place) is None else self._bundled(root, place, shaped=False)

    def _bundled(self, root: Json, place: str, *, shaped: bool = True) -> JsonObject:
        schema = bundle(root, place)
        kind = schema.get("type", "object")
        if shaped and (not schema.keys() & _SHAPES or "object" not in (kind if isinstance(kind, list) else [kind])):
            raise LookupError("it does not describe an object of parameters")
        stripped = without(schema, self.catalogue.volatile)
        return stripped if isinstance(stripped, dict) else schema


@dataclass(slots=True)
class _Answers:
    """Answers within one model, so that two places in one document cost one request."""

    client: Client
    replies: dict[str, Reply] = field(default_factory=dict[str, Reply])

    async def get(self, url: str, etag: str | None = None) -> Reply:
        if url not in self.replies:
            self.replies[url] = await self.client.get(url, etag=etag)
        return self.replies[url]


def parameter_order(schema: JsonObject) -> tuple[str, ...]:
    """Names of the top-level parameters in the order the provider wrote them.

    They stand in ``properties`` of the schema, or of what its ``$ref`` and ``allOf`` lead to.
    """
    names: dict[str, None] = {}
    pending = [schema]
    followed: set[str] = set()
    while pending:
        part = pending.pop(0)
        properties, reference, parts = part.get("properties"), part.get("$ref"), part.get("allOf")
        names |= dict.fromkeys(properties) if isinstance(properties, dict) else {}
        following = parts if isinstance(parts, list) else []
        if isinstance(reference, str) and reference not in followed:
            followed.add(reference)
            following = [_part(schema, unquote(reference[1:])), *following]
        pending = [*(item for item in following if isinstance(item, dict)), *pending]
    return tuple(names)


def _part(value: Json, pointer: str) -> Json:
    try:
        return resolve_pointer(value, pointer)
    except LookupError:
        return None
