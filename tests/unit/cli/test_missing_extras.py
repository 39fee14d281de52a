"""A command whose package is not installed names the extra that brings it along."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.paths import SPECS

NOTIFY = ("sync", "pixeldojo", "--notify", "json://127.0.0.1:1/x")


@pytest.mark.parametrize(
    ("arguments", "package", "extra"),
    [
        (("serve", "pixeldojo"), "uvicorn", "serve"),
        (("serve", "pixeldojo"), "starlette", "serve"),
        (("verify", "some.whl"), "hatchling", "verify"),
        (NOTIFY, "apprise", "alerts"),
    ],
)
def test_a_command_names_the_extra_that_it_needs(
    tmp_path: Path, arguments: tuple[str, ...], package: str, extra: str
) -> None:
    (tmp_path / "some.whl").touch()
    command = (*arguments, "--specs", str(SPECS))
    # In a process of its own: in this one, modules that need the package may be imported already.
    code = f"import sys; sys.modules[{package!r}] = None; from schemaloom.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {package} is not installed")
    assert done.stderr.endswith(f"; run: pip install 'schemaloom[{extra}]'\n")
