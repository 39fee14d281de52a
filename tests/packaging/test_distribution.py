"""What a user installs: the wheel made from the sdist, alone in an environment without extras."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.paths import ROOT, SPECS, TEMPLATES

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

PROVIDER = "pixazo"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel that was built from an unpacked sdist, not from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation"]
    subprocess.run([*build, "--sdist", "--outdir", folder, ROOT], check=True, capture_output=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as sdist:
        if hasattr(tarfile, "data_filter"):  # not in the first releases of Python 3.11
            sdist.extraction_filter = tarfile.data_filter
        sdist.extractall(folder / "unpacked")
    (source,) = (folder / "unpacked").iterdir()
    subprocess.run([*build, "--wheel", "--outdir", folder, source], check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the wheel and what it depends on."""
    place = tmp_path_factory.mktemp("environment")
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    uv = [sys.executable, "-m", "uv", "--system-certs"]
    subprocess.run([*uv, "venv", "--python", sys.executable, place], check=True, capture_output=True)
    install = [*uv, "pip", "install", "--python", programs / "python", wheel]
    subprocess.run(install, check=True, capture_output=True)
    return programs


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder that is not the checkout and holds specs of one provider."""
    shutil.copytree(SPECS / PROVIDER, tmp_path / "specs" / PROVIDER)
    return tmp_path


@pytest.fixture
def server() -> Iterator[RunningEmulator]:
    folder = SPECS / PROVIDER
    with running_emulator(
        load_provider(folder / "provider.toml"), read_snapshot(folder), Options(rate_limit=0)
    ) as running:
        yield running


def ran(programs: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(programs / "schemaloom"), *words]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_wheel_holds_every_template_and_every_module(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    source = ROOT / "generator"
    files = {f"schemaloom/templates/{path.relative_to(TEMPLATES).as_posix()}" for path in real_files(TEMPLATES)}
    files |= {path.relative_to(source).as_posix() for path in real_files(source)}
    assert set() == files - held
    assert set() == {name for name in held if ".dist-info/" not in name} - files


def real_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def test_the_command_works_from_another_folder_without_extras(
    installed: Path, elsewhere: Path, server: RunningEmulator
) -> None:
    fetched = ran(installed, elsewhere, "fetch", PROVIDER, "--base-url", server.base_url, "--rate", "0")
    assert 0 == fetched.returncode, fetched.stderr
    assert "0 added, 0 removed, 0 changed, 2 unchanged" in fetched.stdout
    generated = ran(installed, elsewhere, "generate", PROVIDER)
    assert 0 == generated.returncode, generated.stderr
    committed = ROOT / "generated" / "pixazo-sdk"
    for path in real_files(committed):
        assert path.read_bytes() == (elsewhere / "generated" / "pixazo-sdk" / path.relative_to(committed)).read_bytes()
    assert 0 == ran(installed, elsewhere, "generate", PROVIDER, "--check").returncode
    assert 0 == ran(installed, elsewhere, "drift", f"specs/{PROVIDER}", f"specs/{PROVIDER}").returncode


def test_what_needs_an_extra_names_it(installed: Path, elsewhere: Path) -> None:
    run = ran(installed, elsewhere, "serve", PROVIDER)
    assert (2, "") == (run.returncode, run.stdout)
    assert "schemaloom[serve]" in run.stderr
    assert "Traceback" not in run.stderr
