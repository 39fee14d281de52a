"""A job as the provider's documents show it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from schemaloom.emulator.jobs import Job, JobStore
from schemaloom.emulator.json_write import put_first
from schemaloom.emulator.media import EXTENSIONS, MEDIA_TYPES, output_file
from schemaloom.emulator.pricing import plain
from schemaloom.emulator.url_mapping import Addresses
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.provider import JobProtocol, Modality
from schemaloom.snapshot.model import ModelDocument

_LISTED: tuple[Modality, ...] = ("image", "media")


def modality_of(protocol: JobProtocol, model: ModelDocument) -> Modality:
    """What a model makes: its own modality where the provider reads results of it.

    Otherwise the first modality that the provider declares an output for.
    """
    for modality in protocol.output:
        if modality == model.modality:
            return modality
    return next(iter(protocol.output))


def makes_list(protocol: JobProtocol, model: ModelDocument, modality: Modality) -> bool:
    """Whether the result is a list of URLs rather than one URL.

    The type in the model's result schema decides.  Where it says nothing, images come in
    lists, and so does whatever stands at the place of images; anything else comes alone.
    """
    kind = (model.output or {}).get("type")
    if kind in ("array", "string"):
        return kind == "array"
    listed = {pointers[0] for key, pointers in protocol.output.items() if key in _LISTED and pointers}
    return modality in _LISTED or not listed.isdisjoint(protocol.output[modality][:1])


class JobDocuments:
    """Writes job documents; every value stands at the first place the provider declares for it."""

    def __init__(self, protocol: JobProtocol, addresses: Addresses, book: JobStore) -> None:
        self._protocol = protocol
        self._addresses = addresses
        self._book = book

    def accepted(self, job: Job, now: float) -> JsonObject:
        """The answer to a submission: where to look, what it cost, what is left."""
        fields = self._protocol.fields
        document = self._common(job, now)
        put_first(document, fields.status_url, self._url(self._protocol.url, job))
        put_first(document, fields.credits_remaining, plain(self._book.balance(now)))
        return document

    def current(self, job: Job, now: float) -> JsonObject:
        """The answer to a later look, an item of the job list, and the body of a webhook."""
        fields = self._protocol.fields
        document = self._common(job, now)
        if job.callback is not None:
            callback: JsonObject = {"url": job.callback.url, "status": job.callback.status}
            put_first(document, fields.webhook, {**callback, "attempts": job.callback.attempts})
        state = job.state(now)
        if state == "failed":
            put_first(document, fields.error, "The model could not process this request")
        if state == "succeeded":
            urls: list[JsonValue] = [self._file_url(job, index) for index in range(job.files)]
            put_first(document, self._protocol.output[job.modality], urls if job.listed else urls[0])
            put_first(document, fields.media_type, MEDIA_TYPES[job.modality])
        return document

    def _file_url(self, job: Job, index: int) -> str:
        if job.inline:
            content = base64.b64encode(output_file(job.modality, job.id, index)).decode("ascii")
            return f"data:{MEDIA_TYPES[job.modality].replace(' ', '')};base64,{content}"
        return self._addresses.file_url(job.id, f"{index}.{EXTENSIONS[job.modality]}")

    def _common(self, job: Job, now: float) -> JsonObject:
        fields = self._protocol.fields
        document: JsonObject = {}
        put_first(document, fields.id, job.id)
        put_first(document, fields.status, self._book.text(job, now))
        put_first(document, fields.model, job.model)
        put_first(document, fields.cost, plain(job.cost))
        put_first(document, fields.created_at, _timestamp(job.created))
        put_first(document, fields.expires_at, _timestamp(job.expires))
        if self._protocol.cancel is not None:
            put_first(document, fields.cancel_url, self._url(self._protocol.cancel, job))
        return document

    def _url(self, template: str, job: Job) -> str | None:
        return self._addresses.local(template.replace("{job_id}", job.id))


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
