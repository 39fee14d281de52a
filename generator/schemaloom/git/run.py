"""Running git: plumbing only, an argument list and no shell, nothing of its work tree touched."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

MAX_SECONDS = 300
"""Longest that one git process may take."""


class GitFailed(Exception):
    """git ended with an error; the message is its last line on stderr."""


def run_git(near: Path, *arguments: str, feed: bytes | None = None) -> bytes:
    """Run ``git`` in the repository around `near` and return its output; raises `GitFailed`."""
    try:
        done = subprocess.run(  # noqa: S603  a fixed program; the arguments were checked and no shell reads them
            ["git", "-C", str(near), *arguments],  # noqa: S607  git is where the user's PATH has it
            input=feed,
            stdin=subprocess.DEVNULL if feed is None else None,
            capture_output=True,
            env=git_environment(),
            timeout=MAX_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise GitFailed("git is not installed") from None
    except subprocess.TimeoutExpired:
        raise GitFailed(f"no answer within {MAX_SECONDS} seconds") from None
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitFailed(ascii(lines[-1])[1:-1] if lines else f"exit code {done.returncode}")
    return done.stdout


def git_environment() -> dict[str, str]:
    """Return an environment in which git uses the given folder, never prompts, and writes nothing."""
    # Inside a hook git's own variables point at the hook's repository and index; the folder decides here.
    environ = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return environ | {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
