"""Whatever moment a command dies at, the folders are the old ones or the new ones, and the next run heals."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.crash import stage
from tests.crash.killing import random_kills
from tests.paths import ROOT

from schemaloom.files.rollback import old_sibling

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="strikes a forked child")

Runs = list[dict[str, Any]]


def strike(folder: Path, scene: str, how: str, *options: str) -> Runs:
    command = [sys.executable, "-m", "tests.crash.striking", folder, scene, how, "--every", "60", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    return [json.loads(line) for line in done.stdout.splitlines()]


def check_healed(runs: Runs) -> None:
    assert [run for run in runs if run["reader"] != 0] == []
    assert [run for run in runs if (run["again"], run["clean"]) != (0, True)] == []
    assert {tuple(sorted(set(run["recovered"]))) for run in runs} == {("old",), ("new",)}


@pytest.mark.parametrize("scene", ["fetch", "generate"])
def test_a_kill_leaves_all_folders_old_or_all_new_for_the_next_reader(tmp_path: Path, scene: str) -> None:
    runs = strike(tmp_path, scene, "kill")

    check_healed(runs)
    assert {state for run in runs for state in run["seen"]} == {"old", "new"}
    assert {run["struck"] for run in runs} == {-signal.SIGKILL, 0}
    if scene == "generate":
        assert ["old", "new"] in [run["seen"] for run in runs]  # killed between two folders, and taken back


def test_so_it_does_where_directories_cannot_be_exchanged(tmp_path: Path) -> None:
    runs = strike(tmp_path, "generate", "kill", "--renames")

    check_healed(runs)
    assert {state for run in runs for state in run["seen"]} == {"old", "new", "missing"}


def test_a_full_disk_is_one_line_and_exit_2_unless_only_tidying_up_is_left(tmp_path: Path) -> None:
    runs = strike(tmp_path, "generate", "full")

    check_healed(runs)
    assert {(run["struck"], *run["seen"]) for run in runs} == {(2, "old", "old"), (0, "new", "new")}
    assert {run["output"].count("\n") for run in runs} == {1}
    assert {"No space left on device" in run["output"] for run in runs if run["struck"]} == {True}


def test_ctrl_c_leaves_nothing_half_done(tmp_path: Path) -> None:
    runs = strike(tmp_path, "sync", "interrupt")

    check_healed(runs)
    assert {tuple(run["seen"]) for run in runs} == {("old", "old"), ("new", "new")}
    assert {run["struck"] for run in runs[:-1]} == {130}  # the last was left alone
    assert [run["output"] for run in runs[:-1] if not run["output"].endswith("nothing was half written\n")] == []
    assert [run["output"] for run in runs if "Traceback" in run["output"]] == []


def test_processes_killed_at_any_moment_leave_what_the_next_one_mends(tmp_path: Path) -> None:
    ends = list(random_kills(tmp_path, times=2, seed=7))

    assert [end[1:] for end in ends] == [(True, True)] * 2


def test_serving_begins_with_putting_back_what_a_kill_left(tmp_path: Path) -> None:
    stage.write_old_specs(tmp_path)
    folder = tmp_path / stage.SPECS
    folder.rename(old_sibling(folder))

    process = subprocess.Popen(
        [sys.executable, "-m", "schemaloom", "serve", stage.PROVIDER, "--port", "0"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert "3 models" in (process.stdout.readline() if process.stdout else "")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def test_no_record_found_in_a_checkout_moves_a_folder_that_it_does_not_know(tmp_path: Path) -> None:
    stage.write_old_specs(tmp_path / "work")
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("mine")
    shutil.copytree(tmp_path / "work" / stage.SPECS, old_sibling(precious))
    record = {"id": "0" * 32, "folders": ["paintbox", "../../precious"], "old": 1, "new": precious.stat().st_ino}
    (tmp_path / "work" / "specs" / ".paintbox.schemaloom-undo").write_text(json.dumps(record))

    done = subprocess.run(
        [sys.executable, "-m", "schemaloom", "generate", stage.PROVIDER],
        cwd=tmp_path / "work",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, (precious / "file").read_text()) == (0, "mine")
    assert old_sibling(precious).exists()
    assert [path.name for path in (tmp_path / "work" / "specs").iterdir()] == ["paintbox"]
