"""Exchanges with the real provider, kept in a folder without keys, and replayed from it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qsl

from schemaloom.emulator.responses import Reply
from schemaloom.errors import SnapshotError, UsageError
from schemaloom.json.codec import parse_json
from schemaloom.json.values import JsonObject, JsonValue

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_HEADERS = ("content-type", "retry-after", "location", "link")
"""Headers of a response that are kept."""
_LONGEST_NAME = 60
Identity: TypeAlias = tuple[str, str, tuple[tuple[str, str], ...], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request without its key, and the response."""

    method: str
    path: str
    query: str
    body: JsonValue
    """JSON; or else text, in which the boundary of a form is left out."""
    reply: Reply

    @property
    def identity(self) -> Identity:
        """Return the key of the exchange; equal requests have equal keys, whatever their UUIDs are."""
        body = _UUID.sub("*", json.dumps(self.body, sort_keys=True))
        return self.method, self.path, tuple(sorted(parse_qsl(self.query, keep_blank_values=True))), body

    @property
    def uuids(self) -> list[str]:
        """The UUIDs of the body, in their order."""
        return _UUID.findall(json.dumps(self.body, sort_keys=True))


class Recording:
    """A folder with one JSON file for each exchange, in the order in which they were recorded."""

    def __init__(self, folder: Path) -> None:
        """Read the exchanges that are there.  Raises `UsageError` for a file that holds none."""
        self._folder = folder
        self._count = 0
        self._known: dict[Identity, list[Exchange]] = {}
        self._replayed: dict[Identity, int] = {}
        for path in sorted(folder.glob("*.json")):
            self._add(_read(path))

    def __len__(self) -> int:
        return self._count

    def add(self, exchange: Exchange) -> None:
        """Write an exchange after the others."""
        self._add(exchange)
        self._folder.mkdir(parents=True, exist_ok=True)
        slug = re.sub(r"[^A-Za-z0-9]+", "-", exchange.path).strip("-")[:_LONGEST_NAME]
        path = self._folder / f"{self._count:06d}-{exchange.method}-{slug}.json"
        path.write_text(json.dumps(_to_json(exchange), indent=2, ensure_ascii=False) + "\n", "utf-8")

    def replay(self, request: Exchange) -> Reply | None:
        """Return the response to the same request, None if there is none.

        A request that was recorded several times is answered in that order; the last response is repeated.
        """
        found = self._known.get(request.identity)
        if found is None:
            return None
        turn = self._replayed.get(request.identity, 0)
        self._replayed[request.identity] = turn + 1
        exchange = found[min(turn, len(found) - 1)]
        content = exchange.reply.body
        for recorded, given in zip(exchange.uuids, request.uuids, strict=True):
            content = content.replace(recorded.encode(), given.encode())
        return Reply(status=exchange.reply.status, body=content, headers=exchange.reply.headers)

    def similar(self, request: Exchange) -> Iterator[str]:
        """Yield why no response was recorded: the recorded requests of the same path, or of the same method."""
        for method, path, query, body in self._known:
            if path == request.path:
                wanted = "".join(f"{'&' if place else '?'}{name}={value}" for place, (name, value) in enumerate(query))
                yield f"{method} {path}{wanted} {'' if body == 'null' else body}".rstrip()

    def _add(self, exchange: Exchange) -> None:
        self._count += 1
        self._known.setdefault(exchange.identity, []).append(exchange)


def request_body(content_type: str, body: bytes) -> JsonValue:
    """Return the body of a request as it is recorded."""
    if not body:
        return None
    try:
        return parse_json(body, where="request body")
    except SnapshotError:
        boundary = re.search(r'boundary="?([^";]+)', content_type)
        plain = body if boundary is None else body.replace(boundary[1].encode(), b"boundary")
        return _text(plain)


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a response that are recorded."""
    return {name: headers[name] for name in _HEADERS if name in headers}


def _to_json(exchange: Exchange) -> JsonObject:
    request: JsonObject = {"method": exchange.method, "path": exchange.path, "query": exchange.query}
    content = exchange.reply.body
    response: JsonObject = {"status": exchange.reply.status, "headers": dict[str, JsonValue](exchange.reply.headers)}
    try:
        response["json"] = parse_json(content, where="response")
    except SnapshotError:
        response["text"] = _text(content)
    return {"request": {**request, "body": exchange.body}, "response": response}


def _text(content: bytes) -> str:
    """Return bytes as text: UTF-8, or else a ``data:`` URL."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return f"data:;base64,{base64.b64encode(content).decode('ascii')}"
    return text


def _read(path: Path) -> Exchange:
    try:
        document = json.loads(path.read_text("utf-8"))
        request, response = document["request"], document["response"]
        text = response.get("text")
        if text is None:
            content = json.dumps(response["json"]).encode()
        else:
            prefix = "data:;base64,"
            content = base64.b64decode(text.removeprefix(prefix)) if text.startswith(prefix) else text.encode()
        return Exchange(
            method=request["method"],
            path=request["path"],
            query=request["query"],
            body=request["body"],
            reply=Reply(status=response["status"], body=content, headers=dict(response["headers"])),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"not a recorded exchange: {error}", where=str(path)) from None
