"""What happens after the merge: a version without a tag is built, proved, and becomes a release with its notes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tests.command_line import SCHEMALOOM_ALONE
from tests.workflows.github import Hub
from tests.workflows.ours import BUILD
from tests.workflows.test_regenerate import BRUSH, PEN, catalogue

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.render.scaffold import RELEASE_WORKFLOW, render_provider
from schemaloom.settings.provider import parse_provider

NAME = "paintbox-sdk"


@pytest.fixture
def api() -> Iterator[RunningEmulator]:
    provider = parse_provider(render_provider("paintbox", base_url="https://api.example.com/v1"), where="paintbox")
    with running_emulator(provider, catalogue(BRUSH), Options(rate_limit=0)) as server:
        yield server


def schemaloom(hub: Hub, folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        [*SCHEMALOOM_ALONE, *arguments], cwd=folder, env=hub.environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def build(hub: Hub, work: Path) -> tuple[str, Path]:
    """Run the build job's script; its output variable, and the folder of the releases."""
    output = work.parent / "output"
    output.write_text("")
    done = subprocess.run(
        ["bash", BUILD, "releases"], cwd=work, env=hub.environ | {"GITHUB_OUTPUT": str(output)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return output.read_text(), work / "releases"


def publish(hub: Hub, work: Path) -> None:
    """Run the last step of the job that publishes, where the workflow runs it."""
    steps = yaml.safe_load((work / RELEASE_WORKFLOW).read_text())["jobs"]["publish"]["steps"]
    [step] = [step for step in steps if "run" in step]
    given = {"GH_TOKEN": "t", "DISTRIBUTION": NAME, "GITHUB_SHA": hub.git("rev-parse", "HEAD", cwd=work)}
    subprocess.run(["bash", "-e", "-c", step["run"]], cwd=work, env=hub.environ | given, check=True)


def test_each_version_is_built_proved_and_released_once(tmp_path: Path, api: RunningEmulator) -> None:
    hub = Hub(tmp_path / "hub")
    work = tmp_path / "seed"
    hub.git("init", "--quiet", "--initial-branch=main", str(work), cwd=tmp_path)
    schemaloom(hub, work, "init", "paintbox", "--base-url", api.base_url)
    schemaloom(hub, work, "sync", "paintbox", "--rate", "0")
    hub.push(work)
    hub.git("fetch", "--quiet", str(hub.origin), "main", cwd=work)

    output, releases = build(hub, work)
    assert output == f'distributions=["{NAME}"]\n'
    assert [path.name for path in (releases / NAME / "dist").iterdir()] == ["paintbox_sdk-0.1.0-py3-none-any.whl"]
    publish(hub, work)
    publish(hub, work)
    assert [call[:2] for call in hub.calls()] == [["release", "view"], ["release", "create"], ["release", "view"]]

    hub.git("fetch", "--quiet", "--tags", str(hub.origin), cwd=work)
    assert build(hub, work)[0] == "distributions=[]\n"

    api.snapshot = catalogue(BRUSH, PEN)
    hub.git("clean", "--quiet", "--force", "-d", "releases", cwd=work)
    schemaloom(hub, work, "sync", "paintbox", "--rate", "0")
    hub.push(work)
    _, releases = build(hub, work)
    publish(hub, work)

    assert (releases / NAME / "notes.md").read_text().strip().endswith("### Added\n\n- Model `pen` was added.")
    kept = {path.name for path in (hub.folder / "releases" / f"{NAME}-v0.1.1").iterdir()}
    assert kept == {"drift.html", "drift.json", "notes.md", "paintbox_sdk-0.1.1-py3-none-any.whl"}
    assert "pen" in (releases / NAME / "reports" / "drift.html").read_text()
    assert hub.git("tag").splitlines() == [f"{NAME}-v0.1.0", f"{NAME}-v0.1.1"]


def test_only_the_job_that_publishes_may_write_and_it_runs_no_code_of_the_repository() -> None:
    jobs = yaml.safe_load(Path(RELEASE_WORKFLOW).read_text())["jobs"]

    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert jobs["publish"]["permissions"] == {"contents": "write", "id-token": "write"}
    used = [step["uses"].partition("@")[0] for step in jobs["publish"]["steps"] if "uses" in step]
    assert used == ["actions/download-artifact", "pypa/gh-action-pypi-publish"]
    assert "password" not in Path(RELEASE_WORKFLOW).read_text()
