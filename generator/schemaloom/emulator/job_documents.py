"""Job documents in the provider's shape."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from typing import cast
from urllib.parse import urlsplit

from schemaloom.emulator.instances import instance_of
from schemaloom.emulator.jobs import Job, JobStore, status_of
from schemaloom.emulator.json_write import first_present, put, put_first
from schemaloom.emulator.media import EXTENSIONS, MEDIA_TYPES, output_file
from schemaloom.emulator.pricing import plain
from schemaloom.emulator.url_mapping import UrlMapping
from schemaloom.json.pointer import pointer_tokens
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.jobs import JobCall, JobProtocol, Submit
from schemaloom.settings.placeholders import fill_json, fill_route
from schemaloom.settings.value_types import Modality
from schemaloom.settings.webhook import Webhook
from schemaloom.snapshot.model import ModelDocument

_STEPS = 4
"""Lines in the log of a job that has ended."""
_FILES: tuple[Modality, ...] = ("image", "video", "audio")
_LISTED: tuple[Modality, ...] = ("image", "media")


def modality_of(protocol: JobProtocol, model: ModelDocument) -> Modality:
    """Return a model's modality if the provider declares an output for it.

    Otherwise return the first modality with a declared output.
    """
    for modality in protocol.output:
        if modality == model.modality:
            return modality
    return next(iter(protocol.output))


def makes_list(protocol: JobProtocol, model: ModelDocument, modality: Modality) -> bool:
    """Whether the result is a list of URLs rather than one URL.

    The type in the model's output schema decides.  Without one, images come in lists, as does
    any modality that shares the pointer of images; anything else is a single URL.
    """
    kind = (model.output or {}).get("type")
    if kind in ("array", "string"):
        return kind == "array"
    listed = {pointers[0] for key, pointers in protocol.output.items() if key in _LISTED and pointers}
    return modality in _LISTED or not listed.isdisjoint(protocol.output[modality][:1])


class JobDocuments:
    """Writes job documents; every value is put at the first pointer declared for it."""

    def __init__(self, protocol: JobProtocol, addresses: UrlMapping, jobs: JobStore) -> None:
        self._protocol = protocol
        self._addresses = addresses
        self._jobs = jobs

    def accepted(self, job: Job, now: float) -> JsonObject:
        """Return the response to a submission: status URL, cost, remaining credits."""
        fields = self._protocol.fields
        document = self._common(job, now)
        put_first(document, fields.status_url, self._url(self._protocol.url, job))
        put_first(document, fields.result_url, self._url(self._protocol.result, job))
        if self._protocol.stream is not None and _texts(job):
            put_first(document, fields.stream_url, self._url(self._protocol.stream.url, job))
        put_first(document, fields.credits_remaining, plain(self._jobs.balance(now)))
        return document

    def current(self, job: Job, now: float) -> JsonObject:
        """Return the response to a poll, an item of the job list, or the body of a webhook."""
        fields = self._protocol.fields
        document = self._common(job, now)
        if job.callback is not None:
            callback: JsonObject = {"url": job.callback.url, "status": job.callback.status}
            put_first(document, fields.webhook, {**callback, "attempts": job.callback.attempts})
        state = job.state(now)
        if state == "failed":
            put_first(document, fields.error, "The model could not process this request")
        if state == "succeeded" and self._protocol.result is None:
            if fields.result_url:  # a file that needs the key
                put_first(document, fields.result_url, self._addresses.origin + urlsplit(self._file_url(job, 0)).path)
            else:
                document = self._with_result(document, job)
        for pointer, meaning in self._protocol.present.items():
            if meaning == state and not first_present(document, [pointer]):
                put(document, pointer, True)
        return document

    def headers(self, job: Job, now: float) -> dict[str, str]:
        """Return the headers that hold facts of the job."""
        facts: dict[str, str | None] = {
            "id": job.id,
            "status_url": self._url(self._protocol.url, job),
            "result_url": self._url(self._protocol.result, job),
            "cancel_url": self._url(self._protocol.cancel, job),
            "stream_url": None if self._protocol.stream is None else self._url(self._protocol.stream.url, job),
            "cost": str(plain(job.cost)),
            "credits_remaining": str(plain(self._jobs.balance(now))),
        }
        return {header: value for name, header in self._protocol.headers.items() if (value := facts[name]) is not None}

    def result(self, job: Job) -> JsonObject:
        """Return the document of a result that has a route of its own."""
        return self._with_result({}, job)

    def events(self, job: Job, after: str) -> list[tuple[float, bytes]]:
        """Return the server-sent events of a job that follow the one with the id `after`, and when each is due."""
        stream = self._protocol.stream
        if stream is None:
            return []
        texts = _texts(job)
        named = [(job.due((index + 1) / len(texts)), stream.event, text) for index, text in enumerate(texts)]
        if stream.text is not None:
            named = [(due, name, json.dumps(put({}, stream.text, text))) for due, name, text in named]
        named += [(job.finishes, name, "{}") for name in stream.end[:1]]
        first = int(after) if after.isascii() and after.isdecimal() else 0
        return [
            (due, _event_bytes(name, data, number))
            for number, (due, name, data) in enumerate(named, start=1)
            if number > first
        ]

    def submission_events(self, job: Job, submit: Submit) -> bytes:
        """Return the response to a submission in server-sent events."""
        events = submit.events
        if events is None:
            return b""
        found: list[JsonValue] = [self.current(job, job.finishes)]
        if events.text is not None:
            found = [put({}, events.text, text) for text in _texts(job) or ["A sample ", "of the output"]]
        body = b"".join(
            _event_bytes(events.event or "message", part if isinstance(part, str) else json.dumps(part), number)
            for number, part in enumerate(found, start=1)
        )
        # The first sign of the end may be a name or data: as the data of an event it is either.
        return body + b"".join(_event_bytes("message", sign, len(found) + 1) for sign in events.end[:1])

    def webhook(self, job: Job, now: float, webhook: Webhook) -> JsonObject:
        """Return the body of a webhook."""
        document = self.current(job, now)
        if (status := status_of(webhook.statuses, job.state(now))) is not None:
            put_first(document, self._protocol.fields.status, status)
        if webhook.payload is not None and job.state(now) == "succeeded":
            put(document, webhook.payload, self.result(job))
        return document

    def _with_result(self, document: JsonObject, job: Job) -> JsonObject:
        urls = [self._file_url(job, index) for index in range(job.files)]
        if job.output is not None and self._protocol.value is not None:
            value = instance_of(job.output, cycle(urls), items=job.files)
            if self._protocol.value:
                put(document, self._protocol.value, value)
            elif isinstance(value, dict):
                document = {**document, **value}
            if job.modality in _FILES:
                # Its schema may have plain strings where the provider declares files.
                for pointer in self._protocol.output[job.modality]:
                    document = cast("JsonObject", _with_files(document, pointer_tokens(pointer), cycle(urls)))
        else:
            found: list[JsonValue] = [*urls]
            if job.modality == "text":
                found = [output_file("text", job.id, index).decode().rstrip() for index in range(job.files)]
            put_first(document, self._protocol.output[job.modality], found if job.listed else found[0])
        put_first(document, self._protocol.fields.media_type, MEDIA_TYPES[job.modality])
        return document

    def _file_url(self, job: Job, index: int) -> str:
        if job.inline:
            content = base64.b64encode(output_file(job.modality, job.id, index)).decode("ascii")
            return f"data:{MEDIA_TYPES[job.modality].replace(' ', '')};base64,{content}"
        return self._addresses.file_url(job.id, f"{index}.{EXTENSIONS[job.modality]}")

    def _common(self, job: Job, now: float) -> JsonObject:
        fields = self._protocol.fields
        values = {name: str(fact) for name, fact in job.facts.items()} | {"id": job.model, "job_id": job.id}
        document: JsonObject = {
            name: job.parameters if part == "{input}" else fill_json(part, values)
            for name, part in self._protocol.document.items()
        }
        put_first(document, fields.id, job.id)
        for pointer in self._protocol.facts.values():
            put(document, pointer, job.id)
        status = self._jobs.text(job, now)
        # A flag is false in every state that it does not name.
        other = False if self._protocol.statuses.keys() <= {"true", "false"} else status
        put_first(document, fields.status, {"true": True, "false": False}.get(status, other))
        put_first(document, fields.model, job.model)
        put_first(document, fields.cost, plain(job.cost))
        put_first(document, fields.created_at, _timestamp(job.created))
        put_first(document, fields.expires_at, _timestamp(job.expires))
        if job.state(now) == "queued":
            put_first(document, fields.queue_position, 0)
        put_first(document, fields.progress, job.progress(now))
        if fields.logs:
            _put_logs(document, fields.logs, job.progress(now))
        if self._protocol.cancel is not None:
            put_first(document, fields.cancel_url, self._url(self._protocol.cancel, job))
        return document

    def _url(self, call: JobCall | None, job: Job) -> str | None:
        if call is None:
            return None
        values = {name: str(fact) for name, fact in job.facts.items()} | {"id": job.model, "job_id": job.id}
        values |= dict.fromkeys(self._protocol.facts, job.id)
        return self._addresses.origin + self._addresses.template(fill_route(call.url, values))


def _with_files(value: JsonValue, tokens: tuple[str, ...], urls: Iterator[str]) -> JsonValue:
    """Return `value` with a URL for every string at a place that is declared to hold files, unless it is one."""
    if not tokens:
        if isinstance(value, list):
            return [_with_files(item, (), urls) for item in value]
        return next(urls) if isinstance(value, str) and not value.startswith(("http", "data:")) else value
    token, rest = tokens[0], tokens[1:]
    if isinstance(value, list):
        return [
            _with_files(item, rest, urls) if token in {"*", str(index)} else item for index, item in enumerate(value)
        ]
    if isinstance(value, dict) and token in value:
        return {**value, token: _with_files(value[token], rest, urls)}
    return value


def _put_logs(document: JsonObject, pointers: tuple[str, ...], progress: float) -> None:
    """Put the log where the template of job documents has one: a list, or else a string."""
    lines = [f"step {step} of {_STEPS}" for step in range(1, int(progress * _STEPS) + 1)]
    if isinstance(first_present(document, pointers), list):
        put_first(document, pointers, [{"message": line} for line in lines])
    else:
        put_first(document, pointers, "".join(f"{line}\n" for line in lines))


def _texts(job: Job) -> list[str]:
    """Return the parts of a job's output, if it is text."""
    if job.output is None or job.outcome != "succeeded":
        return []
    value = instance_of(job.output, cycle([""]), items=job.files)
    texts = value if isinstance(value, list) else [value]
    return [word for text in texts if isinstance(text, str) for word in re.findall(r"\S+\s*|\s+", text)]


def _event_bytes(name: str, data: str, number: int) -> bytes:
    """Return one server-sent event."""
    lines = [f"event: {name}", f"id: {number}", *(f"data: {line}" for line in data.split("\n"))]
    return "".join(f"{line}\n" for line in [*lines, ""]).encode()


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
