"""The providers' own Python clients, unchanged, run jobs on the emulator of a preset."""

from __future__ import annotations

import asyncio
import gc

import httpx
import pytest
from tests.callbacks import receiver
from tests.presets.conftest import SNAPSHOTS, VERSION

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.render.scaffold import presets
from schemaloom.settings.provider import parse_provider


@pytest.fixture
def emulator(request):
    preset = request.param
    provider = parse_provider(presets()[preset].encode(), where=preset)
    with running_emulator(provider, SNAPSHOTS[preset], Options(rate_limit=0, job_seconds=0.1)) as it:
        yield it


@pytest.mark.parametrize("emulator", ["replicate"], indirect=True)
class TestReplicate:
    @pytest.fixture
    def client(self, emulator, monkeypatch):
        import replicate

        monkeypatch.setenv("REPLICATE_POLL_INTERVAL", "0.02")
        client = replicate.Client(api_token=emulator.api_key, base_url=emulator.base_url.removesuffix("/v1"))
        yield client
        client._client.close()

    def test_official_and_community_models_are_run(self, client):
        (url,) = client.run("black-forest-labs/flux-schnell", input={"prompt": "x"}, wait=False)
        assert b"\x89PNG" == httpx.get(url).content[:4]
        assert "A sample" in client.run(f"somebody/hello-world:{VERSION}", input={"prompt": "x"}, wait=False)

    def test_a_failure_is_typed(self, client, emulator):
        from replicate.exceptions import ModelError, ReplicateError

        emulator.faults.add("job-failed:1@submit")
        with pytest.raises(ModelError, match="could not process"):
            client.run(f"somebody/hello-world:{VERSION}", input={"prompt": "x"}, wait=False)
        with pytest.raises(ReplicateError, match="Input validation failed"):
            client.predictions.create(version=VERSION, input={"prompt": 1})
        with pytest.raises(ReplicateError, match="Not found"):
            client.predictions.create(version="0" * 64, input={"prompt": "x"})

    def test_predictions_are_cancelled_listed_and_paged(self, client):
        prediction = client.predictions.create(version=VERSION, input={"prompt": "x"})
        prediction.cancel()
        prediction.reload()
        assert ("canceled", {"prompt": "x"}, VERSION) == (prediction.status, prediction.input, prediction.version)
        assert [prediction.id] == [listed.id for listed in client.predictions.list()]

    def test_models_and_versions_are_read(self, client):
        model = client.models.get("somebody/hello-world")
        assert ("somebody/hello-world", VERSION) == (model.id, model.latest_version.id)
        schemas = model.versions.get(VERSION).openapi_schema["components"]["schemas"]
        assert {"prompt", "count"} == set(schemas["Input"]["properties"])
        assert [VERSION] == [version.id for version in model.versions.list().results]
        assert 2 == len(client.models.list().results)
        assert client.run(model, input={"prompt": "x"}) == client.run(model.latest_version, input={"prompt": "x"})

    def test_text_is_streamed(self, client):
        events = [*client.stream(f"somebody/hello-world:{VERSION}", input={"prompt": "x"})]
        assert "A sample of the output" == "".join(map(str, events[:-1]))
        assert "done" == events[-1].event.value

    def test_it_waits_for_a_prediction(self, client):
        prediction = client.predictions.create(version=VERSION, input={"prompt": "x"}, wait=True)
        assert ("succeeded", "A sample of the output") == (prediction.status, prediction.output)
        assert "starting" == client.predictions.create(version=VERSION, input={"prompt": "x"}, wait=False).status

    def test_it_runs_asynchronously(self, client):
        async def run() -> object:
            try:
                return await client.async_run(f"somebody/hello-world:{VERSION}", input={"prompt": "x"})
            finally:
                await client._async_client.aclose()

        assert "A sample of the output" == asyncio.run(run())

    def test_its_upload_arrives(self, client, tmp_path):
        (tmp_path / "lamp.png").write_bytes(b"\x89PNG of a lamp\r\n")
        with (tmp_path / "lamp.png").open("rb") as content:
            file = client.files.create(content)
        assert ("lamp.png", "image/png") == (file.name, file.content_type)
        assert b"\x89PNG of a lamp\r\n" == httpx.get(file.urls["get"]).content

    def test_its_own_helper_validates_a_webhook(self, client):
        from replicate.webhook import Webhooks

        with receiver() as calls:
            client.predictions.create(version=VERSION, input={"prompt": "x"}, webhook=calls.url)
            headers, body = calls.next()
        secret = client.webhooks.default.secret()
        lower = {name.lower(): value for name, value in headers.items()}
        Webhooks.validate(headers=lower, body=body.decode(), secret=secret)
        with pytest.raises(ValueError, match="signature"):
            Webhooks.validate(headers=lower, body=body.decode() + " ", secret=secret)


@pytest.mark.parametrize("emulator", ["fal"], indirect=True)
class TestFal:
    @pytest.fixture
    def client(self, emulator, monkeypatch):
        import fal_client

        # Its URLs are https; the host alone can be set from outside.
        monkeypatch.setattr("fal_client.client.QUEUE_URL_FORMAT", f"{emulator.base_url}/")
        client = fal_client.SyncClient(key=emulator.api_key)
        yield client
        client._client.close()

    def test_it_subscribes(self, client):
        seen = []
        result = client.subscribe("fal-ai/flux/dev", {"prompt": "x", "num_images": 2}, on_queue_update=seen.append)
        assert 2 == len(result["images"])
        assert "Completed" == type(seen[-1]).__name__

    @pytest.mark.filterwarnings("ignore::ResourceWarning")  # it leaves the connection to the first open
    @pytest.mark.parametrize("repository", ["fal_v3", "fal"])
    def test_its_upload_arrives(self, client, emulator, monkeypatch, repository):
        monkeypatch.setattr("fal_client.client.REST_URL", emulator.base_url)
        monkeypatch.setattr("fal_client.client.CDN_URL", emulator.base_url)
        url = client.upload(b"a lamp", "image/png", "lamp.png", repository=repository, fallback_repository=[])
        gc.collect()  # that connection now, and not during another test
        assert (b"a lamp", "image/png") == ((found := httpx.get(url)).content, found.headers["content-type"])

    def test_it_submits_polls_and_cancels(self, client):
        handle = client.submit("fal-ai/flux/dev", {"prompt": "x"})
        assert type(handle.status(with_logs=True)).__name__ in {"Queued", "InProgress"}
        assert "url" in handle.get()["images"][0]

    def test_events_have_logs(self, client):
        handle = client.submit("fal-ai/flux/dev", {"prompt": "x"})
        events = [*handle.iter_events(with_logs=True, interval=0.02)]
        assert {"Queued", "InProgress", "Completed"} == {type(event).__name__ for event in events}
        assert "step 4 of 4" == events[-1].logs[-1]["message"]
        assert {"images", "seed"} == client.get_handle("fal-ai/flux/dev", handle.request_id).get().keys()

    def test_it_runs_asynchronously(self, client, emulator):
        import fal_client

        async def run() -> object:
            own = fal_client.AsyncClient(key=emulator.api_key)
            async with await own._client:
                return await own.subscribe("fal-ai/whisper", {"prompt": "x"}, with_logs=True)

        assert {"text": "A sample of text"} == asyncio.run(run())

    def test_a_cancelled_job_has_no_result(self, client):
        from fal_client.client import FalClientHTTPError

        handle = client.submit("fal-ai/whisper", {"prompt": "x"})
        handle.cancel()
        with pytest.raises(FalClientHTTPError, match="was cancelled") as caught:
            handle.get()
        assert 499 == caught.value.status_code

    def test_a_failure_is_typed(self, client, emulator):
        from fal_client.client import FalClientHTTPError

        with pytest.raises(FalClientHTTPError, match=r"422|prompt"):
            client.subscribe("fal-ai/flux/dev", {"prompt": 1})
        emulator.faults.add("job-failed:1@submit")
        with pytest.raises(FalClientHTTPError, match="could not process"):
            client.subscribe("fal-ai/flux/dev", {"prompt": "x"})
