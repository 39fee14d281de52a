"""``mypy --strict`` over a user's code; all processes of a run share what it finds out about libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from schemaloom.files.lock import locked
from tests.command_line import Done

_COMMAND = (sys.executable, "-m", "mypy", "--strict", "--config-file=")


def run_mypy(*arguments: str | Path, folder: Path | None = None, **environment: str) -> Done:
    """Run it in `folder`, without a configuration file; it takes five seconds of processor where nothing is known."""
    cache = Path(os.environ["SCHEMALOOM_CACHE_DIR"], "users")
    cache.mkdir(exist_ok=True)
    with locked([cache]):
        return subprocess.run(
            [*_COMMAND, f"--cache-dir={cache}", *arguments],
            cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
        )  # fmt: skip
