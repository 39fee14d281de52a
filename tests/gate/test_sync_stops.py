"""A sync by a generator with a fault in a template, or by one that breaks what it promised: exit 4, no byte moved."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.paths import ROOT
from tests.sync.catalogue import FIRST, PROVIDER, model, snapshot, write_provider
from tests.sync.workspace import Workspace

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import load_provider

MODEL = "package/src/{package}/models/{model}.py.j2"


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


def test_a_fault_of_the_generator_stops_the_sync_and_changes_nothing(tmp_path: Path) -> None:
    tool, workspace = installed(tmp_path / "tool"), tmp_path / "workspace"
    write_provider(workspace)
    provider = load_provider(workspace / "specs" / PROVIDER / "provider.toml")
    template = tool / "schemaloom" / "templates" / MODEL
    text = template.read_text("utf-8")
    assert "__all__ =" in text
    template.write_text(text.replace("__all__ =", "WRONG: int = 'not a number'\n__all__ ="), "utf-8")
    with running_emulator(provider, snapshot({"sketch": FIRST["sketch"]}), Options(rate_limit=0)) as server:
        Workspace(workspace, server).sync_here()
        before = content(workspace)
        done = sync(tool, workspace, server, "--report", str(tmp_path / "report.json"))
    assert done.returncode == 4, done.stderr
    said = "error: the new package does not pass its checks: mypy: src/paintbox_sdk/models/sketch.py:"
    assert done.stderr.splitlines()[-1].startswith(said)
    assert "(generated/paintbox-sdk); nothing was written; this is a bug of the generator" in done.stderr
    assert content(workspace) == before
    assert json.loads((tmp_path / "report.json").read_bytes())["exit_code"] == 4


def test_a_fault_in_one_module_holds_back_that_model_and_the_rest_is_released(tmp_path: Path) -> None:
    """The model keeps its last good module; a new one is left untyped."""
    tool, workspace = installed(tmp_path / "tool"), tmp_path / "workspace"
    write_provider(workspace)
    provider = load_provider(workspace / "specs" / PROVIDER / "provider.toml")
    template = tool / "schemaloom" / "templates" / MODEL
    text = template.read_text("utf-8")
    fault = (
        "{% if 'faulty' in module.exported or 'faulty' in module | string %}WRONG: int = 'not a number'\n{% endif %}"
    )
    template.write_text(text.replace("__all__ =", f"{fault}\n__all__ ="), "utf-8")
    good = {name: model(name, seed={"type": "integer"}) for name in ("sketch", "poster", "mural")}
    faulty = {"type": "integer", "description": "faulty"}
    with running_emulator(provider, snapshot(good), Options(rate_limit=0)) as server:
        assert sync(tool, workspace, server).returncode == 0
        kept = content(workspace)
        server.snapshot = snapshot(
            {
                "sketch": model("sketch", seed=faulty),
                "poster": model("poster", seed={"type": "integer"}, size={"type": "string"}),
                "mural": good["mural"],
                "fresco": model("fresco", seed=faulty),
            }
        )
        done = sync(tool, workspace, server, "--report", str(tmp_path / "report.json"))
    after = content(workspace)
    modules = {Path(path).stem: text for path, text in after.items() if "/models/" in path and path.endswith(".py")}
    report = json.loads((tmp_path / "report.json").read_bytes())
    assert done.returncode == 4, done.stderr
    assert "2 models held back, because their new modules fail the checks: " in done.stderr.splitlines()[-1]
    assert "fresco: mypy: src/paintbox_sdk/models/fresco.py" in done.stderr
    assert "everything else was released" in done.stderr
    assert (True, 4) == (report["written"], report["exit_code"])
    assert b"size" in modules["poster"]
    assert modules["sketch"] == next(text for path, text in kept.items() if path.endswith("/models/sketch.py"))
    assert b"faulty" not in modules["fresco"]
    assert b"extra" in modules["fresco"]


def test_an_upgrade_that_takes_something_back_is_released_by_a_person_who_says_so(tmp_path: Path) -> None:
    tool, workspace = installed(tmp_path / "tool"), tmp_path / "workspace"
    write_provider(workspace)
    provider = load_provider(workspace / "specs" / PROVIDER / "provider.toml")
    inputs = tool / "schemaloom" / "templates" / "runtime" / "models" / "data_uri.py"
    text = inputs.read_text("utf-8")
    assert "max_bytes" in text
    inputs.write_text(text.replace("max_bytes", "most_bytes"), "utf-8")
    with running_emulator(provider, snapshot({"sketch": FIRST["sketch"]}), Options(rate_limit=0)) as server:
        Workspace(workspace, server).sync_here()
        before = content(workspace)
        refused = sync(tool, workspace, server)
        assert (refused.returncode, content(workspace)) == (4, before)
        meant = sync(tool, workspace, server, "--bump", "minor")
    said = refused.stderr.splitlines()[-1]
    assert "griffe: paintbox_sdk._runtime.models.data_uri.data_uri(max_bytes): " in said
    assert "because schemaloom was upgraded" in said
    assert "before 1.0 --bump minor" in said
    assert meant.returncode == 0, meant.stderr
    assert "paintbox-sdk is now 0.2.0, was 0.1.0" in meant.stdout
