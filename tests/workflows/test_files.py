"""The workflow files are well made, and ours is the one that everybody gets."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.paths import ROOT
from tests.workflows.ours import BUILD, SCRIPT, rendered

from schemaloom.drift.formats.markdown import LARGEST

BIN = Path(sys.executable).parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"^[\w-]+/[\w-]+(/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def checked(*command: str | Path) -> str:
    done = subprocess.run([*command], cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("path", sorted(rendered()))
def test_ours_is_what_init_writes(path: str) -> None:
    assert (ROOT / path).read_bytes() == rendered()[path], "run: python -m tests.workflows"


def test_actionlint_and_shellcheck_find_nothing() -> None:
    assert checked(BIN / "actionlint", f"-shellcheck={BIN / 'shellcheck'}", *WORKFLOWS) == ""
    assert checked(BIN / "shellcheck", SCRIPT, BUILD) == ""


def test_zizmor_finds_nothing() -> None:
    assert checked(BIN / "zizmor", "--offline", "--no-progress", "--persona=pedantic", ".github") == ""


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_commit_with_its_version_beside_it(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text())

    assert used
    assert [] == [action for action in used if not PINNED.match(action)]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_is_interpolated_into_a_script(path: Path) -> None:
    jobs = yaml.safe_load(path.read_text())["jobs"].values()

    assert [] == [step for job in jobs for step in job["steps"] if "${{" in step.get("run", "")]


def test_only_the_job_that_proposes_may_write_and_it_runs_one_script() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/regenerate.yml").read_text())
    jobs = workflow["jobs"]

    assert workflow["permissions"] == {}
    assert jobs["sync"]["permissions"] == {"contents": "read"}
    assert jobs["propose"]["permissions"] == {"contents": "write", "pull-requests": "write"}
    assert [step["run"] for step in jobs["propose"]["steps"] if "run" in step] == [f"bash {SCRIPT} proposals"]


def test_the_schedule_is_an_odd_minute() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/regenerate.yml").read_text())
    [schedule] = workflow[True]["schedule"]  # YAML 1.1 reads "on" as true

    assert int(schedule["cron"].split()[0]) % 5 != 0


def test_a_report_fits_a_pull_request() -> None:
    assert LARGEST <= 60_000
