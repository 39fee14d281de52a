"""The command as a process, and in this one: from the arguments to the exit code, without starting Python anew."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from schemaloom.cli import main

Done = subprocess.CompletedProcess[str]
GATE = ("mypy", "basedpyright", "griffe")
"""What ``schemaloom[gate]`` installs."""
SCHEMALOOM = (sys.executable, "-m", "schemaloom")
_ALONE = f"""
import sys
sys.modules.update(dict.fromkeys({GATE}))
from schemaloom.cli import main
main()
"""
SCHEMALOOM_ALONE = (sys.executable, "-c", _ALONE)
"""The command as where ``schemaloom[gate]`` is not installed."""


def run_command(folder: Path, *arguments: str, missing: Iterable[str] = (), **environment: str) -> Done:
    """Run ``schemaloom ARGUMENTS`` in `folder`, as where the modules `missing` are not installed."""
    command = ["schemaloom", *map(str, arguments)]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(folder)
        patch.setattr(sys, "argv", command)
        for name, value in environment.items():
            patch.setenv(name, value)
        for module in missing:
            patch.setitem(sys.modules, module, None)
        with pytest.raises(SystemExit) as end:
            main()
    return Done(command, int(end.value.code or 0), *(_content(stream) for stream in (out, err)))


def _content(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
