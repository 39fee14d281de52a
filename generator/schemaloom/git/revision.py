"""Files of a snapshot folder, from disk or from a revision of git, without a checkout.

Only git's plumbing is used, with an argument list and no shell: ``ls-tree`` names the files and
their sizes, one ``cat-file --batch`` reads them.  No work tree, index or hook is involved.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from schemaloom.errors import SnapshotError, UsageError
from schemaloom.files.read import unix_lines
from schemaloom.git.run import GitFailed, run_git
from schemaloom.json.codec import MAX_BYTES
from schemaloom.snapshot.file_names import MODELS

MAX_FILES = 50_000
"""Most files read from one folder."""
MAX_TOTAL = 1024 * 1024 * 1024
"""Most bytes read from one folder."""

Wanted = Callable[[str], bool]
"""Whether a path below the folder, ``/`` between parts, is to be read."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A folder as a commit holds it."""

    near: Path
    """A folder inside the repository."""
    commit: str
    """Object id of the commit."""
    path: str
    """The folder, counted from the repository's root; empty for the root itself."""
    spelled: str
    """The revision as the user wrote it, for messages."""


def read_folder(folder: Path, wanted: Wanted) -> dict[str, bytes]:
    """Read the wanted files of ``specs/<provider>`` and of its ``models/``, by path below the folder.

    Raises `UsageError` when there is no such folder, and `SnapshotError` naming the file that
    cannot be read or is too large.
    """
    if not folder.is_dir():
        raise UsageError("no such snapshot folder", where=str(folder), hint="it is a provider's, such as specs/NAME")
    models = folder / MODELS
    found = [name for name in _names(folder) if wanted(name)]
    found += [path for path in (f"{MODELS}/{name}" for name in _names(models)) if wanted(path)]
    if len(found) > MAX_FILES:
        raise SnapshotError(f"more than {MAX_FILES} files", where=str(folder))
    root = f"{folder}/"
    return {path: _read(root + path) for path in sorted(found)}


def find_revision(revision: str, *, near: Path, path: str | None = None) -> Revision:
    """Find the folder `near` itself, or `path` in its repository, at a revision.

    `path` counts from the repository's root; one that begins with ``./`` counts from `near`.
    Raises `UsageError` when it is no revision, or `near` is in no repository.
    """
    spelled = f"git:{revision}" + (f":{path}" if path is not None else "")
    _check(revision, spelled)
    _check(path or "path", spelled)
    if not near.is_dir():
        raise UsageError("no such folder", where=str(near))
    try:
        prefix = run_git(near, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").removesuffix("\n")
    except GitFailed as error:
        raise UsageError(f"git failed: {error}", where=str(near)) from None
    try:
        commit = run_git(near, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode("ascii").strip()
    except GitFailed:
        raise UsageError(
            f"no such revision: {revision}", where=str(near), hint="a shallow clone lacks history: git fetch --tags"
        ) from None
    return Revision(near, commit, _counted(path, prefix), spelled)


def read_revision(revision: Revision, wanted: Wanted) -> dict[str, bytes]:
    """Read the wanted files of a folder as a commit holds it, by path below the folder.

    Raises `UsageError` when the commit has no such folder, and `SnapshotError` when a file is too
    large or no plain file.
    """
    blobs: dict[str, tuple[str, int]] = {}
    total = 0
    for entry in _tree(revision).split(b"\0")[:-1]:
        facts, _, name = entry.partition(b"\t")
        path = name.decode("utf-8", "surrogateescape")
        if not wanted(path):
            continue
        mode, _, oid, size = facts.decode("ascii").split()
        if not mode.startswith("100"):
            raise SnapshotError("not a plain file", where=f"{revision.spelled}/{path}")
        total += int(size)
        if int(size) > MAX_BYTES or total > MAX_TOTAL or len(blobs) >= MAX_FILES:
            raise SnapshotError("larger than snapshots may be", where=f"{revision.spelled}/{path}")
        blobs[path] = (oid, int(size))
    return _contents(revision, blobs)


def read_file_at(near: Path, commit: str, path: str) -> bytes | None:
    """Read one file as a commit holds it; `path` counts from the root of the repository around `near`.

    None if there is none, or it is no plain file.  Raises `SnapshotError` if git cannot read it.
    """
    try:
        listed = run_git(near, "--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", path)
        facts = listed.partition(b"\t")[0].decode("ascii").split()
        if not facts or not facts[0].startswith("100"):
            return None
        return run_git(near, "cat-file", "blob", facts[2])
    except GitFailed as error:
        raise SnapshotError(f"git cannot read the file: {error}", where=f"{commit[:12]}:{path}") from None


def _tree(revision: Revision) -> bytes:
    try:
        return run_git(revision.near, "ls-tree", "-r", "-z", "-l", "--full-tree", f"{revision.commit}:{revision.path}")
    except GitFailed:
        raise UsageError(
            "the revision has no such folder", where=f"{revision.spelled}, folder {revision.path or '/'}"
        ) from None


def _contents(revision: Revision, blobs: dict[str, tuple[str, int]]) -> dict[str, bytes]:
    """Split the answer of one ``cat-file``: for each object a line ``<oid> blob <size>``, the bytes, a newline."""
    request = "".join(f"{oid}\n" for oid, _ in blobs.values()).encode("ascii")
    try:
        answer = run_git(revision.near, "cat-file", "--batch", feed=request)
    except GitFailed as error:
        raise SnapshotError(f"git cannot read the files: {error}", where=revision.spelled) from None
    files: dict[str, bytes] = {}
    start = 0
    for path, (oid, size) in blobs.items():
        header = f"{oid} blob {size}\n".encode("ascii")
        if not answer.startswith(header, start):
            raise SnapshotError("git does not have the file's content", where=f"{revision.spelled}/{path}")
        start += len(header)
        files[path] = answer[start : start + size]
        start += size + 1
    return files


def _counted(path: str | None, prefix: str) -> str:
    if path is None:
        path = prefix
    elif path.startswith("./"):
        path = prefix + path[2:]
    return "/".join(part for part in path.split("/") if part not in {"", "."})


def _check(text: str, spelled: str) -> None:
    if not text or text.startswith("-") or not text.isprintable():
        raise UsageError(f"not a revision of git: {spelled!r}", hint="write git:REV or git:REV:specs/PROVIDER")


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            # A link that leads nowhere is an unreadable file; leaving it out would make a removed model of it.
            return [entry.name for entry in entries if entry.is_file() or entry.is_symlink()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SnapshotError(f"cannot be read: {error.strerror}", where=str(folder)) from None


def _read(path: str) -> bytes:
    # Two system calls instead of a buffered file's five: a snapshot is a thousand small files.
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            size = os.fstat(descriptor).st_size
            raw = os.read(descriptor, min(size, MAX_BYTES) + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SnapshotError(f"cannot be read: {error.strerror}", where=path) from None
    if len(raw) > MAX_BYTES:
        raise SnapshotError(f"document is larger than {MAX_BYTES} bytes", where=path)
    return unix_lines(raw)
