"""The WebSocket of a provider's own client, whose tasks are requests of the HTTP API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from typing import Protocol
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen
from uuid import NAMESPACE_URL, uuid4, uuid5

from starlette.requests import Request
from starlette.websockets import WebSocket

from schemaloom.emulator.api import Api
from schemaloom.emulator.body_templates import capture
from schemaloom.emulator.faults.spec import FaultKind
from schemaloom.emulator.jobs import Job
from schemaloom.emulator.json_write import first_present
from schemaloom.emulator.responses import RefusedError, Reply, refusal_reply
from schemaloom.emulator.url_mapping import UrlMapping
from schemaloom.errors import SnapshotError
from schemaloom.json.codec import parse_json
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.own_client import Socket
from schemaloom.settings.placeholders import fill_json
from schemaloom.settings.provider import Provider

_LOOK = 0.02
"""Seconds between two looks at a job's state, which follows a clock that may be a test's."""
_FAILED = 1011
"""Code with which a server closes a WebSocket after an error of its own."""


class HttpApi(Protocol):
    """The application of which each task of a WebSocket is a request."""

    api: Api
    addresses: UrlMapping

    def accepts(self, key: str) -> bool:
        """Whether a key is one that may be used."""
        ...

    async def exchange(self, request: Request, body: bytes) -> tuple[Reply | None, Collection[FaultKind]]:
        """Return the response, if there is one, and the kinds of faults that struck."""
        ...


async def serve_socket(application: HttpApi, provider: Provider, websocket: WebSocket) -> None:
    """Answer every task on a WebSocket until the client closes it; refuse one that the provider does not have."""
    settings = provider.client.socket
    if settings is None or urlsplit(settings.url).path.rstrip("/") != websocket.url.path.rstrip("/"):
        await websocket.close()
        return
    await websocket.accept()
    connection = _Connection(application, provider, settings, websocket)
    pending: set[asyncio.Task[None]] = set()
    try:
        async for text in websocket.iter_text():
            for task in _tasks(text):
                if not await connection.answer_at_once(task):
                    answer = asyncio.create_task(connection.answer(task))
                    pending.add(answer)
                    answer.add_done_callback(pending.discard)
    finally:
        for answer in pending:
            answer.cancel()
        await asyncio.gather(*pending, return_exceptions=True)


class _Connection:
    """One WebSocket, with the key that its client gave."""

    def __init__(self, application: HttpApi, provider: Provider, settings: Socket, websocket: WebSocket) -> None:
        self._application = application
        self._provider = provider
        self._settings = settings
        self._websocket = websocket
        self._key = ""

    async def answer_at_once(self, task: JsonObject) -> bool:
        """Answer a task that is an exchange of the WebSocket's own; return whether it is one."""
        for exchange in self._settings.exchanges:
            found = capture(exchange.request, task)
            if found is None:
                continue
            if (key := found.values.get("{key}")) is not None:
                if not self._application.accepts(key):
                    await self._refuse(task, RefusedError("unauthorized", "The API key is wrong"))
                    return True
                self._key = key
            values = {"uuid": str(uuid4())}
            if (url := found.values.get("{file}")) is not None:
                try:
                    values["file"] = self._application.api.keep(*_content(url))
                except ValueError as error:
                    await self._refuse(task, RefusedError("invalid_input", f"expected a data: URL: {error}"))
                    return True
            await self._send(task, fill_json(exchange.response, values))
            return True
        return False

    async def answer(self, task: JsonObject) -> None:
        """Answer a task as the HTTP API does; one whose result is awaited, when the job has ended."""
        submitted = self._provider.submit.body
        own = submitted[0] if isinstance(submitted, list) and submitted else submitted
        awaited = self._settings.awaited if capture(self._settings.awaited, task) is not None else {}
        constants = {name: own[name] for name in awaited if isinstance(own, dict) and name in own}
        body: JsonValue = {**task, **constants}
        body = [body] if isinstance(submitted, list) else body
        reply, _ = await self._application.exchange(self._request(), json.dumps(body).encode())
        if reply is None:
            await self._websocket.close(_FAILED)
            return
        try:
            document = parse_json(reply.body, where="response")
        except SnapshotError:
            await self._websocket.send_text(reply.body.decode("utf-8", "replace"))
            return
        job = self._job(document)
        while awaited and job is not None and not self._application.api.has_ended(job):  # noqa: ASYNC110  an injected clock sets no event
            await asyncio.sleep(_LOOK)
        await self._send(task, self._application.api.current(job) if awaited and job is not None else document, job)

    def _request(self) -> Request:
        """Return a request to the route of submissions, with the key as the provider expects it."""
        auth = self._provider.api.auth
        headers = {name: value.replace("{key}", self._key) for name, value in auth.headers.items()}
        if auth.header is not None:
            headers[auth.header] = f"{auth.prefix}{self._key}"
        query = urlencode({auth.query: self._key}) if auth.query is not None else ""
        path = self._application.addresses.template(self._provider.submit.url)
        scope = {
            "type": "http",
            "method": self._provider.submit.method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode("utf-8", "replace")) for name, value in headers.items()],
            "server": self._websocket.scope["server"],
            "scheme": "http",
        }
        return Request(scope)

    def _job(self, document: JsonValue) -> Job | None:
        job_id = first_present(document, self._provider.job.fields.id)
        try:
            return self._application.api.jobs.find(str(job_id))
        except RefusedError:
            return None

    async def _refuse(self, task: JsonObject, refused: RefusedError) -> None:
        await self._send(task, parse_json(refusal_reply(self._provider.errors, refused).body, where="response"))

    async def _send(self, task: JsonObject, document: JsonValue, job: Job | None = None) -> None:
        """Send an answer, with the members that are repeated in it."""
        known = {**task, **(job.parameters if job is not None else {})}
        repeated = {name: known[name] for name in self._settings.repeated if name in known}
        if isinstance(document, dict):
            document = {name: self._completed(part, repeated) for name, part in document.items()}
        await self._websocket.send_text(json.dumps(document))

    def _completed(self, part: JsonValue, repeated: JsonObject) -> JsonValue:
        if not isinstance(part, list):
            return part
        items: list[JsonValue] = []
        for item in part:
            if isinstance(item, dict):
                ids = {name: _id(item[url]) for url, name in self._settings.ids.items() if url in item}
                items.append({**repeated, **item, **ids})
        return items


def _tasks(text: str) -> list[JsonObject]:
    """Return the tasks of a message; anything else in it is ignored."""
    try:
        message = parse_json(text.encode("utf-8", "replace"), where="message")
    except SnapshotError:
        return []
    return [task for task in (message if isinstance(message, list) else [message]) if isinstance(task, dict)]


def _id(url: JsonValue) -> str:
    return str(uuid5(NAMESPACE_URL, str(url)))


def _content(url: str) -> tuple[bytes, str]:
    """Return the content of a ``data:`` URL and its media type.  Raises `ValueError` for anything else."""
    if not url.startswith("data:"):
        raise ValueError(url[:40])
    with urlopen(url) as response:  # noqa: S310  the scheme is checked
        return response.read(), response.headers.get_content_type()
