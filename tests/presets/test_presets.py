"""Each preset: described, fetched from the emulator, generated, and a job run by the package."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import json
from datetime import date
from pathlib import Path

import pytest
from tests.callbacks import receiver
from tests.generated_package import impatient, imported
from tests.presets.conftest import AT_ONCE, SNAPSHOTS
from tests.presets.field_servers import Answer, listening

from schemaloom.emulator.forms import form_parts
from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.errors import SourceError, UsageError
from schemaloom.pipeline.fetch import fetch
from schemaloom.pipeline.init import init
from schemaloom.render.scaffold import presets
from schemaloom.settings.provider import load_provider, parse_provider
from schemaloom.snapshot.layout import read_snapshot
from schemaloom.sources.api.extract_schema import without_parameters
from schemaloom.sources.http.client import FetchLimits
from schemaloom.sources.progress import Silent

OPTIONS = Options(rate_limit=0, job_seconds=0.1, page_size=1)


def test_every_preset_is_tested_short_and_names_its_sources():
    assert presets().keys() == SNAPSHOTS.keys()
    for content in presets().values():
        assert 120 >= len(content.splitlines())
        assert content.splitlines()[0].endswith(".")  # a whole sentence, because --list-presets shows it
        assert "Sources: https://" in content


@pytest.mark.parametrize("preset", SNAPSHOTS)
def test_a_preset_takes_the_name_that_it_is_given(preset, tmp_path):
    done = init("my-own", root=tmp_path, base_url="https://unused.example", preset=preset)
    package = done.provider.package
    assert ("my-own", "my-own-sdk", "my_own_sdk", "MyOwn", "MY_OWN") == (
        done.provider.name, package.distribution, package.module, package.client, package.env_prefix,
    )  # fmt: skip
    assert parse_provider(presets()[preset].encode(), where=preset).submit == done.provider.submit


@pytest.fixture(params=SNAPSHOTS)
def preset(request):
    return request.param


@pytest.fixture
def emulator(preset, tmp_path):
    init(preset, root=tmp_path, base_url="https://unused.example", preset=preset)
    with running_emulator(load_provider(folder(tmp_path, preset) / "provider.toml"), SNAPSHOTS[preset], OPTIONS) as it:
        yield it


def folder(root: Path, preset: str) -> Path:
    return root / "specs" / preset


@pytest.fixture
def package(emulator, preset, tmp_path):
    fetch(folder(tmp_path, preset), today=date(2026, 2, 1), environ={}, base_url=emulator.base_url, rate=0)
    with imported(preset, specs=tmp_path / "specs", out=tmp_path / "out") as module:
        yield module


@pytest.fixture
def client(package, emulator, preset):
    with impatient(getattr(package, preset.capitalize()))(emulator.api_key, base_url=emulator.base_url) as client:
        yield client


def test_what_is_served_is_what_is_fetched(package, emulator, preset, tmp_path):
    assert [dataclasses.asdict(model) for model in SNAPSHOTS[preset].models] == [
        dataclasses.asdict(model) for model in read_snapshot(folder(tmp_path, preset)).models
    ]
    pages = 2 if preset in {"fal", "replicate", "novita"} else 1
    pages += preset in {"openai", "together"}  # a list, and the document
    assert pages == len([sent for sent in emulator.log if sent.route in {"list", "openapi"}])


def test_every_model_runs_fails_and_is_cancelled(package, client, emulator, preset):
    for model in SNAPSHOTS[preset].models:
        request = package.catalogue[model.id].load()(prompt="a lamp")
        result = client.run(request)
        assert result.raw
        emulator.faults.add("job-failed:1@submit")
        failure = package.SubmissionUncertain if preset in AT_ONCE else package.JobFailed
        with pytest.raises(failure, match="may have been started" if preset in AT_ONCE else "could not process"):
            client.run(request)
        job = client.submit(request)
        if client.profile.job.cancel is not None:
            assert "cancelled" == job.cancel().status
    assert {True} == {sent.key_sent for sent in emulator.log if sent.route == "submit"}


@pytest.mark.parametrize("preset", sorted(SNAPSHOTS.keys() - AT_ONCE))
def test_a_job_is_taken_up_by_its_id(package, client, preset):
    kind = package.catalogue[SNAPSHOTS[preset].models[0].id].load()
    job = client.submit(kind(prompt="a lamp"))
    assert client.jobs.get(job.id, kind).result().raw == job.result().raw


def test_files_of_a_result_are_read(package, client, preset, tmp_path):
    named = ("flux", "core", "gpt-image")
    model = next(model for model in SNAPSHOTS[preset].models if any(part in model.name.lower() for part in named))
    result = client.run(package.catalogue[model.id].load()(prompt="a lamp"))
    (file,) = result.files.values()
    assert b"\x89PNG" == file.save(tmp_path / "lamp.png").read_bytes()[:4]


@pytest.mark.parametrize("preset", ["replicate"])
def test_official_models_have_a_route_and_others_a_version(package, client, emulator, preset):
    for model in SNAPSHOTS[preset].models:
        client.run(package.catalogue[model.id].load()(prompt="a lamp"))
    sent = [(call.path, json.loads(call.body)) for call in emulator.log if call.route == "submit"]
    version = SNAPSHOTS[preset].by_id()["somebody/hello-world"].facts["version"]
    assert [
        ("/v1/models/black-forest-labs/flux-schnell/predictions", {"input": {"prompt": "a lamp"}}),
        ("/v1/predictions", {"version": version, "input": {"prompt": "a lamp"}}),
    ] == sent


@pytest.mark.parametrize("preset", ["fal"])
def test_a_result_is_read_once_at_its_own_route(package, client, emulator, preset):
    client.run(package.catalogue["fal-ai/flux/dev"].load()(prompt="a lamp"))
    (read,) = [call for call in emulator.log if call.route == "result"]
    assert "/fal-ai/flux/requests/job_000001" == read.path
    assert {"200", "202"} >= {str(call.status) for call in emulator.log if call.route == "job"}


@pytest.mark.parametrize("preset", ["replicate"])
def test_replicates_own_client_sends_a_typed_request(package, emulator, monkeypatch):
    import replicate

    monkeypatch.setenv("REPLICATE_POLL_INTERVAL", "0.02")
    own = replicate.Client(api_token=emulator.api_key, base_url=emulator.base_url.removesuffix("/v1"))
    for model in SNAPSHOTS["replicate"].models:
        request = package.catalogue[model.id].load()(prompt="a lamp")
        found = own.run(*request.call(), wait=False, use_file_output=False)
        assert request.parse_result(found).output
    own._client.close()
    assert ["official", "community"] == [
        "official" if "/models/" in sent.path else "community" for sent in emulator.log if sent.route == "submit"
    ]


@pytest.mark.parametrize("preset", ["fal"])
def test_fals_own_client_sends_a_typed_request(package, emulator, monkeypatch):
    import fal_client

    monkeypatch.setattr("fal_client.client.QUEUE_URL_FORMAT", f"{emulator.base_url}/")
    own = fal_client.SyncClient(key=emulator.api_key)
    request = package.catalogue["fal-ai/flux/dev"].load()(prompt="a lamp", num_images=2)
    assert ("fal-ai/flux/dev", {"prompt": "a lamp", "num_images": 2}) == request.call()
    found = own.submit(*request.call()).get()
    own._client.close()
    assert 2 == len(request.parse_result(found).files)


@pytest.mark.parametrize("preset", ["replicate", "wavespeed"])
def test_a_signed_webhook_is_accepted_and_a_changed_one_is_refused(package, client, emulator, preset):
    secret = f"whsec_{Options().webhook_secret}"
    kind = package.catalogue[SNAPSHOTS[preset].models[0].id].load()
    with receiver() as calls:
        job = client.submit(kind(prompt="a lamp"), webhook_url=calls.url)
        headers, body = calls.next()
    found = client.jobs.parse_webhook(body, headers, kind, secret=secret)
    assert (job.id, "succeeded", 1) == (found.id, found.status, len(found.result().files))
    with pytest.raises(package.WebhookRefused):
        client.jobs.parse_webhook(body + b" ", headers, kind, secret=secret)


def test_models_are_the_operations_of_the_document(tmp_path):
    """Operations beside the models are none: other methods, paths with parameters, and excluded ones."""
    init("bfl", root=tmp_path, base_url="https://unused.example", preset="bfl")
    schema = {"type": "object", "properties": {"prompt": {"type": "string"}}}
    body = {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "paths": {
            "/v1/flux-new": {"post": {"summary": "Flux, new", **body}},
            "/v1/flux-bare": {"post": {}},
            "/v1/get_result": {"get": {}},
            "/v1/delete_finetune": {"post": body},
            "/v1/jobs/{id}": {"post": body},
            "/v2/other": {"post": body},
        },
        "components": {"schemas": {"In": schema}},
    }
    with listening(lambda _: Answer(200, document)) as (origin, calls):
        fetch(folder(tmp_path, "bfl"), today=date(2026, 2, 1), environ={}, base_url=f"{origin}/v1", rate=0)
    models = read_snapshot(folder(tmp_path, "bfl")).by_id()
    assert ["flux-bare", "flux-new"] == sorted(models)
    assert ("Flux, new", {"In": schema}) == (models["flux-new"].name, models["flux-new"].input["$defs"])
    assert models["flux-bare"].input is None
    assert 1 == len(calls)


def test_a_long_fetch_prints_how_long(tmp_path):
    """Three hundred models at a hundred requests a minute, cut off by the bound of the run."""

    class Lines(Silent):
        def __init__(self) -> None:
            self.lines: list[str] = []

        def report(self, text: str) -> None:
            self.lines.append(text)

    init("bare", root=tmp_path, base_url="https://unused.example", preset="fal")
    path = folder(tmp_path, "bare") / "provider.toml"
    path.write_text(path.read_text("utf-8").replace("trusted = true", "trusted = false"), "utf-8")
    models = [{"endpoint_id": f"acme/m{number}", "metadata": {}} for number in range(300)]
    seen = Lines()
    with listening(lambda _: Answer(200, {"models": models})) as (origin, _):
        for _ in range(2):
            with pytest.raises(SourceError, match="not read within"):
                fetch(
                    path.parent, today=date(2026, 2, 1), environ={}, base_url=origin, rate=100, progress=seen,
                    patience=FetchLimits(run=1.5),
                )  # fmt: skip
    whole, resuming, rest = seen.lines
    assert "300 schemas at 100 requests a minute: about 3 minutes; a run that is interrupted resumes" == whole
    cached = int(resuming.removeprefix("resuming an interrupted run: ").partition(" ")[0])
    assert rest.startswith(f"{300 - cached} schemas at 100 requests a minute")


@pytest.mark.parametrize("preset", ["runware"])
def test_a_task_is_an_array_with_a_uuid_of_the_clients(package, client, emulator, preset, tmp_path):
    """The body's template gives the model and the UUID; the only value of the kind of task is sent unasked."""
    kind = package.catalogue["runware:100@1"].load()
    assert ["taskType", "prompt", "seedImage"] == [*kind.model_fields]
    (tmp_path / "lamp.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    job = client.submit(kind(prompt="a lamp", seedImage=tmp_path / "lamp.png"))
    ((task,),) = [json.loads(call.body) for call in emulator.log if call.route == "submit"]
    assert {"taskType", "prompt", "seedImage", "taskUUID", "model", "deliveryMethod"} == task.keys()
    assert ("imageInference", "runware:100@1", "async") == (task["taskType"], task["model"], task["deliveryMethod"])
    assert (36, "data:image/png;base64,iVBORw0KGgo=") == (len(task["taskUUID"]), task["seedImage"])
    assert job.id == task["taskUUID"]
    assert ["a lamp"] == [kind.model_validate({"prompt": "a lamp"}).prompt]
    with pytest.raises(ValueError, match="imageInference"):
        kind(prompt="a lamp", taskType="videoInference")


def test_supplied_parameters_are_left_out_of_schemas():
    target = {"properties": {"a": {}, "model": {}}, "required": ["model"]}
    schema = {"$ref": "#/$defs/In", "$defs": {"In": target}, "allOf": [{"required": ["uuid", "a"]}]}
    left = {"$ref": "#/$defs/In", "$defs": {"In": {"properties": {"a": {}}}}, "allOf": [{"required": ["a"]}]}
    assert left == without_parameters(schema, ("model", "uuid"))


@pytest.mark.parametrize("preset", ["stability"])
def test_a_form_holds_numbers_and_a_local_file(package, client, emulator, preset, tmp_path):
    kind = package.catalogue["edit/inpaint"].load()
    (tmp_path / "lamp.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (file,) = client.run(kind(prompt="a lämp", image=tmp_path / "lamp.png", seed=7)).files.values()
    assert b"\x89PNG" == file.bytes()[:4]
    (sent,) = [call for call in emulator.log if call.route == "submit"]
    media_type = sent.headers["content-type"].partition(";")[0]
    assert ("/v2beta/stable-image/edit/inpaint", "multipart/form-data") == (sent.path, media_type)
    parts = form_parts(sent.headers["content-type"], sent.body)
    assert {
        ("prompt", "a lämp".encode(), None),
        ("image", b"\x89PNG\r\n\x1a\n", "lamp.png"),
        ("seed", b"7", None),
    } == {(part.name, part.content, part.file_name) for part in parts}


@pytest.mark.parametrize("preset", ["openai"])
def test_the_body_names_the_model_and_the_answer_is_the_result(package, client, emulator, preset):
    result = client.run(package.catalogue["gpt-image-1"].load()(prompt="a lamp", n=2))
    assert [b"\x89PNG", b"\x89PNG"] == [file.bytes()[:4] for file in result.files.values()]
    (body,) = [json.loads(call.body) for call in emulator.log if call.route == "submit"]
    assert {"model": "gpt-image-1", "prompt": "a lamp", "n": 2} == body


@pytest.mark.parametrize("preset", ["together"])
def test_other_items_of_a_list_are_no_models(package, emulator, preset, tmp_path):
    items = [{"id": "flux", "type": "image"}, {"id": "llama", "type": "chat"}, {"object": "list"}]
    document = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {}}
    with listening(lambda call: Answer(200, items if call.path.endswith("/models") else document)) as (origin, _):
        done = fetch(tmp_path / "specs" / preset, today=date(2026, 2, 2), environ={}, base_url=f"{origin}/v1", rate=0)
    assert ["flux"] == [model for model in read_snapshot(folder(tmp_path, preset)).by_id() if "black" not in model]
    assert not any("left out" in problem.message for problem in done.problems)


@pytest.mark.parametrize("preset", ["novita"])
def test_a_webhook_is_asked_for_beside_the_request(package, client, emulator, preset):
    kind = package.catalogue["fluxFusion_v1.safetensors"].load()
    with receiver() as calls:
        job = client.submit(kind(prompt="a lamp", steps=20), webhook_url=calls.url)
        headers, body = calls.next()
    (sent,) = [json.loads(call.body) for call in emulator.log if call.route == "submit"]
    request = {"model_name": "fluxFusion_v1.safetensors", "prompt": "a lamp", "steps": 20}
    assert {"request": request, "extra": {"webhook": {"url": calls.url}}} == sent
    found = client.jobs.parse_webhook(body, headers, kind)
    assert (job.id, "succeeded", 1) == (found.id, found.status, len(found.result().files))


@pytest.fixture
def callback(client, package):
    """A callback of a job of fal's, and the class of its request."""
    kind = package.catalogue["fal-ai/flux/dev"].load()
    with receiver() as calls:
        job = client.submit(kind(prompt="a lamp"), webhook_url=calls.url)
        headers, body = calls.next()
    return job.id, kind, {name.lower(): value for name, value in headers.items()}, body


@pytest.mark.parametrize("preset", ["fal"])
def test_a_webhook_signed_by_a_published_key_is_accepted(package, client, emulator, callback):
    job_id, kind, headers, body = callback
    with pytest.raises(package.ConfigurationError, match="refresh_webhook_keys"):
        client.jobs.parse_webhook(body, headers, kind)
    client.jobs.refresh_webhook_keys()
    client.jobs.refresh_webhook_keys(max_age=60)
    assert 1 == len(emulator.log.of("keys"))
    found = client.jobs.parse_webhook(body, headers, kind)
    assert (job_id, "succeeded", 1) == (found.id, found.status, len(found.result().files))
    names = ["x-fal-webhook-request-id", "x-fal-webhook-user-id", "x-fal-webhook-timestamp"]
    for name in names:
        with pytest.raises(package.WebhookRefused):
            client.jobs.parse_webhook(body, {**headers, name: f"{headers[name]}0"}, kind)
    with pytest.raises(package.WebhookRefused):
        client.jobs.parse_webhook(body + b" ", headers, kind)
    (key,), _ = client._context.webhook_keys["https://rest.fal.ai/.well-known/jwks.json"]
    assert job_id == client.jobs.parse_webhook(body, headers, kind, secret=base64.b64encode(key).decode()).id


@pytest.mark.parametrize("preset", ["fal"])
def test_an_endpoint_fetches_keys_and_looks_for_new_ones(package, emulator, callback):
    _, _, headers, body = callback
    url = "https://rest.fal.ai/.well-known/jwks.json"

    async def run() -> list[int]:
        from fal_sdk.webhooks import WebhookEndpoint

        statuses: list[int] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body}

        async def send(message: dict[str, object]) -> None:
            if "status" in message:
                statuses.append(message["status"])

        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "POST", "headers": sent}
        async with package.AsyncFal(emulator.api_key, base_url=emulator.base_url) as client:
            endpoint = WebhookEndpoint(client)
            keys, clock = client._context.webhook_keys, client._context.clock
            await endpoint(scope, receive, send)
            keys[url] = ((bytes(32),), clock.now())
            await endpoint(scope, receive, send)  # the keys of this minute are other ones
            keys[url] = ((bytes(32),), clock.now() - 61)
            await endpoint(scope, receive, send)
            keys.clear()
            emulator.faults.add("error=500@keys")
            await endpoint(scope, receive, send)
        return statuses

    assert [204, 401, 204, 503] == asyncio.run(run())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{user}", "{usr}", r"signed holds \{usr\}, which is no key of headers"),
        ("{sha256}", "{user}", r"signed must hold either \{body\} or \{sha256\}"),
        ("signature.keys", "# signature.keys", "ed25519 needs keys"),
        ("signature.id =", "# signature.id =", "the key id must name its header"),
    ],
)
def test_a_signature_that_cannot_be_checked_is_named(old, new, message):
    with pytest.raises(UsageError, match=message):
        parse_provider(presets()["fal"].replace(old, new, 1).encode(), where="fal")
