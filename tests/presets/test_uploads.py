"""Files that a package uploads: where they arrive, what is sent along, and what is refused."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from datetime import date

import httpx
import pytest
from tests.generated_package import impatient, imported
from tests.presets.conftest import snapshot, upscaler

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.pipeline.fetch import fetch
from schemaloom.pipeline.init import init
from schemaloom.settings.provider import load_provider

LAMP = b"\x89PNG\r\n\x1a\n a lamp \xff"
CLIENTS = {"replicate": "Replicate", "fal": "Fal"}


@pytest.fixture(scope="module", params=CLIENTS)
def upload(request, tmp_path_factory):
    """The emulator, the package and the name of its client."""
    name, root = request.param, tmp_path_factory.mktemp(request.param)
    init(name, root=root, base_url="https://unused.example", preset=name)
    provider = load_provider(root / "specs" / name / "provider.toml")
    files = (
        upscaler("acme/upscaler", version="1" * 64, official="false")
        if name == "replicate"
        else upscaler("acme/upscale/v2")
    )
    with running_emulator(provider, snapshot(files), Options(rate_limit=0, job_seconds=0.1)) as emulator:
        fetch(root / "specs" / name, today=date(2026, 2, 1), environ={}, base_url=emulator.base_url, rate=0)
        with imported(name, specs=root / "specs", out=root / "out") as package:
            yield emulator, package, CLIENTS[name]


@pytest.fixture
def client(upload):
    emulator, package, name = upload
    emulator.log.clear()
    with impatient(getattr(package, name))(emulator.api_key, base_url=emulator.base_url) as client:
        yield client


def test_a_file_arrives_whole_under_its_name_and_type(client, upload, tmp_path):
    path = tmp_path / 'lamp "of" ü.png'
    path.write_bytes(LAMP)
    found = httpx.get(client.upload(path))
    assert (LAMP, "image/png") == (found.content, found.headers["content-type"])


def test_a_content_is_uploaded_once_however_it_is_given(client, upload, tmp_path):
    emulator, _, _ = upload
    (tmp_path / "lamp").write_bytes(LAMP)
    urls = {client.upload(source) for source in (tmp_path / "lamp", str(tmp_path / "lamp"), LAMP, io.BytesIO(LAMP))}
    assert (1, 1) == (len(urls), len(emulator.log.of("upload")))
    assert urls != {client.upload(LAMP + b"!")}
    assert urls != {client.upload(LAMP, media_type="image/webp")}


def test_the_key_goes_to_the_api_alone(client, upload):
    emulator, _, _ = upload
    httpx.get(client.upload(LAMP))
    seen = {(sent.host, sent.key_sent) for sent in emulator.log}
    assert {("api", True), ("files", False)} == seen


def test_an_upload_that_fails_for_a_moment_is_repeated(client, upload):
    emulator, _, _ = upload
    emulator.faults.add("error=503:1@upload")
    assert LAMP == httpx.get(client.upload(LAMP)).content
    assert [503, 200] == [sent.status for sent in emulator.log.of("upload")]


def test_an_asynchronous_client_uploads(upload):
    emulator, package, name = upload

    async def run() -> str:
        async with getattr(package, f"Async{name}")(emulator.api_key, base_url=emulator.base_url) as client:
            return await client.upload(LAMP)

    assert LAMP == httpx.get(asyncio.run(run())).content


def test_what_cannot_be_uploaded_is_refused_before_anything_is_sent(client, upload, tmp_path):
    emulator, package, _ = upload
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(package.ConfigurationError, match="is empty"):
        client.upload(tmp_path / "empty")
    with pytest.raises(FileNotFoundError):
        client.upload(tmp_path / "nowhere.png")
    small = client.profile.upload._replace(max_bytes=len(LAMP) - 1)
    client._bind(client._context._replace(profile=client.profile._replace(upload=small)))
    with pytest.raises(package.ConfigurationError, match=f"larger than {len(LAMP) - 1} bytes"):
        client.upload(LAMP)
    client._bind(client._context._replace(profile=client.profile._replace(upload=None)))
    with pytest.raises(package.Unsupported, match="no uploads"):
        client.upload(LAMP)
    assert 0 == len(emulator.log)


def paid(emulator) -> list[object]:
    return [json.loads(sent.body) for sent in emulator.log.of("submit")]


def names(emulator) -> list[str]:
    return [sent.route for sent in emulator.log if sent.route in {"upload", "submit"}]


class TestLocalFiles:
    """Local files in parameters of a request."""

    @pytest.fixture
    def request_of(self, upload):
        """Return a request with a value for the first parameter that is a file."""
        _, package, name = upload
        model = {"Replicate": "acme/upscaler", "Fal": "acme/upscale/v2"}[name]
        kind = package.catalogue[model].load()
        return lambda **values: kind(**{"prompt": "x", **values})

    def value(self, emulator, field):
        (body,) = paid(emulator)
        return body.get("input", body)[field]

    def test_a_path_is_uploaded_before_the_request_is_paid_for(self, client, upload, request_of, tmp_path):
        emulator, _, _ = upload
        (tmp_path / "lamp.png").write_bytes(LAMP)
        request = request_of(image=tmp_path / "lamp.png")
        assert client.run(request).raw
        assert ["upload", "submit"] == names(emulator)
        url = self.value(emulator, "image")
        assert (LAMP, True) == (httpx.get(url).content, url.endswith("lamp.png"))
        assert tmp_path / "lamp.png" == request.image  # the request itself stays as it was

    def test_open_files_lists_and_nested_objects(self, client, upload, request_of, tmp_path):
        emulator, _, _ = upload
        (tmp_path / "lamp.png").write_bytes(LAMP)
        with (tmp_path / "lamp.png").open("rb") as file:
            client.run(
                request_of(
                    image=file,
                    references=[tmp_path / "lamp.png", "https://e.com/a.png"],
                    style={"weight_url": tmp_path / "lamp.png"},
                )
            )
        references, style = self.value(emulator, "references"), self.value(emulator, "style")
        assert "https://e.com/a.png" == references[1]
        assert {LAMP} == {httpx.get(url).content for url in (references[0], style["weight_url"])}
        assert ["upload", "submit"] == names(emulator)

    def test_a_batch_uploads_one_content_once(self, client, upload, request_of, tmp_path):
        emulator, _, _ = upload
        (tmp_path / "lamp.png").write_bytes(LAMP)
        outcomes = client.run_many([request_of(image=tmp_path / "lamp.png", size=number) for number in range(1, 9)])
        assert [] == [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert (1, 8) == (names(emulator).count("upload"), names(emulator).count("submit"))

    def test_a_file_that_cannot_be_uploaded_costs_nothing(self, client, upload, request_of, tmp_path):
        emulator, package, _ = upload
        with pytest.raises(FileNotFoundError):
            client.run(request_of(image=tmp_path / "nowhere.png"))
        (tmp_path / "lamp.png").write_bytes(LAMP)
        emulator.faults.add("error=400:1@upload")
        with pytest.raises(package.InvalidRequest):
            client.run(request_of(image=tmp_path / "lamp.png"))
        emulator.faults.add("latency=5:1@upload")
        with pytest.raises(package.SDKError):
            client.run(request_of(image=tmp_path / "lamp.png"), timeout=0.3)
        assert [] == paid(emulator)

    def test_other_values_are_refused_as_before(self, upload, request_of, tmp_path):
        for wrong in (5, object()):
            with pytest.raises(ValueError, match="valid string") as caught:
                request_of(image=wrong)
            assert [("image",)] == [error["loc"] for error in caught.value.errors()]
        with pytest.raises(ValueError, match="valid string"):
            request_of(prompt=tmp_path)  # no file
        _, package, _ = upload
        with pytest.raises(package.ConfigurationError, match="local file"):
            request_of(image=tmp_path / "lamp.png").call()

    def test_a_provider_without_uploads_is_sent_data_urls(self, client, upload, request_of, tmp_path):
        emulator, package, _ = upload
        (tmp_path / "lamp.png").write_bytes(LAMP)
        inline = client.profile.upload._replace(url=None, form=None, put=(), file=(), max_bytes=len(LAMP))
        client._bind(client._context._replace(profile=client.profile._replace(upload=inline)))
        client.run(request_of(image=tmp_path / "lamp.png"))
        assert f"data:image/png;base64,{base64.b64encode(LAMP).decode()}" == self.value(emulator, "image")
        assert client.upload(LAMP) == self.value(emulator, "image")
        (tmp_path / "lamp.png").write_bytes(LAMP + b"!")
        with pytest.raises(package.ConfigurationError, match="larger than"):
            client.run(request_of(image=tmp_path / "lamp.png"))
        client._bind(client._context._replace(profile=client.profile._replace(upload=None)))
        with pytest.raises(package.Unsupported, match="no uploads"):
            client.run(request_of(image=tmp_path / "lamp.png"))
        assert ["submit"] == names(emulator)

    def test_a_recorded_job_is_resumed_for_another_upload_of_the_content(self, upload, request_of, tmp_path):
        emulator, package, name = upload
        emulator.log.clear()
        for copy in ("a.png", "b.png"):
            (tmp_path / copy).write_bytes(LAMP)
            ledger = {"ledger": tmp_path / "ledger"}
            with getattr(package, name)(emulator.api_key, base_url=emulator.base_url, **ledger) as client:
                job = client.submit(request_of(image=tmp_path / copy))
        assert (2, 1) == (names(emulator).count("upload"), names(emulator).count("submit"))
        assert job.id


def test_an_asynchronous_batch_uploads_one_content_once(upload, tmp_path):
    emulator, package, name = upload
    emulator.log.clear()
    (tmp_path / "lamp.png").write_bytes(LAMP)
    model = {"Replicate": "acme/upscaler", "Fal": "acme/upscale/v2"}[name]
    requests = [package.catalogue[model].load()(prompt="x", image=tmp_path / "lamp.png", size=size) for size in (1, 2)]

    async def run() -> list[object]:
        async with getattr(package, f"Async{name}")(emulator.api_key, base_url=emulator.base_url) as client:
            return await client.run_many(requests)

    assert [] == [outcome for outcome in asyncio.run(run()) if isinstance(outcome, Exception)]
    assert ["upload", "submit", "submit"] == names(emulator)
