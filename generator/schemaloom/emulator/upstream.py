"""Answers of the real provider, passed on and recorded, or replayed from a recording."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
from starlette.requests import Request

from schemaloom.emulator.recording import Exchange, Recording, kept_headers, request_body
from schemaloom.emulator.responses import Reply, status_reply
from schemaloom.emulator.url_mapping import UrlMapping
from schemaloom.errors import SnapshotError
from schemaloom.json.codec import parse_json
from schemaloom.json.values import JsonValue
from schemaloom.settings.provider import Provider
from schemaloom.settings.urls import origin

_TIMEOUT = 120.0
_DROPPED = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "if-none-match", "keep-alive"}
)
"""Headers of one connection, and those that would bring an answer without a body."""
_REDACTED = b"[redacted]"


class Upstream:
    """Answers in place of the provider: every request is passed on to it, or answered from a recording."""

    def __init__(self, provider: Provider, addresses: UrlMapping, recording: Recording, *, replay: bool) -> None:
        self._provider = provider
        self._addresses = addresses
        self._recording = recording
        self._replay = replay

    async def answer(self, request: Request, body: bytes, key: str, home: str | None) -> Reply:
        """Return the response to a request.

        `key` is the one in it, `home` the origin of its route; that of the base URL if it has no route.
        """
        exchange = Exchange(
            method=request.method,
            path=str(request.scope["path"]),
            query=self._without_key(request.url.query),
            body=request_body(request.headers.get("content-type", ""), body),
            reply=Reply(status=0, body=b""),
        )
        if self._replay:
            reply = self._recording.replay(exchange) or self._unknown(exchange)
        else:
            reply = await self._pass_on(request, body, key, home or self._provider.api.base_url, exchange)
        return self._moved(reply)

    async def _pass_on(self, request: Request, body: bytes, key: str, home: str, exchange: Exchange) -> Reply:
        parts = urlsplit(home)
        trusted = {origin(url) for url in (self._provider.api.base_url, *self._provider.api.origins)}
        is_trusted = origin(home) in trusted
        query = request.url.query if is_trusted else exchange.query
        url = f"{parts.scheme}://{parts.netloc}{request.url.path}{'?' + query if query else ''}"
        auth = self._provider.api.auth
        places = {
            (auth.header or "").lower(),
            *(name.lower() for name, value in auth.headers.items() if "{key}" in value),
        }
        headers = {
            name: value
            for name, value in request.headers.items()
            if name not in _DROPPED and (is_trusted or name not in places)
        }
        try:
            async with httpx2.AsyncClient(timeout=_TIMEOUT) as client:
                found = await client.request(request.method, url, headers=headers, content=body)
        except httpx2.HTTPError as error:
            return status_reply(self._provider.errors, 502, f"{self._provider.title} cannot be reached: {error}")
        content = found.content.replace(key.encode(), _REDACTED) if key else found.content
        names = {name.lower(): value for name, value in found.headers.items()}
        reply = Reply(status=found.status_code, body=content, headers=kept_headers(names))
        self._recording.add(
            Exchange(method=exchange.method, path=exchange.path, query=exchange.query, body=exchange.body, reply=reply)
        )
        return reply

    def _unknown(self, exchange: Exchange) -> Reply:
        similar = [*self._recording.similar(exchange)]
        known = f"; recorded: {', '.join(similar[:3])}" if similar else ""
        target = f"{exchange.path}?{exchange.query}" if exchange.query else exchange.path
        message = f"no response to {exchange.method} {target} with this body is recorded{known}"
        return status_reply(self._provider.errors, 404, message)

    def _without_key(self, query: str) -> str:
        name = self._provider.api.auth.query
        pairs = parse_qsl(query, keep_blank_values=True)
        return query if name is None else urlencode([pair for pair in pairs if pair[0] != name])

    def _moved(self, reply: Reply) -> Reply:
        """Return a response with the URLs of the provider's API moved here."""
        headers = {name: self._local(value) if name == "location" else value for name, value in reply.headers.items()}
        try:
            document = parse_json(reply.body, where="response")
        except SnapshotError:
            return Reply(status=reply.status, body=reply.body, headers=headers)
        moved = self._walk(document)
        body = reply.body if moved == document else json.dumps(moved).encode("ascii")
        return Reply(status=reply.status, body=body, headers=headers)

    def _walk(self, value: JsonValue) -> JsonValue:
        match value:
            case str():
                return self._local(value)
            case list():
                return [self._walk(item) for item in value]
            case dict():
                return {name: self._walk(item) for name, item in value.items()}
            case _:
                return value

    def _local(self, text: str) -> str:
        if not text.startswith(("http://", "https://")):
            return text
        return self._addresses.local(text) or text
