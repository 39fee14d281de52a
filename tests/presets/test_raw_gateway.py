"""A gateway on the standard library, described by docs/provider.md: it behaves as the reference describes.

Its models are the keys of an object in its OpenAPI document, the key goes in two headers, ids are numbers,
URLs in responses are relative, and a failure is at the route of the result.
"""

from __future__ import annotations

import json
from datetime import date

import httpx
import pytest
from tests.callbacks import receiver
from tests.generated_package import impatient, imported
from tests.presets.field_servers import FILE, Answer, Call, listening

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.errors import SourceError
from schemaloom.pipeline.fetch import fetch
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot
from schemaloom.snapshot.model import Price
from schemaloom.sources.http.client import FetchLimits

PROVIDER = """
name = "kiln"
title = "Kiln"
homepage = "https://kiln.example"
package = { distribution = "kiln-sdk", module = "kiln_sdk", client = "Kiln", env_prefix = "KILN" }

[api]
base_url = "https://api.kiln.example/v4"
auth = { header = "Authorization", headers = { X-Account = "acct-{key}" } }

[catalogue]
kind = "api"
openapi = "https://api.kiln.example/v4/spec.json"
list = { path = "/spec.json", items = "/x-tools" }
carried = [{ answer = "openapi", pointer = "/x-tools/{id}/args", output = "/x-tools/{id}/gives", trusted = true }]
fields = { name = ["/title"], modality = ["/makes"], deprecated = ["/old"], sunset = ["/off"] }
modalities = { picture = "image", sound = "audio" }

[catalogue.price]
path = "/price-list"
items = "/prices"
id = "/tool"
amount = ["/costs"]
unit = ["/per"]

[submit]
url = "/firings"
body = { tool = "{id}", args = "{input}" }

[job]
result = { url = "/outcome", query = { firing = "{job_id}" } }
url = "/firings/{job_id}"
cancel = { method = "PUT", url = "/firings/{job_id}/stop" }
fields = { id = ["/no"], status = ["/phase"], status_url = ["/href"], error = ["/why"] }
statuses = { "in the kiln" = "running", fired = "succeeded", "broken off" = "cancelled" }
value = "/outcome"
output = { media = ["/outcome"] }

[webhook]
query = "tell"

[errors]
code = ["/tag"]
message = ["/why"]
"""
URL = {"type": "string", "format": "uri"}
PICTURES = {"type": "object", "properties": {"pictures": {"type": "array", "items": URL}}}
GLAZE = {"type": "object", "required": ["motif"], "properties": {"motif": {"type": "string"}, "b": {}, "a": {}}}
SPEECH = {"type": "object", "properties": {"words": {"type": "string"}}}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Kiln", "version": "4"},
    "paths": {},
    "x-tools": {
        "glaze/blue": {
            "title": "Blue glaze", "makes": "picture",
            "args": {"$ref": "#/components/schemas/Glaze"}, "gives": PICTURES,
        },
        "speak": {
            "title": "Speaker", "makes": "sound", "old": True, "off": "2027-03-01", "args": SPEECH, "gives": {},
        },
    },
    "components": {"schemas": {"Glaze": GLAZE}},
}  # fmt: skip


class Kiln:
    def __init__(self) -> None:
        self.jobs: list[dict[str, object]] = []

    def __call__(self, call: Call) -> Answer | bytes:
        match call.method, call.path.strip("/").split("/")[1:]:
            case "GET", ["spec.json"]:
                return Answer(200, DOCUMENT)
            case "GET", ["price-list"]:
                return Answer(200, {"prices": [{"tool": "speak", "costs": 2.5, "per": "second"}, {"tool": "gone"}]})
            case "GET", ["pots", _]:
                return FILE
            case _ if call.key != "t0ken":
                return Answer(401, {"tag": "who", "why": "unknown caller"})
            case "POST", ["firings"]:
                if call.body["args"].get("motif") == "bad":
                    return Answer(422, {"tag": "args", "why": "the motif is bad"})
                self.jobs.append({**call.body, "phase": "in the kiln"})
                if "tell" in call.query:
                    httpx.post(
                        call.query["tell"], json={**self.job(len(self.jobs)), **self.outcome(call, len(self.jobs))}
                    )
                return Answer(202, self.job(len(self.jobs)))
            case "GET", ["firings", number]:
                return Answer(200, self.job(int(number)))
            case "PUT", ["firings", number, "stop"]:
                self.jobs[int(number) - 1]["phase"] = "broken off"
                return Answer(200, {})
            case "GET", ["outcome"]:
                if self.jobs[int(call.query["firing"]) - 1]["args"].get("motif") == "crack":
                    return Answer(409, {"tag": "cracked", "why": "the pot cracked"})
                return Answer(200, self.outcome(call, int(call.query["firing"])))
        return Answer(404, {"tag": "path", "why": "nothing here"})

    def job(self, number: int) -> dict[str, object]:
        job = self.jobs[number - 1]
        seen = {"no": number, "phase": job["phase"], "href": f"/v4/firings/{number}"}
        job["phase"] = "fired" if job["phase"] == "in the kiln" and job["args"].get("motif") != "slow" else job["phase"]
        return seen

    def outcome(self, call: Call, number: int) -> dict[str, object]:
        return {"no": number, "outcome": {"pictures": [f"{call.origin}/v4/pots/{number}"]}}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "specs" / "kiln"
    folder.mkdir(parents=True)
    (folder / "provider.toml").write_text(PROVIDER, "utf-8")
    return folder


@pytest.fixture
def kiln(folder, tmp_path):
    with listening(Kiln()) as (origin, calls):
        base = f"{origin}/v4"
        fetch(folder, today=date(2026, 2, 1), environ={}, base_url=base, rate=0)
        with (
            imported("kiln", specs=tmp_path / "specs", out=tmp_path / "out") as package,
            impatient(package.Kiln)("t0ken", base_url=base) as client,
        ):
            yield package, client, calls


def test_it_is_described_and_running(kiln, folder):
    package, client, calls = kiln
    models = read_snapshot(folder).by_id()
    assert [("Blue glaze", "image"), ("Speaker", "audio")] == [(m.name, m.modality) for m in models.values()]
    glaze = package.catalogue["glaze/blue"].load()
    (picture,) = client.run(glaze(motif="a fish")).output.pictures
    assert FILE == picture.bytes()
    with pytest.raises(package.InvalidRequest, match="the motif is bad"):
        client.run(glaze(motif="bad"))
    with pytest.raises(package.JobFailed, match="the pot cracked"):
        client.run(glaze(motif="crack"))
    job = client.submit(glaze(motif="slow"))
    assert "cancelled" == job.cancel().status
    with receiver() as hooks:
        job = client.submit(glaze(motif="a fish"), webhook_url=hooks.url)
        headers, body = hooks.next()
    found = client.jobs.parse_webhook(body, headers, glaze)
    assert (job.id, job.id) == (found.id, str(json.loads(body)["no"]))
    assert {"t0ken", None} == {call.key for call in calls}


def test_a_model_that_is_switched_off_has_the_date(kiln, folder):
    package, _client, _ = kiln
    assert {"true": "2027-03-01", None: None} == {m.deprecated: m.sunset for m in read_snapshot(folder).models}
    assert "Switched off on 2027-03-01. Deprecated by the provider." in package.catalogue["speak"].load().__doc__
    speak = {key: part for key, part in DOCUMENT["x-tools"]["speak"].items() if key not in {"old", "off"}}
    document = {**DOCUMENT, "x-tools": {**DOCUMENT["x-tools"], "speak": speak}}
    with listening(lambda _: Answer(200, document)) as (origin, _):
        fetch(folder, today=date(2026, 2, 2), environ={}, base_url=f"{origin}/v4", rate=0)
    assert [(None, None)] * 2 == [(m.deprecated, m.sunset) for m in read_snapshot(folder).models]


def test_prices_come_from_a_route_of_their_own(kiln, folder):
    package, _client, _ = kiln
    prices = {model.id: model.price for model in read_snapshot(folder).models}
    assert {"glaze/blue": None, "speak": Price(amount=2.5, unit="second")} == prices
    assert "2.5 credits per second" in package.catalogue["speak"].load().__doc__
    server = Kiln()
    down = Answer(500, {"tag": "tired", "why": "no prices today"})
    with listening(lambda call: down if call.path.endswith("list") else server(call)) as (origin, _):
        report = fetch(
            folder,
            today=date(2026, 2, 2),
            environ={},
            base_url=f"{origin}/v4",
            rate=0,
            patience=FetchLimits(attempts=1),
        )  # fmt: skip
    assert ["the prices cannot be read, and stay as they were"] == [
        p.message.partition(":")[0] for p in report.problems
    ]
    assert prices == {model.id: model.price for model in read_snapshot(folder).models}


def test_what_the_emulator_serves_is_what_was_fetched(kiln, folder):
    before = read_snapshot(folder)
    with running_emulator(load_provider(folder / "provider.toml"), before, Options(rate_limit=0)) as emulator:
        fetch(folder, today=date(2026, 2, 2), environ={}, base_url=emulator.base_url, rate=0)
    assert before.models == read_snapshot(folder).models


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('"/x-tools" }', '"/x-tools", id = "/title" }'), "the keys of an object are the ids"),
        (('"/x-tools" }', '"/x-tool" }'), "no object of models at /x-tool"),
    ],
)
def test_a_list_that_is_no_list_is_explained(folder, change, message):
    path = folder / "provider.toml"
    path.write_text(PROVIDER.replace(*change), "utf-8")
    with listening(Kiln()) as (origin, _), pytest.raises(SourceError) as caught:
        fetch(folder, today=date(2026, 2, 1), environ={}, base_url=f"{origin}/v4", rate=0)
    assert message in f"{caught.value} {caught.value.hint}"
