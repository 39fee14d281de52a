"""Reading the folders of specs and of packages."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

_LEFTOVERS = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", "dist", "build"})
_CHUNK = 1 << 16
# A link in a checkout may lead to a pipe that no process writes to, or to a device without an end.
_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


def read_specs(folder: Path) -> dict[str, bytes]:
    """Return the JSON and TOML files of a provider's folder, by path below it, sorted.

    Raises `FileNotFoundError` if there is no such folder.
    """
    paths = [*_with_suffix(folder, "", {"json", "toml"})]
    if (folder / "models").is_dir():
        paths += _with_suffix(folder / "models", "models/", {"json"})
    root = f"{folder}{os.sep}"
    return {path: read_lines(root + path) for path in sorted(paths)}


def read_tree(folder: Path) -> dict[str, bytes]:
    """Return every file under `folder` by its path below it, sorted, without build leftovers and links.

    Empty if there is no such folder.
    """
    paths = sorted(_paths(folder, "")) if folder.is_dir() else []
    root = f"{folder}{os.sep}"
    return {path: read_lines(root + path) for path in paths}


def read_lines(path: Path | str) -> bytes:
    """Return the content of a text file with LF line ends: git may check it out with CRLF."""
    return unix_lines(read_file(path))


def unix_lines(content: bytes) -> bytes:
    """Return `content` with LF line ends."""
    return content.replace(b"\r\n", b"\n") if b"\r" in content else content  # one byte is found ten times as fast


def read_file(path: Path | str) -> bytes:
    """Return the content of a regular file; raise `OSError` for anything else."""
    descriptor = os.open(path, os.O_RDONLY | _FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(None, "not a regular file", str(path))
        chunks = [os.read(descriptor, _CHUNK)]
        while len(chunks[-1]) == _CHUNK:  # a read of a regular file is short only at its end
            chunks.append(os.read(descriptor, _CHUNK))
        return b"".join(chunks)
    finally:
        os.close(descriptor)


def _with_suffix(folder: Path, prefix: str, suffixes: Collection[str]) -> Iterator[str]:
    """Yield `prefix` and the name of each file of `folder` that has one of the suffixes."""
    with os.scandir(folder) as entries:
        for entry in entries:
            stem, _, suffix = entry.name.rpartition(".")
            if stem and suffix in suffixes:
                yield prefix + entry.name


def _paths(folder: Path, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in _LEFTOVERS:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _paths(Path(entry.path), f"{prefix}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                yield prefix + entry.name
