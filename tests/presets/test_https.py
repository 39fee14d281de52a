"""Clients that accept https alone, unchanged and in processes of their own, on an emulator with a certificate."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from tests.presets.conftest import SNAPSHOTS

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.errors import UsageError
from schemaloom.render.scaffold import presets
from schemaloom.settings.provider import parse_provider

REPLICATE = """
import replicate
(file,) = replicate.run("black-forest-labs/flux-schnell", input={"prompt": "x"})
print(type(file).__name__, file.read()[:4])
"""
FAL = """
import fal_client
found = fal_client.subscribe("fal-ai/flux/dev", {"prompt": "x"}, with_logs=True, on_queue_update=lambda update: None)
print(len(found["images"]), found["images"][0]["url"].partition("//")[0])
"""


@pytest.fixture
def emulated(request, tmp_path):
    preset = request.param
    provider = parse_provider(presets()[preset].encode(), where=preset)
    options = Options(rate_limit=0, job_seconds=0.1, certificate=tmp_path / "emulator.pem")
    with running_emulator(provider, SNAPSHOTS[preset], options) as emulator:
        yield emulator


def run(script: str, certificate: Path, **environment: str) -> str:
    environ = {**os.environ, **environment, "SSL_CERT_FILE": str(certificate)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("emulated", ["replicate"], indirect=True)
def test_replicate_reads_its_files(emulated, tmp_path):
    base = emulated.base_url.removesuffix("/v1")
    assert base.startswith("https://")
    environment = {"REPLICATE_API_TOKEN": emulated.api_key, "REPLICATE_BASE_URL": base}
    found = run(REPLICATE, tmp_path / "emulator.pem", REPLICATE_POLL_INTERVAL="0.05", **environment)
    assert r"FileOutput b'\x89PNG'" == found


@pytest.mark.parametrize("emulated", ["fal"], indirect=True)
def test_fal_runs_with_nothing_but_its_environment(emulated, tmp_path):
    host = emulated.base_url.removeprefix("https://")
    environment = {"FAL_KEY": emulated.api_key, "FAL_QUEUE_RUN_HOST": host}
    assert "1 https:" == run(FAL, tmp_path / "emulator.pem", **environment)


@pytest.mark.parametrize("emulated", ["fal"], indirect=True)
def test_its_certificate_alone_is_trusted(emulated, tmp_path):
    strict = ssl.create_default_context(cafile=tmp_path / "emulator.pem")
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    assert 405 == httpx.get(f"{emulated.base_url}/nothing", verify=strict).status_code
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{emulated.base_url}/nothing")
    assert b"PRIVATE" not in (tmp_path / "emulator.pem").read_bytes()


def test_a_certificate_that_cannot_be_written_is_an_error(tmp_path):
    provider = parse_provider(presets()["fal"].encode(), where="fal")
    options = Options(certificate=tmp_path / "missing" / "emulator.pem")
    with (
        pytest.raises(UsageError, match="cannot write the certificate: No such file or directory"),
        running_emulator(provider, SNAPSHOTS["fal"], options),
    ):
        pass
