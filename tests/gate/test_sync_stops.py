"""A sync by a generator with a fault in a template, or of a package that would lose a parameter: exit 4."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.sync.catalogue import PROVIDER, model, snapshot, write_provider
from tests.sync.workspace import Workspace

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import load_provider

QUICKER = """
import sys
from schemaloom.cli import main
sys.modules["basedpyright"] = None  # one type checker that objects is enough, and this one takes seconds
"""
FAULTY = f"""{QUICKER}
from jinja2 import ChoiceLoader, DictLoader
from schemaloom.render.environment import environment
from schemaloom.render.model_files import MODEL_TEMPLATE

templates = environment()
text, _, _ = templates.loader.get_source(templates, MODEL_TEMPLATE)
assert "__all__ =" in text
fault = "{{% if 'faulty' in module | string %}}WRONG: int = 'not a number'\\n{{% endif %}}\\n__all__ ="
templates.loader = ChoiceLoader([DictLoader({{MODEL_TEMPLATE: text.replace("__all__ =", fault)}}), templates.loader])
main()
"""
GENERATOR = (sys.executable, "-c", f"{QUICKER}main()")
"""The command, as where basedpyright is not installed."""
GENERATOR_WITH_A_FAULT = (sys.executable, "-c", FAULTY)
"""The same with a template that writes a wrong line for a model with that word in its texts."""


def sync(
    command: tuple[str, ...], workspace: Path, server: RunningEmulator, proofs: str, *options: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command, "sync", PROVIDER, "--base-url", server.base_url, "--rate", "0", *options],
        cwd=workspace,
        env={**os.environ, "SCHEMALOOM_CACHE_DIR": proofs},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_fault_of_the_generator_stops_the_sync_and_changes_nothing(tmp_path: Path, proofs: str) -> None:
    workspace = tmp_path / "workspace"
    write_provider(workspace)
    provider = load_provider(workspace / "specs" / PROVIDER / "provider.toml")
    sketch = model("sketch", seed={"type": "integer", "description": "faulty"})
    with running_emulator(provider, snapshot({"sketch": sketch}), Options(rate_limit=0)) as server:
        Workspace(workspace, server).sync_here()
        before = content(workspace)
        done = sync(GENERATOR_WITH_A_FAULT, workspace, server, proofs, "--report", str(tmp_path / "report.json"))
    assert done.returncode == 4, done.stderr
    start = "error: the new package does not pass its checks: mypy: src/paintbox_sdk/models/sketch.py:"
    assert done.stderr.splitlines()[-1].startswith(start)
    assert "(generated/paintbox-sdk); nothing was written; this is a bug of the generator" in done.stderr
    assert content(workspace) == before
    assert json.loads((tmp_path / "report.json").read_bytes())["exit_code"] == 4


def test_a_fault_in_one_module_holds_back_that_model_and_the_rest_is_released(tmp_path: Path, proofs: str) -> None:
    """The model keeps its last good module; a new one is left untyped."""
    workspace = tmp_path / "workspace"
    write_provider(workspace)
    provider = load_provider(workspace / "specs" / PROVIDER / "provider.toml")
    good = {name: model(name, seed={"type": "integer"}) for name in ("sketch", "poster", "mural")}
    faulty = {"type": "integer", "description": "faulty"}
    with running_emulator(provider, snapshot(good), Options(rate_limit=0)) as server:
        Workspace(workspace, server).sync_here()
        kept = content(workspace)
        server.snapshot = snapshot(
            {
                "sketch": model("sketch", seed=faulty),
                "poster": model("poster", seed={"type": "integer"}, size={"type": "string"}),
                "mural": good["mural"],
                "fresco": model("fresco", seed=faulty),
            }
        )
        done = sync(GENERATOR_WITH_A_FAULT, workspace, server, proofs, "--report", str(tmp_path / "report.json"))
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


def test_an_upgrade_that_takes_something_back_is_released_by_a_person_who_asks_for_it(
    tmp_path: Path, proofs: str
) -> None:
    workspace = tmp_path / "workspace"
    write_provider(workspace)
    provider = load_provider(workspace / "specs" / PROVIDER / "provider.toml")
    with running_emulator(provider, snapshot({"mural": model("mural")}), Options(rate_limit=0)) as server:
        Workspace(workspace, server).sync_here()
        # As an earlier generator wrote it, whose function had one parameter more.
        module = workspace / "generated/paintbox-sdk/src/paintbox_sdk/_runtime/models/data_uri.py"
        text = module.read_text("utf-8")
        assert "max_bytes: int" in text
        module.write_text(text.replace("max_bytes: int", "min_bytes: int = 0, max_bytes: int", 1), "utf-8")
        before = content(workspace)
        refused = sync(GENERATOR, workspace, server, proofs)
        assert (refused.returncode, content(workspace)) == (4, before)
        meant = sync(GENERATOR, workspace, server, proofs, "--bump", "minor")
    error = refused.stderr.splitlines()[-1]
    assert "griffe: paintbox_sdk._runtime.models.data_uri.data_uri(min_bytes): " in error
    assert "because schemaloom was upgraded" in error
    assert "before 1.0 --bump minor" in error
    assert meant.returncode == 0, meant.stderr
    assert "paintbox-sdk is now 0.2.0, was 0.1.0" in meant.stdout
