"""Providers that misbehave on demand, served over real HTTP."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.requests import Request
from starlette.responses import Response
from tests.serving import serving

from schemaloom.pipeline.fetch import fetch
from schemaloom.pipeline.fetch_report import FetchReport
from schemaloom.snapshot.layout import Snapshot, read_snapshot
from schemaloom.sources.http.client import FetchLimits

DAY = dt.date(2026, 2, 1)
LATER = dt.date(2026, 3, 9)
QUICK = FetchLimits(first_wait=0.01, longest_wait=0.02, silence=0.5, whole=2.0, body=200_000, attempts=3)

PROVIDER = """
name = "acme"
title = "Acme"
homepage = "https://acme.example"
package = { distribution = "acme-sdk", module = "acme_sdk", client = "Acme", env_prefix = "ACME" }
[api]
base_url = "https://acme.example/api/v1"
requests_per_minute = 60
auth = { header = "Authorization", prefix = "Bearer " }
[catalogue]
kind = "api"
removal_days = 0
openapi = "https://acme.example/api/openapi"
list = { path = "/models", query = { detailed = "true" }, items = "/models", id = "/apiId" %(paging)s }
schemas = [
  { path = "/models/{id}/schema", pointer = "/schema", output = "/result" },
  { path = "/models/{id}", pointer = "/requestSchema" },
]
volatile = ["/runCount", "/$comment"]
[catalogue.fields]
name = ["/name"]
description = ["/description"]
modality = ["/modality"]
capabilities = ["/capabilities"]
[catalogue.price]
amount = ["/creditCost/amount", "/creditCost/default"]
unit = ["/creditCost/unit"]
by_resolution = ["/creditCost/byResolution"]
[submit]
url = "/models/{id}/run"
[job]
url = "/jobs/{job_id}"
fields = { id = ["/jobId"], status = ["/status"] }
statuses = { pending = "queued", done = "succeeded" }
output = { image = ["/output/images"] }
[errors]
code = ["/error/code"]
message = ["/error/message"]
table = {}
"""

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["prompt"],
    "properties": {
        "prompt": {"type": "string"},
        "aspect_ratio": {"$ref": "#/$defs/Ratio"},
        "count": {"type": "integer", "minimum": 1, "maximum": 4},
    },
    "$defs": {"Ratio": {"enum": ["1:1", "16:9"]}},
}


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'


@dataclasses.dataclass
class Sent:
    """One request that the server saw, and its answer's status."""

    path: str
    query: str
    headers: dict[str, str]
    status: int = 0


class Api:
    """A catalogue: `items` and `schemas` by model id, and `faults` by path that come first."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Any]] = {}
        self.schemas: dict[str, Any] = {}
        self.results: dict[str, Any] = {}
        self.faults: dict[str, Callable[[Request], Response | None]] = {}
        self.openapi: Any = {"openapi": "3.1.0", "info": {"title": "Acme", "version": "1"}, "paths": {}}
        self.sent: list[Sent] = []
        self.base = ""
        for model in ("alpha", "beta", "owner/gamma"):
            self.add(model)

    def add(self, model: str, schema: Any = SCHEMA) -> None:
        self.items[model] = {"apiId": model, "name": model.title(), "modality": "image", "creditCost": {"default": 2}}
        self.schemas[model] = schema

    def statuses(self) -> list[int]:
        return [sent.status for sent in self.sent]

    def paths(self) -> list[str]:
        return [sent.path for sent in self.sent]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope)
        raw = scope["raw_path"].decode("ascii")
        sent = Sent(raw, scope["query_string"].decode("ascii"), dict(request.headers))
        self.sent.append(sent)
        response = self.faults[raw](request) if raw in self.faults else None
        if response is None:
            response = self.answer(request, raw)
        sent.status = response.status_code
        await response(scope, receive, send)

    def answer(self, request: Request, raw: str) -> Response:
        if raw == "/api/v1/models":
            return reply({"models": list(self.items.values()), "total": len(self.items)}, request)
        if raw == "/api/openapi":
            return reply(self.openapi, request)
        model = unquote(raw.removeprefix("/api/v1/models/").removesuffix("/schema"))
        if raw.endswith("/schema") and self.schemas.get(model) is not None:
            results = {"result": self.results[model]} if model in self.results else {}
            return reply({"schema": self.schemas[model], **results}, request)
        return Response(status_code=404)


def reply(content: Any, request: Request, **headers: str) -> Response:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    etag = etag_of(body)
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"etag": etag})
    return Response(body, media_type="application/json", headers={"etag": etag, **headers})


class _Switch:
    """Passes requests to whichever app is set, so that one server is enough for all tests."""

    def __init__(self) -> None:
        self.app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a run leaves for the next one, were it killed, is each test's own."""
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="session")
def _servers() -> Iterator[tuple[_Switch, str, _Switch, str]]:
    one, two = _Switch(), _Switch()
    with serving(one) as first, serving(two) as second:
        yield one, first, two, second


@pytest.fixture
def api(_servers: tuple[_Switch, str, _Switch, str]) -> Api:
    found = Api()
    _servers[0].app = found
    found.base = f"{_servers[1]}/api/v1"
    return found


@pytest.fixture
def other(_servers: tuple[_Switch, str, _Switch, str]) -> Api:
    """The same catalogue at another origin."""
    found = Api()
    _servers[2].app = found
    found.base = f"{_servers[3]}/api/v1"
    return found


class Folder:
    """``specs/acme``, and a fetch into it."""

    def __init__(self, path: Path, api: Api) -> None:
        self.path = path
        self.api = api
        path.mkdir(parents=True)
        self.configure()

    def configure(self, paging: str = "", **replacements: str) -> None:
        text = PROVIDER % {"paging": paging}
        for old, new in replacements.items():
            text = text.replace(old, new)
        (self.path / "provider.toml").write_text(text)

    def fetch(self, **options: Any) -> FetchReport:
        self.api.sent.clear()
        defaults: dict[str, Any] = {
            "today": DAY,
            "environ": {},
            "base_url": self.api.base,
            "rate": 0,
            "patience": QUICK,
        }
        return fetch(self.path, **(defaults | options))

    def snapshot(self) -> Snapshot:
        return read_snapshot(self.path)

    def files(self) -> dict[str, bytes]:
        return {p.relative_to(self.path).as_posix(): p.read_bytes() for p in self.path.rglob("*") if p.is_file()}

    def lock(self) -> dict[str, Any]:
        return json.loads((self.path / "lock.json").read_bytes())


@pytest.fixture
def folder(tmp_path: Path, api: Api) -> Folder:
    return Folder(tmp_path / "specs" / "acme", api)
