"""Folders as they lie on disk, read with as little as Python starts with.

A run that finds nothing to do spends most of its time here, so this does without `pathlib`,
which takes longer to import than 300 files take to read.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False  # typing takes as long to import as 1,000 files take to read
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    Folder: TypeAlias = str | os.PathLike[str]

_LEFTOVERS = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", "dist", "build"})
_PIECE = 1 << 16
# A link in a checkout may lead to a pipe that nobody writes to or to a device without an end.
_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


def spec_paths(folder: Folder) -> list[str]:
    """Every file of a provider's folder that may mean something, by its path below it, sorted.

    Raises `FileNotFoundError` where there is no such folder.
    """
    root = os.fspath(folder)
    found = [name for name in os.listdir(root) if name.endswith((".json", ".toml"))]  # noqa: PTH208  see above
    if os.path.isdir(f"{root}/models"):  # noqa: PTH112
        found += [f"models/{name}" for name in os.listdir(f"{root}/models") if name.endswith(".json")]  # noqa: PTH208
    return sorted(found)


def tree_paths(folder: Folder) -> list[str]:
    """Every file under `folder` by its path below it, sorted; build leftovers and links are left aside."""
    root = os.fspath(folder)
    return sorted(_files(root, "")) if os.path.isdir(root) else []  # noqa: PTH112


def read_specs(folder: Folder) -> dict[str, bytes]:
    """The content of `spec_paths`."""
    return {path: read_file(f"{os.fspath(folder)}/{path}") for path in spec_paths(folder)}


def read_tree(folder: Folder) -> dict[str, bytes]:
    """The content of `tree_paths`."""
    return {path: read_file(f"{os.fspath(folder)}/{path}") for path in tree_paths(folder)}


def _files(folder: str, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in _LEFTOVERS:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path, f"{prefix}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                yield prefix + entry.name


def read_file(path: str) -> bytes:
    """The content of a regular file; raises `OSError` for anything else."""
    # A third of the time that a buffered file takes, and there are thousands of them.
    descriptor = os.open(path, os.O_RDONLY | _FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(None, "not a regular file", path)
        pieces = [os.read(descriptor, _PIECE)]
        while len(pieces[-1]) == _PIECE:  # a regular file is cut short at its end only
            pieces.append(os.read(descriptor, _PIECE))
        return b"".join(pieces)
    finally:
        os.close(descriptor)
