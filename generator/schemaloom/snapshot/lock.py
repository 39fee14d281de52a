"""`Lock`: the answers that a snapshot was made from, so that an unchanged answer costs little.

    {"schema_version": 1, "generator": "0.1.0", "reading": "3f9c…", "updated": "2026-01-31",
     "server": "http://127.0.0.1:8000/api/v1",              only when not the provider's own
     "catalogue": {"url": …, "etag": …},
     "openapi": {"url": …, "etag": …, "digest": …},
     "models": {"<id>": {"url": …, "etag": …, "digest": …, "file": …, "metadata": …, "carried": …,
                        "carried_from": …}},
     "missing": {"<id>": "2026-01-30"},                      kept although no list since that day has them
     "held": ["<id>", "openapi.json"]}                       the last answer was implausible and not believed

An ETag is valid only for the server that sent it, for the content it identified, and for a reader
that interprets this content in the same way.  `Lock.applicable` checks all three.

A model whose file has the bytes that the lock names need not be parsed to know its content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from schemaloom.json.codec import digest
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.model import ModelDocument

SCHEMA_VERSION = 1
_LONGEST_ETAG = 512


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer of the provider."""

    url: str | None = None
    """Below the provider's own base URL, whichever server was used."""
    etag: str | None = None
    digest: str | None = None
    """Of the snapshot's content: a model's file, or the OpenAPI document."""
    file: str | None = None
    """Of the bytes of a model's file; see `file_digest`."""
    metadata: str | None = None
    """Of the metadata that was last read of a model, if its file has all of it."""
    carried: str | None = None
    """Of a model's schema in the list or the OpenAPI document, if that equals the snapshot's."""
    carried_from: str | None = None
    """Of the part of the list item that `carried` was read from, so that an equal one need not be read."""

    def to_json(self) -> JsonObject:
        """Return the entry's JSON form; without unknown members."""
        parts = {
            "url": self.url, "etag": self.etag, "digest": self.digest, "file": self.file,
            "metadata": self.metadata, "carried": self.carried, "carried_from": self.carried_from,
        }  # fmt: skip
        return {key: value for key, value in parts.items() if value is not None}

    def of(self, document: ModelDocument) -> Entry:
        """Return the entry as far as it applies to `document`: no answer is known of a schema that it lacks."""
        return self if document.input is not None else replace(self, etag=None, carried=None, carried_from=None)

    @classmethod
    def from_json(cls, content: JsonValue | None) -> Entry:
        """Read the usable members; an ETag that cannot be sent as a header is dropped."""
        if not isinstance(content, dict):
            return cls()
        etag = _text(content.get("etag"))
        return cls(
            url=_text(content.get("url")),
            etag=etag if etag and usable_etag(etag) else None,
            digest=_text(content.get("digest")),
            file=_text(content.get("file")),
            metadata=_text(content.get("metadata")),
            carried=_text(content.get("carried")),
            carried_from=_text(content.get("carried_from")),
        )


NOTHING = Entry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """The content of ``lock.json``."""

    generator: str = ""
    """Version of the tool that wrote it."""
    reading: str = ""
    """Digest of all that decides how answers are read; see `reading_digest`."""
    updated: str | None = None
    """ISO date of the last change of content, in UTC."""
    server: str | None = None
    """Base URL that was used instead of the provider's own."""
    catalogue: Entry = NOTHING
    openapi: Entry = NOTHING
    models: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    missing: Mapping[str, str] = field(default_factory=dict[str, str])
    """Models that the last complete list lacked, each with the date of the first such list."""
    held: frozenset[str] = frozenset()
    """Models, and ``openapi.json``, whose last answer changed too much to be believed at the first look."""

    def to_json(self) -> JsonObject:
        """Return the file's content."""
        models: JsonObject = {model: entry.to_json() for model, entry in self.models.items()}
        content: JsonObject = {
            "schema_version": SCHEMA_VERSION,
            "generator": self.generator,
            "reading": self.reading,
            "updated": self.updated,
            "server": self.server,
            "catalogue": self.catalogue.to_json(),
            "openapi": self.openapi.to_json(),
            "models": models,
            "missing": {**self.missing},
            "held": [*sorted(self.held)],
        }
        return {key: value for key, value in content.items() if value not in (None, {}, [])}

    @classmethod
    def from_json(cls, content: JsonObject) -> Lock:
        """Read the usable members: a damaged lock may only cost requests."""
        if content.get("schema_version") != SCHEMA_VERSION:
            return cls()
        models, missing, held = content.get("models"), content.get("missing"), content.get("held")
        return cls(
            generator=_text(content.get("generator")) or "",
            reading=_text(content.get("reading")) or "",
            updated=_text(content.get("updated")),
            server=_text(content.get("server")),
            catalogue=Entry.from_json(content.get("catalogue")),
            openapi=Entry.from_json(content.get("openapi")),
            models={key: Entry.from_json(value) for key, value in models.items()} if isinstance(models, dict) else {},
            missing={model: day for model, day in missing.items() if isinstance(day, str)}
            if isinstance(missing, dict)
            else {},
            held=frozenset(name for name in held if isinstance(name, str)) if isinstance(held, list) else frozenset(),
        )

    def applicable(self, snapshot: Snapshot, *, server: str | None, reading: str) -> Lock:
        """Keep only the entries that apply to the content of `snapshot`.

        Nothing is kept for another server or another way of reading; nothing for a file edited
        since; no ETag for a schema that the file lacks; and for the list of models nothing unless every
        model's file is as it was.
        """
        if self.server != server or self.reading != reading:
            return replace(self, catalogue=NOTHING, openapi=NOTHING, models={})
        present = snapshot.by_id()
        models = {
            key: entry if key in present.locked else entry.of(present[key])
            for key, entry in self.models.items()
            if key in present.locked or (key in present and present[key].digest == entry.digest)
        }
        control = snapshot.openapi is not None and digest(snapshot.openapi) == self.openapi.digest
        return replace(
            self,
            catalogue=self.catalogue if models.keys() == present.keys() == self.models.keys() else NOTHING,
            openapi=self.openapi if control else NOTHING,
            models=models,
        )


def usable_etag(text: str) -> bool:
    """Whether a text can be sent as the value of ``If-None-Match``."""
    return 0 < len(text) <= _LONGEST_ETAG and text.isascii() and text.isprintable() and text == text.strip()


def reading_digest(*parts: JsonValue) -> str:
    """Digest what decides how answers are read: the tool's version and the provider's description."""
    return digest(list(parts))[:16]


def _text(value: JsonValue | None) -> str | None:
    return value if isinstance(value, str) and value else None
