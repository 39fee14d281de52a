"""Rolling back a replacement of several folders that was interrupted.

One folder is replaced in one step; several are replaced one after the other, and a kill between
two steps would leave one new and one old.  So each has a record beside it for the while:

    specs/.acme.schemaloom-undo        {"id": "6f0c…", "folders": ["acme", "../generated/acme-sdk"],
                                        "old": 1311, "new": 1502}

The record of the first folder decides: while it is there the replacement is not finished, and
the next run that reads or writes any of the folders rolls all of them back.  Once it is gone, what the
other folders still have is a remnant.  All records are written before the first folder is touched,
so a record cut short by a kill has nothing to undo.

A record is only believed of a folder that has one itself with the same id, and only where the
folder is the very one that was put there (`new`, its inode), so that no text found in a checkout
moves or removes anything else.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from schemaloom.files.rename_exchange import exchange

_LARGEST = 1_000_000
"""Bytes of a record; one of ours has a hundred or so per folder."""


@dataclass(frozen=True, slots=True)
class _Record:
    id: str
    folders: tuple[Path, ...]
    """All folders of the replacement; the first one's record decides."""
    old: int | None
    """Inode of the folder that was there, if any was."""
    new: int
    """Inode of the folder that takes its place."""


def new_sibling(folder: Path) -> Path:
    """Return the folder in which the tree is built that is to replace `folder`."""
    return _sibling(folder, "new")


def old_sibling(folder: Path) -> Path:
    """Return the folder that keeps the replaced tree, if a replacement takes two steps."""
    return _sibling(folder, "old")


def has_siblings(folder: Path) -> bool:
    """Whether an interrupted replacement left anything beside `folder`."""
    return any(os.path.lexists(_sibling(folder, role)) for role in ("new", "old", "undo"))


def begin(folders: Sequence[Path]) -> None:
    """Write down that `folders`, whose new siblings are complete, are about to be replaced."""
    identity = os.urandom(16).hex()
    for folder in folders:
        content = {
            "id": identity,
            "folders": [_relative(other, folder.parent) for other in folders],
            "old": _inode(folder),
            "new": _inode(new_sibling(folder)),
        }
        _sibling(folder, "undo").write_text(json.dumps(content), "ascii")


def finish(folders: Iterable[Path]) -> None:
    """Forget the records of `folders`, the first one first: with it goes the way back."""
    for index, folder in enumerate(folders):
        with suppress(OSError) if index else nullcontext():  # without the first, the others mean nothing
            _sibling(folder, "undo").unlink(missing_ok=True)


def unfinished(folder: Path) -> tuple[Path, ...]:
    """The folders that must be taken back before `folder` is read or written; nearly always none."""
    record = _read(folder)
    if record is None:
        return ()
    first = _read(record.folders[0])
    if first is None or first.id != record.id:
        return ()
    return tuple(member for member in record.folders if (own := _read(member)) and own.id == record.id)


def roll_back(folder: Path) -> None:
    """Put back what a replacement that was to change `folder` too left half way; else nothing."""
    folders = unfinished(folder)
    for member in folders:
        if record := _read(member):
            _restore(member, record)
    finish(folders)


def _restore(folder: Path, record: _Record) -> None:
    new, old = new_sibling(folder), old_sibling(folder)
    if _inode(folder) == record.new:
        if record.old is not None and _inode(new) == record.old and exchange(new, folder):
            return
        if record.old is None or _inode(old) == record.old:
            shutil.rmtree(new, ignore_errors=True)
            folder.rename(new)
    if record.old is not None and not folder.exists() and _inode(old) == record.old:
        old.rename(folder)


def _read(folder: Path) -> _Record | None:
    """Return the record beside `folder`; None if there is none, or it is damaged."""
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        path = _sibling(folder, "undo")
        if path.is_symlink() or path.stat().st_size > _LARGEST:
            return None
        content = json.loads(path.read_bytes())
        folders = tuple(Path(os.path.normpath(folder.parent / name)) for name in content["folders"])
        old, new = content["old"], content["new"]
        if folders and isinstance(content["id"], str) and isinstance(old, int | None) and isinstance(new, int):
            return _Record(content["id"], folders, old, new)
    return None


def _inode(path: Path) -> int | None:
    try:
        return path.lstat().st_ino
    except FileNotFoundError:
        return None


def _relative(path: Path, start: Path) -> str:
    try:
        return os.path.relpath(path, start)
    except ValueError:  # another drive of Windows
        return str(path)


def _sibling(folder: Path, role: str) -> Path:
    return folder.with_name(f".{folder.name}.schemaloom-{role}")
