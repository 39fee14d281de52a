"""The command line as a whole: what it says of a command that is none."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from schemaloom.cli.commands import cli


@pytest.mark.parametrize(("typed", "said"), [("snyc", "'snyc'. Did you mean sync?"), ("xyz", "'xyz'.")])
def test_a_mistyped_command_is_answered_by_the_nearest(typed: str, said: str) -> None:
    done = CliRunner().invoke(cli, [typed])

    assert (done.exit_code, done.output.splitlines()[-1]) == (2, f"Error: No such command {said}")
