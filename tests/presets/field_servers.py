"""Servers in the shapes of Replicate and fal, on the standard library alone and from their documentation.

They share no code with the emulator, publish their schemas as the providers do, and check every
request against the raw schema.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import jsonschema

FILE = b"\x89PNG\r\n\x1a\n"
URI = {"type": "string", "format": "uri"}
Schema = dict[str, Any]


class Kind(NamedTuple):
    """A model's kind: its output schema (None: not published), and an output with the files at a URL."""

    name: str
    output: Schema | None
    make: Callable[[str], Any]
    files: int = 0


class Answer(NamedTuple):
    status: int
    document: Any
    """JSON; bytes are the body itself."""
    headers: tuple[tuple[str, str], ...] = ()


class Call(NamedTuple):
    method: str
    path: str
    query: dict[str, str]
    key: str | None
    body: Any
    """JSON; bytes if it is another media type."""
    origin: str


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    """Connections that wait to be accepted: beyond the usual five, the system resets those of a large batch."""


@contextlib.contextmanager
def listening(answer: Callable[[Call], Answer | bytes]) -> Iterator[tuple[str, list[Call]]]:
    """Serve `answer` on loopback; the origin, and the calls so far."""
    calls: list[Call] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def respond(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            is_json = self.headers.get("content-type") == "application/json"
            body = json.loads(raw) if is_json and raw else raw or None
            origin = f"http://{self.headers['host']}"
            calls.append(Call(self.command, unquote(url.path), query, self.headers.get("authorization"), body, origin))
            found = answer(calls[-1])
            found = Answer(200, found) if isinstance(found, bytes) else found
            document = found.document
            content = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(found.status)
            for name, value in (("content-length", str(len(content))), *found.headers):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = respond  # noqa: N815  the names that the library calls

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", calls
        finally:
            server.shutdown()
            thread.join()


class Field:
    """What both servers share: jobs by id, a 429 where a test asks for one, and a switch for the next jobs."""

    def __init__(self, files: str) -> None:
        self.files = files
        self.jobs: dict[str, dict[str, Any]] = {}
        self.outcome: Any = "succeeded"
        """``succeeded``, ``running`` (for ever), or what the provider answers for a failure."""
        self.throttled = {"GET"}
        """Methods whose next request is refused with a 429; at first that of the fetch."""

    def throttle(self, call: Call) -> Answer | None:
        """A 429 for one request of each of the methods that are throttled."""
        if call.method not in self.throttled:
            return None
        self.throttled.discard(call.method)
        return Answer(429, {"detail": "Request was throttled."}, (("retry-after", "0"),))

    def start(self, **facts: Any) -> dict[str, Any]:
        job = {
            "id": f"{len(self.jobs):08d}-7777",
            "since": time.monotonic(),
            "cancelled": False,
            "outcome": self.outcome,
            **facts,
        }
        self.jobs[str(job["id"])] = job
        return job

    def stage(self, job: dict[str, Any]) -> int:
        """0 for queued, 1 for running, 2 for ended."""
        if job["cancelled"]:
            return 2
        stage = min(int((time.monotonic() - job["since"]) / 0.02), 2)
        return min(stage, 1) if job["outcome"] == "running" else stage


REPLICATE_KINDS = (
    Kind("images", {"type": "array", "items": URI}, lambda at: [f"{at}/1.png", f"{at}/2.png"], 2),
    Kind("image", {**URI, "title": "Output"}, lambda at: f"{at}/1.png", 1),
    Kind(
        "words",
        {
            "type": "array", "items": {"type": "string"},
            "x-cog-array-type": "iterator", "x-cog-array-display": "concatenate",
        },
        lambda at: ["Hel", "lo", " world"],
    ),
    Kind(
        "object",
        {"$ref": "#/components/schemas/Transcript"},
        lambda at: {"segments": [{"start": 0.5}], "subtitles": f"{at}/1.srt", "language": "en"}, 1,
    ),
    Kind(
        "masks",
        {"type": "object", "properties": {"all": {**URI, "nullable": True}, "each": {"type": "array", "items": URI}}},
        lambda at: {"all": f"{at}/1.png", "each": [f"{at}/2.png", f"{at}/3.png"]}, 3,
    ),
    Kind("anything", {"title": "Output"}, lambda at: {"scores": [1, {"deep": None}]}),
    Kind("unpublished", None, lambda at: [f"{at}/1.glb"], 1),
    Kind("number", {"type": "number"}, lambda at: 0.25),
    Kind("nothing", {**URI, "nullable": True}, lambda at: None),
    Kind("rows", {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}, lambda at: [{"label": "cat"}]),
    Kind("either", {"anyOf": [URI, {"type": "array", "items": URI}]}, lambda at: [f"{at}/1.mp3"], 1),
    Kind("map", {"type": "object", "additionalProperties": {"type": "array"}}, lambda at: {"a": [1, 2.5]}),
)  # fmt: skip


class Replicate(Field):
    """Official models by their own route, community models by their version; every route needs the key."""

    def __init__(self, files: str) -> None:
        super().__init__(files)
        self.models = {f"acme/{kind.name}-{way}": kind for way in ("official", "community", "bare") for kind in
                       REPLICATE_KINDS}  # fmt: skip
        self.versions = {hashlib.sha256(model.encode()).hexdigest(): model for model in self.models}

    def document(self, kind: Kind) -> Schema:
        schemas: Schema = {
            "Input": {
                "type": "object",
                "title": "Input",
                "required": ["prompt"],
                "properties": {
                    "aspect": {"allOf": [{"$ref": "#/components/schemas/aspect"}], "default": "1:1", "x-order": 2},
                    "image": {**URI, "nullable": True, "x-order": 1},
                    "prompt": {"type": "string", "title": "Prompt", "x-order": 0},
                    "2x": {"type": "boolean", "default": False, "x-order": 3},
                },
            },
            "aspect": {"title": "aspect", "enum": ["1:1", "16:9"], "type": "string"},
            "Transcript": {
                "type": "object",
                "required": ["segments"],
                "properties": {"segments": {"title": "Segments"}, "subtitles": {**URI, "nullable": True}},
            },
            "Row": {"type": "object", "properties": {"label": {"type": "string"}, "class": {"type": "integer"}}},
        }
        if kind.output is not None:
            schemas["Output"] = kind.output
        return {"openapi": "3.0.2", "info": {"title": "Cog"}, "paths": {}, "components": {"schemas": schemas}}

    def item(self, model: str) -> dict[str, Any]:
        owner, name = model.split("/")
        (version,) = (version for version, other in self.versions.items() if other == model)
        latest = {"id": version, "cog_version": "0.9.4", "openapi_schema": self.document(self.models[model])}
        return {
            "url": f"https://replicate.com/{model}", "owner": owner, "name": name, "description": None,
            "visibility": "public", "is_official": model.endswith("official"), "run_count": 5,
            "default_example": None, "latest_version": None if model.endswith("bare") else latest,
        }  # fmt: skip

    def __call__(self, call: Call) -> Answer:
        if call.key != "Bearer secret":
            return Answer(401, {"title": "Unauthenticated", "detail": "no valid token", "status": 401})
        if (refused := self.throttle(call)) is not None:
            return refused
        match call.method, call.path.strip("/").split("/")[1:]:
            case "GET", ["models"]:
                start = int(call.query.get("cursor", "0"))
                following = f"{call.origin}/v1/models?cursor={start + 7}" if start + 7 < len(self.models) else None
                page = [*self.models][start : start + 7]
                return Answer(200, {"next": following, "previous": None, "results": [self.item(m) for m in page]})
            case "POST", ["predictions"]:
                model = self.versions.get(call.body["version"], "")
                return self.create(model, call) if model.endswith("community") else self.unknown()
            case "POST", ["models", owner, name, "predictions"]:
                model = f"{owner}/{name}"
                return self.unknown() if model.endswith("community") else self.create(model, call)
            case "GET", ["predictions"]:
                jobs = [*self.jobs.values()][::-1]
                return Answer(200, {"next": None, "results": [self.prediction(job, call) for job in jobs]})
            case _, ["predictions", job_id, *rest] if job_id in self.jobs:
                job = self.jobs[job_id]
                job["cancelled"] |= rest == ["cancel"]
                return Answer(200, self.prediction(job, call))
            case _:
                return self.unknown()

    def unknown(self) -> Answer:
        return Answer(404, {"title": "Not found", "detail": "The resource could not be found.", "status": 404})

    def create(self, model: str, call: Call) -> Answer:
        document = self.document(self.models[model])
        document["components"]["schemas"]["Input"]["properties"]["image"]["type"] = ["string", "null"]
        check = jsonschema.Draft202012Validator({**document, "$ref": "#/components/schemas/Input"})
        if errors := [error.message for error in check.iter_errors(call.body["input"])]:
            return Answer(422, {"title": "Input validation failed", "detail": "; ".join(errors), "status": 422})
        return Answer(201, self.prediction(self.start(model=model, input=call.body["input"]), call))

    def prediction(self, job: dict[str, Any], call: Call) -> dict[str, Any]:
        ended = "canceled" if job["cancelled"] else job["outcome"]
        status = ("starting", "processing", ended)[self.stage(job)]
        here = f"{call.origin}/v1/predictions/{job['id']}"
        output = self.models[job["model"]].make(f"{self.files}/{job['id']}") if status == "succeeded" else None
        return {
            "id": job["id"], "model": job["model"], "version": "hidden", "input": job["input"], "logs": "",
            "output": output, "error": "CUDA out of memory" if status == "failed" else None, "status": status,
            "created_at": "2026-01-01T00:00:00.123Z", "metrics": {"predict_time": 1.5},
            "urls": {
                "get": here, "cancel": f"{here}/cancel", "web": f"https://replicate.com/p/{job['id']}",
                "stream": f"https://stream.replicate.com/{job['id']}",
            },
        }  # fmt: skip


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "x-fal-order-properties": [*properties]}


def _file(url: str) -> dict[str, Any]:
    return {"url": url, "content_type": "image/png", "file_name": url.rpartition("/")[2], "file_size": 8}


FAL_KINDS = (
    Kind(
        "text-to-image",
        _object(images={"type": "array", "items": _ref("Image")}, seed={"type": "integer"}),
        lambda at: {"images": [_file(f"{at}/1.png"), _file(f"{at}/2.png")], "seed": 2**40}, 2,
    ),
    Kind("text-to-video", _object(video=_ref("File")), lambda at: {"video": _file(f"{at}/1.mp4")}, 1),
    Kind("speech-to-text", _object(text={"type": "string"}, chunks={"type": "array"}), lambda at: {"text": "hi"}),
    Kind(
        "llm",
        _object(output={"type": "string"}, error={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        lambda at: {"output": "hello", "error": None},
    ),
    Kind(
        "image-to-3d",
        _object(mesh={"allOf": [_ref("File")]}, textures={"type": "array", "items": _ref("File")}),
        lambda at: {"mesh": _file(f"{at}/1.glb"), "textures": [_file(f"{at}/1.png")]}, 2,
    ),
    Kind(
        "vision", _object(image={"anyOf": [_ref("Image"), {"type": "null"}]}, boxes={"type": "array"}),
        lambda at: {"image": None, "boxes": [{"x": 1}]},
    ),
    Kind("json", {"type": "object"}, lambda at: {"embedding": [0.5]}),
)  # fmt: skip


class Fal(Field):
    """A queue whose jobs live at the first two segments of the model's id, and whose failures are in the result."""

    def __init__(self, files: str) -> None:
        super().__init__(files)
        self.bare = False
        """Whether the list has no documents, which are then at a route of their own."""
        self.models = {f"fal-ai/{app}": kind for kind in FAL_KINDS for app in (f"flux/v1.1/{kind.name}", kind.name)}

    def document(self, model: str) -> Schema:
        def answer_of(schema: Schema) -> Schema:
            return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}

        wide = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
        file = _object(url={"type": "string"}, content_type={"type": "string"}, file_size=wide)
        size = _object(width={"type": "integer", "exclusiveMinimum": 0}, height={"type": "integer"})
        named = {"enum": ["square", "portrait"], "type": "string"}
        request = {
            **_object(
                prompt={"type": "string", "minLength": 1},
                image_size={"anyOf": [_ref("ImageSize"), named], "default": "square"},
                seed={"anyOf": [{"type": "integer"}, {"type": "null"}]},
                voice={"allOf": [_ref("Voice")], "default": {"speed": 1}},
            ),
            "required": ["prompt"],
        }
        schemas: Schema = {
            "File": file, "Image": {**file, "properties": {**file["properties"], "width": wide}},
            "ImageSize": size, "Voice": _object(speed={"type": "number"}),
            "ModelInput": request, "ModelOutput": self.models[model].output, "QueueStatus": {"type": "object"},
        }  # fmt: skip
        body = {"requestBody": {"content": {"application/json": {"schema": _ref("ModelInput")}}}}
        jobs = f"/{model}/requests/{{request_id}}"
        return {
            "openapi": "3.0.4", "info": {"title": model}, "components": {"schemas": schemas},
            "paths": {
                f"{jobs}/status": {"get": answer_of(_ref("QueueStatus"))},
                f"/{model}": {"post": {**body, **answer_of(_ref("QueueStatus"))}},
                jobs: {"get": answer_of(_ref("ModelOutput"))},
            },
        }  # fmt: skip

    def item(self, model: str) -> dict[str, Any]:
        if self.bare:
            return {"endpoint_id": model, "metadata": {"category": self.models[model].name}}
        metadata = {"display_name": model, "category": self.models[model].name, "status": "active"}
        return {"endpoint_id": model, "metadata": metadata, "openapi": self.document(model)}

    def __call__(self, call: Call) -> Answer:
        if (refused := self.throttle(call)) is not None:
            return refused
        path = call.path.strip("/")
        if path == "api/openapi/queue/openapi.json":
            return Answer(200, self.document(call.query["endpoint_id"]))
        if path == "v1/models":
            start = int(call.query.get("cursor", "0"))
            page, more = [*self.models][start : start + 5], start + 5 < len(self.models)
            items = [self.item(model) for model in page]
            return Answer(200, {"models": items, "has_more": more, "next_cursor": str(start + 5) if more else None})
        if call.key != "Key secret":
            return Answer(401, {"detail": "Cannot access application."})
        if call.method == "POST" and path in self.models:
            app = "/".join(path.split("/")[:2])
            return Answer(200, self.status(self.start(model=path, input=call.body, app=app), call))
        match path.split("/"):
            case [owner, name, "requests", job_id, *rest] if job_id in self.jobs:
                job = self.jobs[job_id]
                if job["app"] == f"{owner}/{name}":
                    return self.about(job, rest, call)
        return Answer(404, {"detail": "Application not found"})

    def about(self, job: dict[str, Any], rest: list[str], call: Call) -> Answer:
        if rest == ["cancel"] and call.method == "PUT":
            job["cancelled"] = True
            return Answer(202, {"status": "CANCELLATION_REQUESTED"})
        done = self.stage(job) == 2
        if rest == ["status"] and call.method == "GET":
            return Answer(200 if done else 202, self.status(job, call))
        if rest or call.method != "GET":
            return Answer(405, {"detail": "Method Not Allowed"})
        if not done:
            return Answer(400, {"detail": "Request is still in progress"})
        document = self.document(job["model"])
        check = jsonschema.Draft202012Validator({**document, "$ref": "#/components/schemas/ModelInput"})
        if errors := [error.message for error in check.iter_errors(job["input"])]:
            return Answer(422, {"detail": [{"loc": ["body"], "msg": "; ".join(errors), "type": "value_error"}]})
        if job["outcome"] != "succeeded" or job["cancelled"]:
            return Answer(499, {"detail": "Cancelled"}) if job["cancelled"] else Answer(*job["outcome"])
        return Answer(200, self.models[job["model"]].make(f"{self.files}/{job['id']}"))

    def status(self, job: dict[str, Any], call: Call) -> dict[str, Any]:
        here = f"{call.origin}/{job['app']}/requests/{job['id']}"
        return {
            "status": ("IN_QUEUE", "IN_PROGRESS", "COMPLETED")[self.stage(job)], "request_id": job["id"],
            "logs": None, "metrics": {}, "queue_position": 0, "response_url": here,
            "status_url": f"{here}/status", "cancel_url": f"{here}/cancel",
        }  # fmt: skip
