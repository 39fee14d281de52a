"""Choose what the scheduled workflow installs: schemaloom from the user's source, all else by version and hash."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TypedDict, cast

from schemaloom.errors import UsageError

REQUIREMENTS = ".github/schemaloom.txt"
_EXTRAS = ("alerts", "gate")
_PYTHON = "3.13"
"""Version of Python in the workflow."""
_REPOSITORY = re.compile(r"git\+https://[A-Za-z0-9.-]+/[A-Za-z0-9._/-]+@[0-9a-f]{40}")
_HINT = "name a repository at a commit (git+https://HOST/PATH@COMMIT, 40 digits) or a wheel in this repository"
_BUILD = "hatchling"
_SECONDS = 300


class _VcsInfo(TypedDict):
    vcs: str
    commit_id: str


class _DirectUrl(TypedDict):
    url: str
    vcs_info: _VcsInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The way in which the workflow installs schemaloom."""

    requirements: bytes
    """Content of `REQUIREMENTS`: a version and hashes of everything; of a wheel of schemaloom too."""
    source: str | None
    """The source that is installed after them, without dependencies: a repository at a commit; None for a wheel."""


def find_source() -> str | None:
    """Return the repository and commit that this schemaloom was installed from (PEP 610), if any."""
    with suppress(PackageNotFoundError, ValueError, KeyError):
        recorded = cast("_DirectUrl", json.loads(distribution("schemaloom").read_text("direct_url.json") or "{}"))
        source = f"{recorded['vcs_info']['vcs']}+{recorded['url']}@{recorded['vcs_info']['commit_id']}"
        return source if _REPOSITORY.fullmatch(source) else None
    return None


def plan_installation(source: str, root: Path) -> Installation:
    """Lock what the workflow installs.

    `source` is a repository at a commit, or the path of a wheel below `root`.  Raises `UsageError`
    for any other source, and if the versions cannot be resolved.
    """
    wheel = None if _REPOSITORY.fullmatch(source) else _wheel(source, root)
    required = [line for line in distribution("schemaloom").requires or () if _is_wanted(line)]
    lines = [line.partition(";")[0].strip() for line in required]
    locked = _compile([*lines, _BUILD])
    return Installation(requirements=(wheel or b"") + locked, source=None if wheel else source)


def _wheel(source: str, root: Path) -> bytes:
    path = root / source
    if not (source.endswith(".whl") and path.is_file() and path.resolve().is_relative_to(root.resolve())):
        raise UsageError(f"not a source of schemaloom: {source}", hint=_HINT)
    place = path.resolve().relative_to(root.resolve()).as_posix()
    return f"./{place} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()


def _is_wanted(line: str) -> bool:
    extra = re.search(r"extra\s*==\s*['\"](\w+)['\"]", line)
    return extra is None or extra[1] in _EXTRAS


def _compile(lines: list[str]) -> bytes:
    tool = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if tool is None:
        raise UsageError("uv is not installed", hint="run: pip install uv; it locks what the workflow installs")
    options = ("--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate")
    environment = {"UV_SYSTEM_CERTS": "1", **os.environ}  # as pip does, and for networks with an authority of their own
    command = [tool, "pip", "compile", "--quiet", "--python-version", _PYTHON, *options, "-"]
    try:
        done = subprocess.run(  # noqa: S603  uv, with our own dependencies
            command,
            input="\n".join(lines).encode(),
            env=environment,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"uv did not resolve the dependencies within {_SECONDS} seconds") from None
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit code {done.returncode}"]
        raise UsageError(f"uv cannot resolve the dependencies: {ascii(reason[-1])[1:-1]}")
    return done.stdout
