"""A write that is killed leaves the old or the new content, never a mixture."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Runs = tuple[str, list[dict[str, Any]]]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked child")


@pytest.fixture(scope="module", params=["exchange", "renames"])
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """What was seen after each of many kills, by the way in which the new tree takes its place."""
    folder = tmp_path_factory.mktemp("killed") / "parent"
    folder.mkdir()
    command = [sys.executable, Path(__file__).with_name("killed.py"), folder, request.param]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return request.param, [json.loads(line) for line in done.stdout.splitlines()]


def test_anyone_sees_the_old_or_the_new_at_any_moment(runs: Runs) -> None:
    way, found = runs
    seen = [run["seen"] for run in found]

    gaps = seen.count("missing")
    assert gaps == (1 if way == "renames" or sys.platform not in {"linux", "darwin"} else 0)
    turn = seen.index("new") - gaps
    assert seen == ["old"] * turn + ["missing"] * gaps + ["new"] * (len(seen) - turn - gaps)
    assert turn > 10


def test_the_next_read_finds_the_old_or_the_new(runs: Runs) -> None:
    assert {run["recovered"] for run in runs[1]} == {"old", "new"}
    assert {run["seen"] for run in runs[1]} <= {"old", "new", "missing"}


def test_the_next_write_finishes_the_work_and_leaves_nothing_behind(runs: Runs) -> None:
    assert {run["after"] for run in runs[1]} == {"new"}
    assert {tuple(run["left"]) for run in runs[1]} == {("specs",)}
