"""A clone of the project, as the README's reader has one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.paths import ROOT


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The work tree as a user would clone it, whether it is committed yet or not."""
    folder = tmp_path_factory.mktemp("clone") / "schemaloom"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["-c", "user.name=Reader", "-c", "user.email=reader@example.com", "commit", "--quiet", "--message=clone"],
    ):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder
