"""The provider's routes, and the response of each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from schemaloom.emulator.catalogue import CatalogueView
from schemaloom.emulator.faults.spec import Fault
from schemaloom.emulator.job_documents import JobDocuments
from schemaloom.emulator.jobs import Job, JobStore
from schemaloom.emulator.json_write import put
from schemaloom.emulator.media import EXTENSIONS, MEDIA_TYPES, output_file
from schemaloom.emulator.options import Options
from schemaloom.emulator.pages import list_page
from schemaloom.emulator.render_document import render_document
from schemaloom.emulator.responses import RefusedError, Reply, json_reply, requested_wait
from schemaloom.emulator.routes import Match
from schemaloom.emulator.submission import submit
from schemaloom.emulator.uploads import UPLOADS, UploadedFile, UploadStore
from schemaloom.emulator.url_mapping import FILES, UrlMapping
from schemaloom.emulator.webhooks import WebhookSender, key_set
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.placeholders import fill_json
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.layout import Snapshot

_MOST_LISTED = 100
_ACCEPTED = 202


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request whose route is known."""

    match: Match
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    faults: Sequence[Fault]


class Api:
    """One provider's behaviour over the snapshot of the moment."""

    def __init__(self, provider: Provider, snapshot: Snapshot, addresses: UrlMapping, options: Options) -> None:
        self.provider = provider
        self.addresses = addresses
        self.view = CatalogueView(provider, snapshot, addresses)
        self.jobs = JobStore(provider.job, options)
        self._options = options
        self._documents = JobDocuments(provider.job, addresses, self.jobs)
        self._uploads = UploadStore(f"{addresses.files_origin}{FILES}")
        self._webhooks = WebhookSender(options, self._webhook, provider.webhook.signature)

    def use(self, snapshot: Snapshot) -> None:
        """Serve another snapshot from now on; jobs and credits stay."""
        self.view = CatalogueView(self.provider, snapshot, self.addresses)

    def answer(self, call: Call) -> Reply:
        """Process a request.  Raises `RefusedError` where the provider would refuse it."""
        document: JsonValue
        match call.match.route.name:
            case "submit":
                return self._submit(call)
            case "files":
                return self._file(call)
            case "upload":
                document = self._upload(call)
            case "document":
                text = render_document(self.provider, self.view.snapshot, call.match.id)
                return Reply(status=200, body=text.encode(), headers={"content-type": "text/markdown; charset=utf-8"})
            case "list" | "detail" | "schema" | "openapi" | "prices" | "price" | "keys" | "client":
                return self._discover(call)
            case "jobs":
                document = self._jobs(call)
            case "job":
                return self._job(self.jobs.find(call.match.id))
            case "result":
                return self._result(self.jobs.find(call.match.id))
            case "stream":
                return self._stream(call)
            case "cancel":
                document = self._cancel(call)
            case "replay":
                document = self._replay(call)
        return json_reply(200, document)

    def _list(self, call: Call) -> Reply:
        listing = self.provider.catalogue.list
        if listing is None:
            raise RefusedError("model_not_found", "There is no list of models")
        url = f"{self.addresses.origin}{self.addresses.template(listing.path)}"
        return list_page(self.view, listing, call.query, url=url, size=self._options.page_size)

    def _discover(self, call: Call) -> Reply:
        view, route = self.view, call.match.route
        match route.name:
            case "list":
                return self._list(call)
            case "openapi":
                return json_reply(200, view.openapi())
            case "prices":
                return json_reply(200, view.prices())
            case "price":
                return json_reply(200, view.price(view.find(call.match.values)))
            case "keys":
                return json_reply(200, key_set(self._options.webhook_secret))
            case "client":
                return json_reply(200, self._client(call))
            case _:
                return json_reply(200, view.schema_document(route, view.model(call.match.id)))

    def _submit(self, call: Call) -> Reply:
        job = submit(
            self.provider,
            self.view,
            self.jobs,
            match=call.match,
            query=call.query,
            headers=call.headers,
            body=call.body,
            faults=call.faults,
        )
        self._webhooks.watch(job)
        if self.provider.submit.events is not None:
            return self._events(job)
        if self.provider.job.url is None:
            return self._at_once(job)
        if job.inline:
            return json_reply(200, self.current(job))
        statuses = self.provider.submit.accepted
        status = _ACCEPTED if _ACCEPTED in statuses else statuses[0]
        now = self._options.clock()
        reply = json_reply(status, self._documents.accepted(job, now), self._documents.headers(job, now))
        wait = min(job.finishes - now, requested_wait(call.headers.get("prefer", "")))
        if wait <= 0:
            return reply
        late = json_reply(status, self._documents.accepted(job, now) | self._documents.current(job, now + wait))
        return replace(reply, body=b"", rest=((wait, late.body),))

    def _job(self, job: Job) -> Reply:
        now = self._options.clock()
        if job.state(now) == "succeeded" and "succeeded" in self.provider.job.codes.values():
            whole = self._whole(job) if self.provider.job.result is None else None
            if whole is not None:
                return whole
        return json_reply(self._status_code(job), self.current(job), self._documents.headers(job, now))

    def _jobs(self, call: Call) -> JsonValue:
        listing = self.provider.job.list
        if listing is None:
            return None
        text = call.query.get(listing.limit, str(_MOST_LISTED)) if listing.limit else str(_MOST_LISTED)
        if not (text.isascii() and text.isdecimal() and int(text) > 0):
            raise RefusedError("invalid_input", f"{listing.limit}: must be a whole number above 0")
        jobs = self.jobs.recent(min(int(text), _MOST_LISTED))
        return put({}, listing.items, [self.current(job) for job in jobs])

    def _cancel(self, call: Call) -> JsonObject:
        job = self.jobs.find(call.match.id)
        self.jobs.cancel(job)
        return self.current(job)

    def _replay(self, call: Call) -> JsonObject:
        job = self.jobs.find(call.match.id)
        if not self.has_ended(job):
            raise RefusedError("invalid_input", f"Job {job.id!r} has not finished")
        if job.callback is None:
            raise RefusedError("invalid_input", f"Job {job.id!r} has no webhook")
        self._webhooks.replay(job, job.callback)
        return self.current(job)

    def _at_once(self, job: Job) -> Reply:
        """Return the result as the response to the submission: a document, or the file itself."""
        if job.outcome != "succeeded":
            raise RefusedError("internal_error", "The model could not process this request")
        return self._whole(job) or json_reply(
            200, self._documents.current(job, job.finishes), self._documents.headers(job, job.finishes)
        )

    def _events(self, job: Job) -> Reply:
        """Return the result as the response to the submission, in server-sent events."""
        if job.outcome != "succeeded":
            raise RefusedError("internal_error", "The model could not process this request")
        body = self._documents.submission_events(job, self.provider.submit)
        return Reply(status=200, body=body, headers={"content-type": "text/event-stream"})

    def _whole(self, job: Job) -> Reply | None:
        """Return the file itself, if that is what the provider's response is."""
        if self.provider.job.output[job.modality][:1] != ("",):
            return None
        content = output_file(job.modality, job.id, 0)
        return Reply(status=200, body=content, headers={"content-type": MEDIA_TYPES[job.modality]})

    def _result(self, job: Job) -> Reply:
        match job.state(self._options.clock()):
            case "succeeded":
                return self._whole(job) or json_reply(200, self._documents.result(job))
            case "failed":
                raise RefusedError("invalid_input", "The model could not process this request")
            case "cancelled":
                raise RefusedError("cancelled", f"Job {job.id!r} was cancelled")
            case _:
                raise RefusedError("invalid_input", f"Job {job.id!r} has no result")

    def _stream(self, call: Call) -> Reply:
        """Return the events of a job, each when it is due."""
        job = self.jobs.find(call.match.id)
        sent = self._options.clock()
        parts: list[tuple[float, bytes]] = []
        for due, event in self._documents.events(job, call.headers.get("last-event-id", "")):
            parts.append((max(0.0, due - sent), event))
            sent = max(sent, due)
        headers = {"content-type": "text/event-stream", "cache-control": "no-store"}
        return Reply(status=200, body=b": open\n\n", headers=headers, rest=tuple(parts))

    def _status_code(self, job: Job) -> int:
        """Return the HTTP status of a status request, if the provider reports job states by it."""
        state = job.state(self._options.clock())
        codes = self.provider.job.codes
        wanted = ("running",) if state == "queued" else ()
        return next((code for meaning in (state, *wanted) for code, m in codes.items() if m == meaning), 200)

    def _upload(self, call: Call) -> JsonValue:
        upload = self.provider.upload
        return None if upload is None else self._uploads.create(upload, call.headers.get("content-type", ""), call.body)

    def has_ended(self, job: Job) -> bool:
        """Whether a job will not change any more."""
        return job.finished(self._options.clock())

    def keep(self, content: bytes, media_type: str) -> str:
        """Serve a file from now on, and return its URL."""
        return self._uploads.add("file", UploadedFile(media_type, content))

    def _client(self, call: Call) -> JsonValue:
        """Return the response that only the provider's own client needs."""
        values = {name.strip("{}"): value for name, value in call.match.values.items()}
        if "id" in values:
            values |= self.view.model(values["id"]).fact_values
        values |= {"origin": self.addresses.origin, "secret": self._options.webhook_secret, "uuid": str(uuid4())}
        template = call.match.route.response
        if "{file}" in json.dumps(template):
            values["file"] = self.keep(call.body, call.headers.get("content-type", "application/octet-stream"))
        return fill_json(template, values)

    def _file(self, call: Call) -> Reply:
        path = call.match.id.removeprefix(FILES)
        if path.startswith(UPLOADS):
            if call.match.route.method == "PUT":
                self._uploads.replace(path, call.body)
            file = self._uploads.find(path)
            return Reply(status=200, body=file.content, headers={"content-type": file.media_type})
        job_id, _, name = path.partition("/")
        job = self.jobs.find(job_id)
        if job.state(self._options.clock()) == "succeeded":
            for index in range(job.files):
                if name == f"{index}.{EXTENSIONS[job.modality]}":
                    content = output_file(job.modality, job.id, index)
                    return Reply(status=200, body=content, headers={"content-type": MEDIA_TYPES[job.modality]})
        raise RefusedError("job_not_found", f"No such file: {name}")

    def _webhook(self, job: Job) -> JsonObject:
        return self._documents.webhook(job, self._options.clock(), self.provider.webhook)

    def current(self, job: Job) -> JsonObject:
        """Return the document of a job at this moment."""
        return self._documents.current(job, self._options.clock())
