"""Three gateways on the standard library, each with a habit of the field that no preset has, and their emulators.

Reel answers errors with HTTP 200, has its models in an enumeration, and keeps a file behind an id of its own.
Glaze takes forms, and the HTTP status of a poll is that of the job, whose end is the file itself.
Opal's job ids have slashes, its status is a flag, and its files need the key; uploads are the content itself.
"""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from tests.generated_package import impatient, imported
from tests.presets.field_servers import FILE, URI, Answer, Call, listening

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.errors import UsageError
from schemaloom.pipeline.fetch import fetch
from schemaloom.settings.provider import load_provider, parse_provider
from schemaloom.snapshot.layout import read_snapshot

HEAD = """
name = "{0}"
title = "{1}"
homepage = "https://{0}.example"
package = {{ distribution = "{0}-sdk", module = "{0}_sdk", client = "{1}", env_prefix = "{1}" }}
api = {{ base_url = "https://api.{0}.example/v1", auth = {{ header = "Authorization" }} }}
"""
REEL = """
[catalogue]
kind = "api"
openapi = "https://api.reel.example/v1/openapi.json"
modality = "video"
carried = [{ answer = "openapi", pointer = "/components/schemas/Film", trusted = true }]
supplied = ["model", "style"]

[catalogue.list]
path = "https://api.reel.example/v1/openapi.json"
items = "/components/schemas/Film/properties/model/enum"
id = ""

[submit]
url = "/film"
body = { model = "{id}", "*" = "{input}" }

[job]
url = { url = "/query", query = { task = "{job_id}" } }
result = { url = "/files", query = { file = "{file_id}" } }
facts = { file_id = "/file" }
fields = { id = ["/task"], status = ["/status"], error = ["/base/message"] }
statuses = { Busy = "running", Success = "succeeded", Fail = "failed" }
output = { video = ["/url"] }

[errors]
code = ["/base/code"]
message = ["/base/message"]
success = { "/base/code" = 0 }
table = { rate_limited = { status = 429, code = "1002" }, insufficient_credits = { status = 402, code = "1008" } }
"""
GLAZE = """
[catalogue]
kind = "api"
list = { path = "/models", items = "", id = "/id", where = { "/ready" = true } }
schemas = [{ path = "/models/{id}/schema", pointer = "" }]

[submit]
url = "/glaze"
encoding = "multipart"
body = { model = "{id}", "*" = "{input}" }

[job]
url = "/results/{job_id}"
fields = { id = ["/id"] }
codes = { 202 = "running", 200 = "succeeded", 403 = "failed" }
output = { image = [""], media = [""] }

[errors]
code = ["/name"]
message = ["/errors"]
"""
OPAL = """
[catalogue]
kind = "api"
modality = "audio"
list = { path = "/models", items = "/models", id = "/name" }
schemas = [{ path = "/{id}/schema", pointer = "" }]

[submit]
url = "/{id}/run"

[job]
url = "/{job_id[:]}"
fields = { id = ["/name"], status = ["/done"], error = ["/error/message"], result_url = ["/file/uri"] }
present = { "/error" = "failed" }
statuses = { true = "succeeded" }
output = { audio = [""] }

[upload]
url = "/upload"
raw = true
file = ["/uri"]

[errors]
code = ["/error/code"]
message = ["/error/message"]
"""
PROMPT = {"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string"}}}


class Reel:
    """A refusal, a limit and a lack of credits are all successes of HTTP."""

    models = ("fast", "slow")

    def __init__(self) -> None:
        self.prompts: list[str] = []
        self.refused = {"limited": (1002, "slow down"), "poor": (1008, "no credits"), "bad": (2013, "unsafe prompt")}

    def __call__(self, call: Call) -> Answer | bytes:
        match call.method, call.path:
            case "GET", "/v1/openapi.json":
                own = {"model": {"enum": [*self.models]}, "style": {"$ref": "#/components/schemas/Style"}}
                film = {**PROMPT, "properties": {**PROMPT["properties"], **own}}
                schemas = {"Film": film, "Style": {"type": "string"}}
                info = {"title": "x", "version": "1"}
                return Answer(200, {"openapi": "3.1.0", "info": info, "paths": {}, "components": {"schemas": schemas}})
            case "POST", "/v1/film":
                if found := self.refused.get(call.body["prompt"]):
                    if found[0] == 1002:
                        del self.refused["limited"]
                    return Answer(200, {"task": "", "base": dict(zip(("code", "message"), found, strict=True))})
                self.prompts.append(call.body["prompt"])
                return Answer(200, {"task": str(len(self.prompts)), "base": {"code": 0, "message": "success"}})
            case "GET", "/v1/query":
                if self.prompts[int(call.query["task"]) - 1] == "fail":
                    return Answer(200, {"status": "Fail", "base": {"code": 1027, "message": "melted"}})
                return Answer(200, {"status": "Success", "file": f"f-{call.query['task']}", "base": {"code": 0}})
            case "GET", "/v1/files":
                assert call.query["file"].startswith("f-")
                return Answer(200, {"url": f"{call.origin}/cdn/1.mp4", "base": {"code": 0}})
        return FILE


class Glaze:
    models = ("image.core",)

    def __init__(self) -> None:
        self.polled = 0

    def __call__(self, call: Call) -> Answer | bytes:
        match call.method, call.path:
            case "GET", "/v1/models":
                return Answer(200, [{"id": "image.core", "ready": True}, {"id": "image.next", "ready": False}])
            case "GET", "/v1/models/image.core/schema":
                seed = {"type": "integer"}
                return Answer(200, {**PROMPT, "properties": {**PROMPT["properties"], "seed": seed}})
            case "POST", "/v1/glaze":
                return Answer(200, {"id": "bad" if b"fail" in call.body else "good"})
        self.polled += 1
        if self.polled % 2:
            return Answer(202, {"status": "in-progress"})
        if call.path.endswith("bad"):
            return Answer(403, {"name": "moderated", "errors": ["flagged", "twice"]})
        return Answer(200, FILE, (("content-type", "image/png"),))


class Opal:
    models = ("models/echo-1",)

    def __init__(self) -> None:
        self.uploaded: list[bytes] = []

    def __call__(self, call: Call) -> Answer | bytes:
        name = "models/echo-1/operations/7"
        match call.method, call.path:
            case "GET", "/v1/models":
                return Answer(200, {"models": [{"name": "models/echo-1"}]})
            case "GET", "/v1/models/echo-1/schema":
                return Answer(200, {**PROMPT, "properties": {**PROMPT["properties"], "voice": URI}})
            case "POST", "/v1/upload":
                self.uploaded.append(call.body)
                return Answer(200, {"uri": f"{call.origin}/v1/files/voice"})
            case "POST", "/v1/models/echo-1/run":
                return Answer(200, {"name": name if call.body["prompt"] != "fail" else f"{name}0"})
            case "GET", path if path == f"/v1/{name}0":
                return Answer(200, {"name": f"{name}0", "done": True, "error": {"code": 3, "message": "hoarse"}})
            case "GET", path if path == f"/v1/{name}":
                return Answer(200, {"name": name, "done": True, "file": {"uri": f"{call.origin}/v1/files/out"}})
            case "GET", "/v1/files/out" if call.key == "t0ken":
                return Answer(200, b"ID3 sound", (("content-type", "audio/mpeg"),))
        return Answer(404, {"error": {"code": 5, "message": "nothing here"}})


FILES = {"reel": REEL, "glaze": GLAZE, "opal": OPAL}
SERVERS = {"reel": Reel, "glaze": Glaze, "opal": Opal}


@pytest.fixture
def folder(request, tmp_path):
    """A provider's folder, with its description."""
    name = request.param
    folder = tmp_path / "specs" / name
    folder.mkdir(parents=True)
    (folder / "provider.toml").write_text(HEAD.format(name, name.title()) + FILES[name], "utf-8")
    return folder


@contextlib.contextmanager
def running(folder, base):
    """Fetch, generate, and open a client."""
    name = folder.name
    fetch(folder, today=date(2026, 2, 1), environ={}, base_url=base, rate=0)
    with (
        imported(name, specs=folder.parent, out=folder.parent.parent / "out") as package,
        impatient(getattr(package, name.title()))("t0ken", base_url=base) as client,
    ):
        yield package, client


@contextlib.contextmanager
def served(folder):
    server = SERVERS[folder.name]()
    with listening(server) as (origin, calls), running(folder, f"{origin}/v1") as (package, client):
        assert sorted(server.models) == sorted(package.catalogue)
        yield package.catalogue[server.models[0]].load(), package, client, calls


@pytest.mark.parametrize("folder", ["reel"], indirect=True)
def test_errors_are_successes_of_http(folder):
    with served(folder) as (kind, package, client, calls):
        assert ["prompt"] == [*kind.model_fields]
        assert "$defs" not in read_snapshot(folder).models[0].input  # only the supplied parameter needed it
        (file,) = client.run(kind(prompt="limited")).output.videos  # sent again, because nothing was started
        assert FILE == file.bytes()
        assert ["limited", "limited"] == [call.body["prompt"] for call in calls if call.method == "POST"]
        with pytest.raises(package.InsufficientCredits, match="no credits"):
            client.submit(kind(prompt="poor"))
        with pytest.raises(package.APIError, match="2013: unsafe prompt"):
            client.submit(kind(prompt="bad"))
        with pytest.raises(package.JobFailed, match="melted"):
            client.run(kind(prompt="fail"))


@pytest.mark.parametrize("folder", ["glaze"], indirect=True)
def test_the_end_of_a_job_is_the_file(folder):
    """The status of the submission is none of the job's: its 200 is not the end."""
    with served(folder) as (kind, package, client, calls):
        job = client.submit(kind(prompt="x", seed=3))
        assert "queued" == job.status
        (file,) = job.result().files.values()
        assert FILE == file.bytes()
        assert 2 == len([call for call in calls if "results" in call.path])  # the file is read once
        with pytest.raises(package.JobFailed, match="flagged; twice"):
            client.run(kind(prompt="fail"))


@pytest.mark.parametrize("folder", ["opal"], indirect=True)
def test_a_job_id_keeps_its_slashes_and_a_file_needs_the_key(folder, tmp_path):
    with served(folder) as (kind, package, client, calls):
        (tmp_path / "voice.wav").write_bytes(FILE)
        result = client.run(kind(prompt="x", voice=tmp_path / "voice.wav"))
        assert b"ID3 sound" == result.output.audio.bytes()
        assert "/v1/models/echo-1/operations/7" in [call.path for call in calls]
        (upload,) = [call for call in calls if call.path == "/v1/upload"]
        assert FILE == upload.body
        with pytest.raises(package.JobFailed, match="hoarse"):
            client.run(kind(prompt="fail"))
        with pytest.raises(package.ConfigurationError, match="cannot stand for"):
            client.jobs.get("models/../operations/7", kind)


@pytest.mark.parametrize("folder", FILES, indirect=True)
def test_the_emulator_does_the_same(folder, tmp_path):
    provider = load_provider(folder / "provider.toml")
    with listening(SERVERS[folder.name]()) as (origin, _):
        fetch(folder, today=date(2026, 2, 1), environ={}, base_url=f"{origin}/v1", rate=0)
    before = read_snapshot(folder)
    options = Options(rate_limit=0, job_seconds=0.01, api_key="t0ken")
    with running_emulator(provider, before, options) as emulator, running(folder, emulator.base_url) as opened:
        assert before.models == read_snapshot(folder).models
        package, client = opened
        (tmp_path / "voice.wav").write_bytes(FILE)
        others = {"opal": {"voice": tmp_path / "voice.wav"}, "glaze": {"seed": 3}}.get(folder.name, {})
        kind = package.catalogue[before.models[0].id].load()
        (file,) = client.run(kind(prompt="7", **others)).files.values()
        assert file.bytes()
        with pytest.raises(package.InvalidRequest, match="prompt"):
            client.run(kind.model_construct())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("facts = { file_id", "facts = { job_id", "job.facts: job_id has a meaning of its own"),
        ("facts = { file_id", "facts = { other", r"job.result: expected .*\{other\}.*, got \{file_id\}"),
        ('"/base/code" = 0', '"/base/code" = 0.5', "errors.success./base/code"),
        ('url = "/film"', 'url = "/film"\naccepted = [999]', "submit.accepted.0: expected a number of at most 599"),
        (
            "[errors]",
            '[upload]\nurl = "/u"\nraw = true\nform = "f"\nfile = ["/u"]\n[errors]',
            "upload: expected one of",
        ),
    ],
)
def test_a_mistake_is_named_with_its_key(old, new, message):
    text = HEAD.format("reel", "Reel") + REEL
    assert old in text
    with pytest.raises(UsageError, match=message):
        parse_provider(text.replace(old, new, 1).encode(), where="reel")
