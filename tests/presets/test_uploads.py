"""Files that a package uploads: where they arrive, what is sent along, and what is refused."""

from __future__ import annotations

import asyncio
import io
from datetime import date

import httpx
import pytest
from tests.generated_package import impatient, imported
from tests.presets.conftest import SNAPSHOTS

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
    with running_emulator(provider, SNAPSHOTS[name], Options(rate_limit=0, job_seconds=0.1)) as emulator:
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
