"""Running a checker: fixed arguments, no shell, and none of the user's secrets in its environment."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

MAX_SECONDS = 600
"""Longest that one checker may take."""
_INHERITED = frozenset({
    "PATH", "LD_LIBRARY_PATH", "HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "COMSPEC",
    "TMPDIR", "TEMP", "TMP",
})  # fmt: skip


def run_checker(
    command: Sequence[str], folder: Path, *, stdin: str = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run a program in `folder`; it sees `stdin`, `environ` and what a program needs to start, and no more.

    One that takes longer than `MAX_SECONDS` is ended, and counts as failed.
    """
    inherited = {key: value for key, value in os.environ.items() if key.upper() in _INHERITED}
    try:
        return subprocess.run(  # noqa: S603  a checker of this environment, with arguments of our own
            command,
            cwd=folder,
            env={**inherited, "PYTHONUTF8": "1", **environ},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, -1, "", f"no answer within {MAX_SECONDS} seconds")


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last line that a program printed."""
    lines = (done.stderr or done.stdout).strip().splitlines()
    return lines[-1] if lines else f"exit code {done.returncode}"
