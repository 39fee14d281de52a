"""A gateway that no preset describes, written from docs/provider.md alone: described, fetched, generated and run.

Its models are operations of its OpenAPI document, the submitted body names the model, the result is at a
route of its own, and a webhook is asked for in the query.
"""

from __future__ import annotations

import json
from datetime import date

import pytest
from tests.callbacks import receiver
from tests.generated_package import impatient, imported

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.errors import UsageError
from schemaloom.pipeline.fetch import fetch
from schemaloom.settings.provider import load_provider, parse_provider
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.model import ModelDocument

PROVIDER = """
name = "atelier"
title = "Atelier"
homepage = "https://atelier.example"

[package]
distribution = "atelier-sdk"
module = "atelier_sdk"
client = "Atelier"
env_prefix = "ATELIER"

[api]
base_url = "https://api.atelier.example/2"
auth = { query = "token" }

[catalogue]
kind = "api"
openapi = "https://api.atelier.example/2/schema.json"
operations = { path = "/run/{id}" }
fields = { name = ["/summary"], modality = ["/x-kind"] }
modalities = { picture = "image", song = "audio" }

[[catalogue.carried]]
answer = "openapi"
pointer = "/paths/~1run~1{id}/post/requestBody/content/application~1json/schema"
output = "/paths/~1run~1{id}/post/responses/200/content/application~1json/schema"
trusted = true

[submit]
url = "/orders"
body = { model = "{id}", client_reference = "{uuid}", arguments = "{input}" }

[job]
url = "/orders/{job_id}"
result = { method = "POST", url = "/results", body = { order = "{job_id}" } }
cancel = { method = "DELETE", url = "/orders/{job_id}" }
value = "/delivery"
output = { image = ["/delivery"], audio = ["/delivery"] }
fields = { id = ["/order"], status = ["/phase"], error = ["/reason"] }
statuses.waiting = "queued"
statuses.working = "running"
statuses.delivered = "succeeded"
statuses.broken = "failed"
statuses.withdrawn = "cancelled"

[webhook]
query = "notify"
payload = "/result"

[errors]
code = ["/problem/kind"]
message = ["/problem/text"]
"""
URL = {"type": "string", "format": "uri"}
SNAPSHOT = Snapshot(
    models=tuple(
        ModelDocument(
            id=model,
            name=model.title(),
            modality=modality,
            input={"type": "object", "required": ["words"], "properties": {"words": {"type": "string"}}},
            output=output,
            parameter_order=("words",),
            provenance="fetched",
        )
        for model, modality, output in (
            ("brush", "image", {"type": "array", "items": URL}),
            ("flute", "audio", {"type": "object", "required": ["file"], "properties": {"file": URL}}),
        )
    )
)


@pytest.fixture(scope="module")
def atelier(tmp_path_factory):
    root = tmp_path_factory.mktemp("atelier")
    folder = root / "specs" / "atelier"
    folder.mkdir(parents=True)
    (folder / "provider.toml").write_text(PROVIDER, "utf-8")
    with running_emulator(load_provider(folder / "provider.toml"), SNAPSHOT, Options(job_seconds=0.1)) as emulator:
        fetch(folder, today=date(2026, 2, 1), environ={}, base_url=emulator.base_url, rate=0)
        with (
            imported("atelier", specs=root / "specs", out=root / "out") as package,
            impatient(package.Atelier)(emulator.api_key, base_url=emulator.base_url) as client,
        ):
            yield emulator, package, client


def test_it_runs_fails_and_is_cancelled(atelier):
    emulator, package, client = atelier
    request = package.catalogue["brush"].load()(words="a lamp")
    (file,) = client.run(request).output
    assert b"\x89PNG" == file.bytes()[:4]
    assert b"RIFF" == client.run(package.catalogue["flute"].load()(words="a lamp")).output.file.bytes()[:4]
    body = json.loads(emulator.log.of("submit")[0].body)
    assert ("brush", {"words": "a lamp"}, 36) == (body["model"], body["arguments"], len(body["client_reference"]))
    emulator.faults.add("job-failed:1@submit")
    with pytest.raises(package.JobFailed):
        client.run(request)
    assert "cancelled" == client.submit(request).cancel().status
    assert {True} == {sent.key_sent for sent in emulator.log if sent.host == "api" and sent.route != "openapi"}


def test_its_webhook_holds_the_result(atelier):
    _, package, client = atelier
    kind = package.catalogue["flute"].load()
    with receiver() as calls:
        job = client.submit(kind(words="a lamp"), webhook_url=calls.url)
        headers, body = calls.next()
    found = client.jobs.parse_webhook(body, headers, kind)
    assert (job.id, b"RIFF") == (found.id, found.result().output.file.bytes()[:4])


def test_the_key_in_the_query_is_not_in_the_request_log(atelier):
    emulator, _, _ = atelier
    assert [] == [sent.query for sent in emulator.log if emulator.api_key in sent.query]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("/run/{id}", "/run/{model}"), r"catalogue.operations.path: .*got \{model\}"),
        (("/run/{id}\"", "/run/all\""), r"catalogue.operations.path: expected \{id\} in the route"),
        (('openapi = "https', '# openapi = "https'), "operations need openapi"),
        (('"/orders/{job_id}"\nresult', '"/orders/{id}"\nresult'), r"job.url: expected \{job_id\} in the route"),
        (('arguments = "{input}"', 'arguments = "{inputs}"'), r"submit.body: .*got \{inputs\}"),
        (('query = "notify"', 'querry = "notify"'), "webhook.querry: unknown key; did you mean query"),
        (('waiting = "queued"', 'waiting = "queue"'), "job.statuses.waiting: expected .*got 'queue'"),
        (('code = ["/problem/kind"]', 'code = ["problem/kind"]'), "errors.code.0: 'problem/kind' has not the form"),
        (("modalities =", "modalites ="), "catalogue.modalites: unknown key; did you mean modalities"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_key(change, message):
    assert change[0] in PROVIDER
    with pytest.raises(UsageError, match=message):
        parse_provider(PROVIDER.replace(*change).encode(), where="specs/atelier/provider.toml")
