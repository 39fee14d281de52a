"""The commands and the program in docs/history.md, run as they are written."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.history.conftest import Run
from tests.paths import ROOT

TEXT = (ROOT / "docs" / "history.md").read_text("utf-8")
COMMANDS = [
    line.partition("#")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("schemaloom ")
]
PROGRAMS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
LAST = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed specs, and 25 days in which one parameter of a model changes."""
    root = tmp_path_factory.mktemp("documented")
    shutil.copytree(ROOT / "specs", root / "specs")
    shutil.copytree(ROOT / "generated", root / "generated", ignore=shutil.ignore_patterns("src", "examples"))
    path = root / "specs" / "pixeldojo" / "models" / "boogu-image-edit.json"
    document = json.loads(path.read_text("utf-8"))
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    for day in range(25):
        document["input"]["properties"]["seed"]["maximum"] = 100 + day
        path.write_text(json.dumps(document))
        date = (LAST - timedelta(days=24 - day)).isoformat()
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        subprocess.run(["git", "add", "--all"], cwd=root, check=True)
        identity = ["-c", "user.name=Reader", "-c", "user.email=reader@example.com"]
        command = ["git", *identity, "commit", "--quiet", "--message", "day"]
        subprocess.run(command, cwd=root, env={**os.environ, **dates}, check=True)
    return root


def test_the_page_has_commands_of_every_kind() -> None:
    assert {"show", "log", "site"} == {command.split()[1] for command in COMMANDS}
    assert len(PROGRAMS) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_works(repository: Path, schemaloom: Run, command: str) -> None:
    code, out, err = schemaloom(repository, *shlex.split(command)[1:])
    assert (code, err) == (0, "") or (code == 0 and command.split()[1] == "site")
    assert out or "site" in command


def test_the_program_of_the_page_prints_each_change_of_the_parameter(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(PROGRAMS[0], "docs/history.md", "exec"), {})
    *changes, last = printed.getvalue().splitlines()
    assert len(changes) == 24
    assert all("seed" in line for line in changes)
    assert "'seed': datetime.datetime(2026, 11, 3" in last
