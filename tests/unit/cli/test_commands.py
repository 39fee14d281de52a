"""The command line as a whole: what it prints for an unknown command, and to a terminal of another encoding."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from schemaloom.cli.commands import cli


@pytest.mark.parametrize(("typed", "message"), [("snyc", "'snyc'. Did you mean sync?"), ("xyz", "'xyz'.")])
def test_a_mistyped_command_is_answered_by_the_nearest(typed: str, message: str) -> None:
    done = CliRunner().invoke(cli, [typed])

    assert (done.exit_code, done.output.splitlines()[-1]) == (2, f"Error: No such command {message}")


def test_a_character_that_the_terminal_lacks_is_escaped() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "schemaloom", "sync", "--help"],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert "[OPTIONS] PROVIDER\\u2026" in done.stdout
