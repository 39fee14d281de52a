"""A sync by a generator with a fault in a template: exit 4, one line, and no byte moved."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.paths import ROOT
from tests.sync.catalogue import FIRST, PACKAGE, PROVIDER, snapshot, write_provider

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import load_provider

MODEL = "package/src/{package}/models/{model}.py.j2"


@pytest.fixture(scope="module")
def good(server: RunningEmulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace after a sync by the tool as it is."""
    workspace = tmp_path_factory.mktemp("good")
    write_provider(workspace)
    done = sync(installed(tmp_path_factory.mktemp("tool")), workspace, server)
    assert done.returncode == 0, done.stderr
    assert (workspace / "generated" / PACKAGE / "examples" / "every_model.py").is_file()
    return workspace


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    folder = tmp_path_factory.mktemp("provider")
    write_provider(folder)
    provider = load_provider(folder / "specs" / PROVIDER / "provider.toml")
    with running_emulator(provider, snapshot({"sketch": FIRST["sketch"]}), Options(rate_limit=0)) as server:
        yield server


def installed(folder: Path) -> Path:
    """A copy of the tool as a wheel holds it, templates inside; gives what PYTHONPATH has to name."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "generator" / "schemaloom", folder / "schemaloom", ignore=ignored)
    shutil.copytree(ROOT / "templates", folder / "schemaloom" / "templates", ignore=ignored)
    return folder


def sync(tool: Path, workspace: Path, server: RunningEmulator, *options: str) -> subprocess.CompletedProcess[str]:
    where = ["--base-url", server.base_url, "--rate", "0"]
    return subprocess.run(
        [sys.executable, "-m", "schemaloom", "sync", PROVIDER, *where, *options],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(tool)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("__all__ =", "WRONG: int = 'not a number'\n__all__ =", "mypy: src/paintbox_sdk/models/sketch.py:"),
        ("{{ field.name }}:", "{{ field.name }}x:", "imports: examples/every_model.py: ValidationError: "),
    ],
)
def test_a_fault_of_the_generator_stops_the_sync_and_changes_nothing(
    server: RunningEmulator, good: Path, tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    tool = installed(tmp_path / "tool")
    workspace = shutil.copytree(good, tmp_path / "workspace")
    before = content(workspace)
    template = tool / "schemaloom" / "templates" / MODEL
    text = template.read_text("utf-8")
    assert right in text
    template.write_text(text.replace(right, wrong), "utf-8")
    done = sync(tool, workspace, server, "--report", str(tmp_path / "report.json"))
    assert done.returncode == 4, done.stderr
    assert done.stderr.splitlines()[-1].startswith(f"error: the new package does not pass its checks: {said}")
    assert "(generated/paintbox-sdk); the generator is at fault and nothing was written" in done.stderr
    assert content(workspace) == before
    assert json.loads((tmp_path / "report.json").read_bytes())["exit_code"] == 4
