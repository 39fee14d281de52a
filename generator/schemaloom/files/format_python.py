"""One ruff pass over a tree, with every option spelled out so that no configuration found nearby counts."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ruff import find_ruff_bin  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  the wheel has no py.typed

from schemaloom.errors import SchemaloomError
from schemaloom.files.new_file import write_new_file
from schemaloom.files.read import read_file

LINE_LENGTH = 100
_MEMORY = Path("/dev/shm")  # noqa: S108  a private folder in it; making a file on disk takes 30 times as long
_PREFIX = "schemaloom-"
_OPTIONS = ("--isolated", "--no-cache", "--target-version", "py311", "--line-length", str(LINE_LENGTH))


def format_python(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """`files` with every ``.py`` file formatted; one subprocess, whatever their number.

    Raises `SchemaloomError` with ruff's words when a file is not valid Python, which would be
    an error of the generator.
    """
    sources = {path: content for path, content in files.items() if path.endswith(".py")}
    if not sources:
        return dict(files)
    try:
        _forget_killed_runs()
        return {**files, **_formatted(sources, _MEMORY if _MEMORY.is_dir() else None)}
    except OSError:  # no room in memory, or not for us
        return {**files, **_formatted(sources, None)}


def _forget_killed_runs() -> None:
    """Give back the memory of runs that had no chance to: it would be lost until the next boot."""
    for folder in _MEMORY.glob(f"{_PREFIX}*-*"):
        process = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if process.isdecimal() and folder.stat().st_uid == os.geteuid():
            try:
                os.kill(int(process), 0)
            except ProcessLookupError:
                shutil.rmtree(folder, ignore_errors=True)


def _formatted(sources: Mapping[str, bytes], parent: Path | None) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent) as scratch:
        root = Path(scratch)
        for folder in {path.rpartition("/")[0] for path in sources}:
            (root / folder).mkdir(parents=True, exist_ok=True)
        for path, content in sources.items():
            write_new_file(f"{scratch}{os.sep}{path}", content)
        command = [os.fsdecode(find_ruff_bin()), "format", *_OPTIONS, scratch]
        result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  the pinned ruff, our own files
        if result.returncode != 0:
            words = (result.stderr or result.stdout).strip().replace(f"{scratch}{os.sep}", "")
            raise SchemaloomError(f"ruff refused the generated code: {words[:2000]}")
        return {path: read_file(f"{scratch}{os.sep}{path}") for path in sources}
