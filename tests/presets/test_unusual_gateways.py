"""Three gateways on the standard library that no preset is like, described by docs/provider.md, and their emulators.

Forge names jobs, costs and pages in headers alone, and its files by relative URLs.  Bellows answers with the file
itself, lists its errors, and has a route for each price.  Tongs numbers its pages, and a job's state is what it holds.
"""

from __future__ import annotations

import base64
import contextlib
from datetime import date
from urllib.parse import unquote

import pytest
from tests.generated_package import impatient, imported
from tests.presets.field_servers import FILE, URI, Answer, Call, listening

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.errors import SourceError, UsageError
from schemaloom.pipeline.fetch import fetch
from schemaloom.settings.provider import load_provider, parse_provider
from schemaloom.snapshot.layout import read_snapshot

HEAD = """
name = "{0}"
title = "{1}"
homepage = "https://{0}.example"
package = {{ distribution = "{0}-sdk", module = "{0}_sdk", client = "{1}", env_prefix = "{1}" }}
"""
FORGE = """
[api]
base_url = "https://api.forge.example/v1"
auth = { header = "Authorization", headers = { X-Client-Id = "client" } }

[catalogue]
kind = "api"
fields = { modality = ["/kind"] }
list = { path = "/catalog", items = "", id = "/slug", link = true }
schemas = [{ path = "/catalog/{id}/schema", pointer = "/request", output = "/response" }]

[submit]
url = "/generate"
headers = { Idempotency-Key = "{uuid}" }
body = { model = "{id}", params = "{input}" }

[job]
url = "/operations/{job_id}"
cancel = { method = "DELETE", url = "/operations/{job_id}" }
headers = { status_url = "Location", cost = "X-Cost" }
codes = { 202 = "running", 200 = "succeeded", 410 = "cancelled", 424 = "failed" }
value = ""
output = { image = ["/assets"] }

[errors]
code = ["/errors/0/code"]
message = ["/errors/*/detail"]
"""
BELLOWS = """
[api]
base_url = "https://api.bellows.example"
auth = { header = "Authorization", prefix = "Basic " }

[catalogue]
kind = "api"
openapi = "https://api.bellows.example/openapi.json"
operations = { path = "/run/{id}" }
price = { path = "/pricing/{id}", items = "/price", amount = ["/usd"], unit = ["/per"] }
fields = { modality = ["/x-kind"] }

[[catalogue.carried]]
answer = "openapi"
pointer = "/paths/~1run~1{id}/post/requestBody/content/application~1json/schema"
trusted = true

[submit]
url = "/run/{id}"

[job]
url = "/tasks/{job_id}"
result = "/tasks/{job_id}/download"
fields = { id = ["/task/no"], status = ["/task/finished"], error = ["/errors/*/message", "/errors"] }
present = { "/errors" = "failed" }
statuses = { false = "running", true = "succeeded" }
output = { image = [""], text = [""], media = [""] }

[errors]
code = ["/type"]
message = ["/message"]
"""
TONGS = """
[api]
base_url = "https://api.tongs.example/v1beta"
auth = { header = "X-Key" }

[catalogue]
kind = "api"
list = { path = "/models", items = "/models", id = "/name", page = "page" }
carried = [{ answer = "list", pointer = "/schema", trusted = true }]

[submit]
url = "/predict"
body = { model = "{id}", instances = ["{input}"] }

[job]
url = "/{job_id}"
fields = { id = ["/name"], error = ["/error/message"] }
present = { "/error" = "failed", "/response" = "succeeded" }
output = { media = ["/response/videos/*/content"] }

[errors]
code = ["/error/status"]
message = ["/error/message"]
"""
FILES = {"forge": FORGE, "bellows": BELLOWS, "tongs": TONGS}
PROMPT = {"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string"}}}
ASSETS = {"type": "object", "properties": {"assets": {"type": "array", "items": URI}}}


class Forge:
    models = ("org/Mödel.v1.5", "x/y/z", "a b+c", "名前", "dot/.hidden")

    def __init__(self) -> None:
        self.jobs: list[tuple[str, str]] = []

    def __call__(self, call: Call) -> Answer | bytes:
        path = call.path.removeprefix("/v1")
        if path.startswith("/cdn/"):
            return FILE
        if path == "/catalog":
            start = int(call.query.get("after", 0))
            more = (("link", f'</v1/catalog?after={start + 2}>; rel="next"'),) if start + 2 < len(self.models) else ()
            return Answer(200, [{"slug": name, "kind": "image"} for name in self.models[start : start + 2]], more)
        if path.startswith("/catalog/"):
            return Answer(200, {"request": PROMPT, "response": ASSETS})
        if path == "/generate":
            if call.body["params"]["prompt"] == "refused":
                return Answer(422, {"errors": [{"code": "params", "detail": "bad"}, {"detail": "worse"}]})
            self.jobs.append((call.body["model"], call.body["params"]["prompt"]))
            return Answer(202, b"", (("location", f"/v1/operations/{len(self.jobs)}"), ("x-cost", "0.25")))
        number = path.rpartition("/")[2]
        _, prompt = self.jobs[int(number) - 1]
        if call.method == "DELETE":
            self.jobs[int(number) - 1] = ("", "withdrawn")
            return Answer(200, {})
        if prompt == "withdrawn":
            return Answer(410, {"errors": [{"code": "gone", "detail": "withdrawn"}]})
        if prompt == "fail":
            return Answer(424, {"errors": [{"code": "gpu", "detail": "on fire"}]})
        return Answer(202, b"") if prompt == "slow" else Answer(200, {"assets": [f"/v1/cdn/{number}.png"]})


class Bellows:
    kinds = ("img.v2", "image"), ("say/deep", "text"), ("zip", "media")

    def __init__(self) -> None:
        self.jobs: list[tuple[str, str]] = []

    def __call__(self, call: Call) -> Answer | bytes:
        if call.path == "/openapi.json":
            body = {"requestBody": {"content": {"application/json": {"schema": PROMPT}}}}
            paths = {f"/run/{name}": {"post": {"x-kind": kind, **body}} for name, kind in self.kinds}
            return Answer(200, {"openapi": "3.0.3", "info": {"title": "b", "version": "1"}, "paths": paths})
        if call.path == "/pricing/zip":
            return Answer(404, {"message": "no price"})
        if call.path.startswith("/pricing/"):
            return Answer(200, {"price": {"usd": 0.04, "per": "image"} if "img" in call.path else {"usd": 0.1}})
        if call.path.startswith("/run/"):
            if call.body["prompt"] == "refused":
                return Answer(400, {"message": ["bad", "worse"], "type": "INPUT"})
            self.jobs.append((call.path.removeprefix("/run/"), call.body["prompt"]))
            return Answer(200, {"task": {"no": len(self.jobs), "finished": False}})
        number = int(call.path.split("/")[2])
        model, prompt = self.jobs[number - 1]
        if not call.path.endswith("/download"):
            errors = {"errors": [{"message": "first"}, {"message": "second"}]} if prompt == "fail" else {"errors": []}
            return Answer(200, {"task": {"no": number, "finished": True}, **errors})
        if model == "say/deep":
            return Answer(200, "schön".encode(), (("content-type", "text/plain"),))
        content = FILE if model == "img.v2" else b"PK\x03\x04 and so on"
        return Answer(200, content, (("content-type", "application/octet-stream"),))


class Tongs:
    models = tuple(f"m{number}" for number in range(7))

    def __init__(self) -> None:
        self.jobs: list[str] = []

    def __call__(self, call: Call) -> Answer | bytes:
        path = call.path.removeprefix("/v1beta")
        if path == "/models":
            end = 3 * int(call.query.get("page", 1))
            return Answer(200, {"models": [{"name": name, "schema": PROMPT} for name in self.models[end - 3 : end]]})
        if path == "/predict":
            if call.body["instances"][0]["prompt"] == "refused":
                return Answer(400, {"error": {"status": "INVALID", "message": "bad; worse"}})
            self.jobs.append(call.body["instances"][0]["prompt"])
            return Answer(200, {"name": f"operations/{call.body['model']}/{len(self.jobs)}"})
        name = unquote(path.strip("/"))
        if self.jobs[int(name.rpartition("/")[2]) - 1] == "fail":
            return Answer(200, {"name": name, "error": {"code": 3, "message": "unsafe"}})
        content = base64.b64encode(FILE).decode()
        return Answer(200, {"name": name, "error": None, "response": {"videos": [{"content": content}]}})


SERVERS = {"forge": Forge, "bellows": Bellows, "tongs": Tongs}


@pytest.fixture
def folder(request, tmp_path):
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
    root = folder.parent.parent
    with (
        imported(name, specs=folder.parent, out=root / "out") as package,
        impatient(getattr(package, name.title()))("t0ken", base_url=base) as client,
    ):
        yield package, client


@contextlib.contextmanager
def served(folder):
    with listening(SERVERS[folder.name]()) as (origin, calls):
        base = origin + load_provider(folder / "provider.toml").api.base_url.partition(".example")[2]
        with running(folder, base) as (package, client):
            yield package, client, calls


@pytest.mark.parametrize("folder", ["forge"], indirect=True)
def test_facts_in_headers(folder):
    with served(folder) as (package, client, calls):
        assert sorted(Forge.models) == sorted(package.catalogue)
        for name in package.catalogue:
            result = client.run(package.catalogue[name].load()(prompt="x"))
            (asset,) = result.output.assets
            assert (FILE, 0.25, ()) == (asset.bytes(), result.cost, result.notes)
        model = package.catalogue["x/y/z"].load()
        with pytest.raises(package.InvalidRequest, match="bad; worse"):
            client.run(model(prompt="refused"))
        with pytest.raises(package.JobFailed, match="on fire"):
            client.run(model(prompt="fail"))
        job = client.submit(model(prompt="slow"))
        assert ("7", "cancelled") == (job.id, job.cancel().status)
        assert "succeeded" == client.jobs.get("1", model).status
        keys = {call.path.startswith("/v1/cdn/"): call.key for call in calls if "catalog" not in call.path}
        assert {True: None, False: "t0ken"} == keys


@pytest.mark.parametrize("folder", ["bellows"], indirect=True)
def test_bodies_that_are_the_output(folder):
    with served(folder) as (package, client, _):
        prices = {model.id: model.price and model.price.amount for model in read_snapshot(folder).models}
        assert {"img.v2": 0.04, "say/deep": 0.1, "zip": None} == prices
        picture, speech, archive = (
            client.run(package.catalogue[name].load()(prompt="x")).output for name in ("img.v2", "say/deep", "zip")
        )
        assert FILE == picture.images[0].bytes()
        assert "schön" == speech.text
        assert b"PK\x03\x04 and so on" == archive.media[0].bytes()
        assert archive.media[0].url.startswith("data:application/zip;")
        model = package.catalogue["zip"].load()
        with pytest.raises(package.InvalidRequest, match="bad; worse"):
            client.run(model(prompt="refused"))
        with pytest.raises(package.JobFailed, match="first; second"):
            client.run(model(prompt="fail"))


@pytest.mark.parametrize("folder", ["tongs"], indirect=True)
def test_states_by_what_is_present(folder):
    with served(folder) as (package, client, _):
        assert sorted(Tongs.models) == sorted(package.catalogue)
        model = package.catalogue["m6"].load()
        (video,) = client.run(model(prompt="x")).output.media
        assert FILE == video.bytes()
        with pytest.raises(package.JobFailed, match="unsafe"):
            client.run(model(prompt="fail"))


@pytest.mark.parametrize("folder", FILES, indirect=True)
def test_the_emulator_does_the_same(folder):
    with listening(SERVERS[folder.name]()) as (origin, _):
        provider = load_provider(folder / "provider.toml")
        base = origin + provider.api.base_url.partition(".example")[2]
        fetch(folder, today=date(2026, 2, 1), environ={}, base_url=base, rate=0)
    before = read_snapshot(folder)
    options = Options(rate_limit=0, page_size=2, job_seconds=0.01, api_key="t0ken")
    with running_emulator(provider, before, options) as emulator, running(folder, emulator.base_url) as opened:
        assert before.models == read_snapshot(folder).models
        package, client = opened
        for name in package.catalogue:
            model = package.catalogue[name].load()
            job = client.submit(model(prompt="x"))
            result = job.result()
            assert job.id
            assert result.files or "say/deep" == name
            assert all(file.bytes() for file in result.files.values())
        keys = [sent.headers.get("idempotency-key") for sent in emulator.log.of("submit")]
        assert ("forge" == folder.name) == (len(package.catalogue) == len(set(keys) - {None}))


@pytest.mark.parametrize("folder", ["tongs"], indirect=True)
def test_pages_that_do_not_advance_are_an_unhealthy_source(folder):
    page = Answer(200, {"models": [{"name": "m0", "schema": PROMPT}]})
    with (
        listening(lambda _: page) as (origin, _),
        pytest.raises(SourceError, match="two pages of the model list are the same"),
    ):
        fetch(folder, today=date(2026, 2, 1), environ={}, base_url=f"{origin}/v1beta", rate=0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ('page = "page", next = "/next"', "next and page are different ways to the next page"),
        ('cursor = "after"', "cursor takes what next points to, and next is missing"),
    ],
)
def test_ways_to_the_next_page_that_contradict_are_refused(wrong, message):
    text = (HEAD.format("tongs", "Tongs") + TONGS).replace('page = "page"', wrong)
    with pytest.raises(UsageError, match=message):
        parse_provider(text.encode(), where="provider.toml")
