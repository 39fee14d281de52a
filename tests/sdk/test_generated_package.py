"""The committed package as its users meet it, against the emulator over real HTTP."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pixeldojo_sdk
import pytest
from pixeldojo_sdk import AsyncPixelDojo, ConfigurationError, InvalidRequest, PixelDojo, catalogue
from pixeldojo_sdk._profile import PROFILE
from pixeldojo_sdk.models.boogu_image_edit import BooguImageEdit
from pixeldojo_sdk.models.flux_dev import FluxDev
from pixeldojo_sdk.models.p_image_edit import PImageEdit
from pixeldojo_sdk.models.xai_video import XaiVideo
from tests.paths import GENERATED, SPECS

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

PACKAGE = GENERATED / "pixeldojo-sdk"
QUICK = PROFILE._replace(api=PROFILE.api._replace(poll_seconds=(0.02, 0.1)))
"""The provider's profile with pauses that a test can wait for."""
EDIT = BooguImageEdit(prompt="make it snow", image="https://example.com/a.png", guidance_scale=4)


class QuickPixelDojo(PixelDojo):
    profile = QUICK


class QuickAsyncPixelDojo(AsyncPixelDojo):
    profile = QUICK


@pytest.fixture
def server() -> Iterator[RunningEmulator]:
    folder = SPECS / "pixeldojo"
    options = Options(rate_limit=0, job_seconds=0.05)
    with running_emulator(load_provider(folder / "provider.toml"), read_snapshot(folder), options) as running:
        yield running


@pytest.fixture
def client(server: RunningEmulator) -> Iterator[PixelDojo]:
    with QuickPixelDojo(api_key=server.api_key, base_url=server.base_url) as opened:
        yield opened


def modules_after(statement: str) -> set[str]:
    """Names of the modules that a fresh interpreter holds after `statement`."""
    program = f"{statement}\nimport sys; print(' '.join(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(PACKAGE / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


def test_importing_the_package_imports_no_model_and_nothing_heavy() -> None:
    modules = modules_after("from pixeldojo_sdk import PixelDojo, AsyncPixelDojo, catalogue; len(catalogue)")

    assert set() == {name for name in modules if name.startswith("pixeldojo_sdk.models")}
    assert set() == modules & {"httpx", "httpx2", "pydantic", "logging"}


def test_importing_one_model_imports_that_one() -> None:
    modules = modules_after("from pixeldojo_sdk.models.boogu_image_edit import BooguImageEdit")

    assert {"pixeldojo_sdk.models", "pixeldojo_sdk.models.boogu_image_edit"} == {
        name for name in modules if name.startswith("pixeldojo_sdk.models")
    }
    assert set() == modules & {"httpx", "httpx2"}


def test_a_new_client_imports_no_http_library_before_its_first_call() -> None:
    modules = modules_after("from pixeldojo_sdk import PixelDojo; PixelDojo(api_key='k').close()")

    assert set() == modules & {"httpx", "httpx2", "pydantic", "ssl", "json"}


def test_a_client_closed_before_its_first_call_makes_none(server: RunningEmulator) -> None:
    closed = QuickPixelDojo(api_key=server.api_key, base_url=server.base_url)
    closed.close()

    with pytest.raises(ConfigurationError, match="the client is closed"):
        closed.jobs.list()
    assert not server.log.of("jobs")


def test_a_client_that_cannot_be_set_up_spends_nothing(
    server: RunningEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "carrier-pigeon://loft")

    with QuickPixelDojo(api_key=server.api_key, base_url=server.base_url, max_credits=100) as unlucky:
        with pytest.raises(ConfigurationError, match="carrier-pigeon"):
            unlucky.submit(EDIT)
        assert 0 == unlucky.spent


def test_the_catalogue_knows_every_model_and_loads_its_class() -> None:
    assert 70 == len(catalogue)
    for model_id, info in catalogue.items():
        assert model_id == info.load().__model_id__


def test_every_exported_name_is_there() -> None:
    assert sorted(set(pixeldojo_sdk.__all__)) == sorted(pixeldojo_sdk.__all__)
    assert [] == [name for name in pixeldojo_sdk.__all__ if not hasattr(pixeldojo_sdk, name)]


def test_only_what_was_set_is_sent(server: RunningEmulator, client: PixelDojo) -> None:
    client.run(EDIT, timeout=20)

    assert {"prompt": "make it snow", "image": "https://example.com/a.png", "guidance_scale": 4} == (
        json.loads(server.log.of("submit")[-1].body)
    )


def test_a_picture_is_saved(client: PixelDojo, tmp_path: Path) -> None:
    result = client.run(EDIT, timeout=20)
    saved = result.output.images[0].save(tmp_path / "snow.png")

    assert b"\x89PNG\r\n\x1a\n" == saved.read_bytes()[:8]
    assert 1 == result.cost
    assert 999 == result.credits_remaining


def test_a_film_is_saved_and_a_model_without_a_published_schema_runs(client: PixelDojo, tmp_path: Path) -> None:
    film = client.run(XaiVideo(prompt="waves"), timeout=20).output.video
    picture = client.run(FluxDev(extra={"prompt": "waves", "steps": 4}), timeout=20).output.images[0]

    assert film is not None
    assert b"ftyp" == film.save(tmp_path / "waves.mp4").read_bytes()[4:8]
    assert b"\x89PNG" == picture.save(tmp_path / "waves.png").read_bytes()[:4]


def test_asynchronously_too(server: RunningEmulator, tmp_path: Path) -> None:
    async def run() -> Path:
        async with QuickAsyncPixelDojo(api_key=server.api_key, base_url=server.base_url) as client:
            result = await client.run(EDIT, timeout=20)
            return await result.output.images[0].asave(tmp_path / "snow.png")

    assert b"\x89PNG" == asyncio.run(run()).read_bytes()[:4]


def test_the_key_reaches_the_api_origin_only(server: RunningEmulator, client: PixelDojo, tmp_path: Path) -> None:
    client.run(EDIT, timeout=20).output.images[0].save(tmp_path / "a.png")
    server.faults.add("redirect-foreign:1@submit")
    with pytest.raises(pixeldojo_sdk.SDKError):
        client.run(EDIT, timeout=20)
    server.faults.add("redirect-foreign@job")
    with pytest.raises(pixeldojo_sdk.SDKError):
        client.run(EDIT, timeout=3)

    foreign = [entry for entry in server.log if entry.host == "files"]
    assert foreign
    assert [] == [entry for entry in foreign if entry.key_sent]
    assert [] == [entry for entry in server.log.of("submit") if not entry.key_sent]


def test_what_the_server_refuses_is_an_error_with_its_words(server: RunningEmulator, client: PixelDojo) -> None:
    broken = BooguImageEdit.model_construct(_fields_set={"prompt"}, prompt="no image")  # past the class's own check
    with pytest.raises(InvalidRequest) as caught:
        client.run(broken, timeout=20)

    assert 400 == caught.value.status
    assert "image" in str(caught.value)
    assert server.api_key not in repr(caught.value)


def test_a_request_survives_its_own_payload() -> None:
    request = PImageEdit.model_validate({"prompt": "x", "images": ["https://example.com/a.png"], "aspect_ratio": "1:1"})

    assert request == PImageEdit(prompt="x", images=["https://example.com/a.png"], aspect_ratio="1:1")


def snippets() -> list[str]:
    return re.findall(r"```python\n(.*?)```", (PACKAGE / "README.md").read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("number", range(len(snippets())))
def test_every_snippet_of_the_packages_readme_runs(number: int, server: RunningEmulator, tmp_path: Path) -> None:
    environment = {
        "PYTHONPATH": str(PACKAGE / "src"),
        "PIXELDOJO_API_KEY": server.api_key,
        "PIXELDOJO_BASE_URL": server.base_url,
    }
    subprocess.run([sys.executable, "-c", snippets()[number]], cwd=tmp_path, env=environment, check=True)

    assert 1 == len(list(tmp_path.iterdir()))
