"""Replacing the content of folders so that a kill at any moment leaves the old or the new.

A complete new tree is built in a hidden sibling of the folder and then takes its place:

    specs/.acme.schemaloom-new     the tree being built, or after the swap the one replaced
    specs/.acme.schemaloom-old     the replaced tree, where the swap takes two steps

Where the system can exchange two directories (Linux, macOS) the swap is one step: a reader
sees the old tree or the new one.  Elsewhere it is two renames; a kill between them leaves no
folder but both siblings, and `recover_tree`, with which a read begins, puts the old one back.
It also takes back a replacement of several folders that was killed between two of them (`rollback`).
Siblings left by a kill are removed by the next write.

Unchanged files, and files that are not ours, are hard links in the new tree (copies where the
file system has none), so their bytes, times and inodes stay what they were.  All this guards
against the death of the process; against a power cut, version control does.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from schemaloom.errors import UsageError
from schemaloom.files import rollback
from schemaloom.files.new_file import write_new_file
from schemaloom.files.read import read_file, unix_lines
from schemaloom.files.rename_exchange import exchange
from schemaloom.files.rollback import new_sibling, old_sibling


@dataclass(frozen=True, slots=True)
class Tree:
    """The files that a folder is to hold."""

    folder: Path
    files: Mapping[str, bytes]
    """Paths below the folder (``/`` between parts) and their content."""
    owned: Callable[[str], bool]
    """Whether an existing regular file that is not among `files` is ours to remove, by its path."""


def replace_tree(folder: Path, files: Mapping[str, bytes], owned: Callable[[str], bool]) -> bool:
    """Replace one folder's content; see `replace_trees`."""
    return replace_trees([Tree(folder, files, owned)])


def replace_trees(trees: Iterable[Tree]) -> bool:
    """Give each folder its files, and keep what is not ours; change all folders or none.

    Files whose content is right already are not written; a tree in which all are is not touched.
    All new trees are complete before the first takes its place, so several folders change within
    microseconds of each other; when one of them cannot, or the process is killed between two, all
    are restored: at once, or by the next `recover_tree`.

    Returns whether anything changed.  Raises `UsageError` when a folder cannot be replaced: one
    of our paths leads through a symbolic link or a file, the folder is a mount point, or a
    permission is missing.  Raises `ValueError` for a path that is not below its folder.
    """
    resolved = [Tree(tree.folder.resolve(), tree.files, tree.owned) for tree in trees]
    for tree in resolved:
        for path in tree.files:
            if not {"", ".", ".."}.isdisjoint(path.split("/")):
                raise ValueError(f"not a path below a folder: {path!r}")
    for tree in resolved:
        recover_tree(tree.folder)
    with (
        _explaining_errors(resolved[0].folder if resolved else Path()),
        _locked(tree.folder.parent for tree in resolved),
    ):
        return _replace(resolved)


def recover_tree(folder: Path) -> None:
    """Put back a folder whose replacement was interrupted; nearly always there is nothing to do.

    The folders that were to be replaced together with it are put back too.  Raises `UsageError`
    when that is not permitted.
    """
    folder = folder.resolve()
    if together := rollback.unfinished(folder):
        with _explaining_errors(folder), _locked(member.parent for member in together):
            rollback.roll_back(folder)  # checks again: the holder of the lock may have finished
    if not folder.exists() and old_sibling(folder).exists():
        with _explaining_errors(folder), _locked([folder.parent]):
            _recover(folder)


@contextmanager
def _explaining_errors(folder: Path) -> Generator[None]:
    """Turn an error of the file system into a `UsageError`."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"cannot replace the folder: {error.strerror or error}",
            where=str(error.filename or folder),
            hint="it must be writable, no mount point, and free of symbolic links where files are written",
        ) from error


def _replace(trees: list[Tree]) -> bool:
    changing: list[Tree] = []
    try:
        for tree in trees:
            if tree.folder.is_mount():
                raise OSError(errno.EBUSY, "it is a mount point", str(tree.folder))
            rollback.finish([tree.folder])  # a remnant: what was unfinished has been taken back
            _recover(tree.folder)
            _discard(new_sibling(tree.folder))
            keep, changed = _plan(tree)
            if changed:
                changing.append(tree)
                _build(tree, keep)
        _swap_all([tree.folder for tree in changing])
    finally:
        # After a failure this undoes; after success it removes what was replaced.  What could not
        # be taken back even now needs its siblings when the next run tries.
        for tree in changing:
            if not rollback.unfinished(tree.folder):
                _recover(tree.folder)
                shutil.rmtree(new_sibling(tree.folder), ignore_errors=True)
    return bool(changing)


def _plan(tree: Tree) -> tuple[list[str], bool]:
    """Return the paths that the new tree takes from the present one, and whether the two differ."""
    keep: list[str] = []
    correct = stale = 0
    for path, is_file in _walk(tree.folder) if tree.folder.is_dir() else ():
        content = tree.files.get(path)
        if content is not None:
            if is_file and _holds(f"{tree.folder}/{path}", content):
                keep.append(path)
                correct += 1
        elif is_file and tree.owned(path):
            stale += 1
        else:
            keep.append(path)
    return keep, bool(stale) or correct < len(tree.files) or not tree.folder.is_dir()


def _walk(folder: Path) -> Iterator[tuple[str, bool]]:
    """Path of everything below `folder` but directories with content, and whether it is a file; links are not followed.

    Directory entries know their type, so no file needs a call of its own.
    """
    pending = [""]
    while pending:
        above = pending.pop()
        with os.scandir(f"{folder}/{above}") as entries:
            found = list(entries)
        if above and not found:
            yield above.rstrip("/"), False
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                pending.append(f"{above}{entry.name}/")
            else:
                yield f"{above}{entry.name}", entry.is_file(follow_symlinks=False)


def _holds(path: str, content: bytes) -> bool:
    return unix_lines(read_file(path)) == unix_lines(content)


def _build(tree: Tree, keep: list[str]) -> None:
    new = new_sibling(tree.folder)
    new.mkdir(parents=True)
    kept = frozenset(keep)
    is_replaced = tree.folder.is_dir()
    made: set[str] = set()
    # Ours first: a foreign symbolic link then collides with a real directory and is refused,
    # and nothing is ever written through it.
    for path, content in tree.files.items():
        if path not in kept:
            _make_parents(tree.folder, new, path, made)
            write_new_file(f"{new}/{path}", content)
            if is_replaced and (tree.folder / path).is_file() and not (tree.folder / path).is_symlink():
                shutil.copymode(tree.folder / path, new / path)
    for path in keep:
        _make_parents(tree.folder, new, path, made)
        _link_or_copy(f"{tree.folder}/{path}", f"{new}/{path}")
    if is_replaced:
        shutil.copymode(tree.folder, new)


def _make_parents(old: Path, new: Path, path: str, made: set[str]) -> None:
    """Make the folders that lead to `path` in the `new` tree; `made` remembers those that are there."""
    above = path.rpartition("/")[0]
    if above in made:
        return
    made.add(above)
    for parent in reversed(PurePosixPath(path).parents[:-1]):
        if not (new / parent).is_dir() or (new / parent).is_symlink():
            (new / parent).mkdir()
            if (old / parent).is_dir():
                shutil.copymode(old / parent, new / parent)


def _link_or_copy(source: str, target: str) -> None:
    if stat.S_ISDIR(os.lstat(source).st_mode):
        Path(target).mkdir(parents=True, exist_ok=True)
        shutil.copymode(source, target)
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # no hard links here, or not to this file
        shutil.copy2(source, target, follow_symlinks=False)


def _swap_all(folders: list[Path]) -> None:
    if len(folders) < 2:
        for folder in folders:
            _swap(folder)
        return
    try:
        rollback.begin(folders)
        for folder in folders:
            _swap(folder)
        rollback.finish(folders)
    except BaseException:
        rollback.roll_back(folders[0])
        rollback.finish(folders)
        raise


def _swap(folder: Path) -> None:
    if folder.exists():
        if exchange(new_sibling(folder), folder):
            return
        folder.rename(old_sibling(folder))
    new_sibling(folder).rename(folder)


def _recover(folder: Path) -> None:
    """Put the ``-old`` sibling back if the folder is missing; else remove it."""
    if not old_sibling(folder).exists():
        return
    if folder.exists():
        shutil.rmtree(old_sibling(folder), ignore_errors=True)
    else:
        # The old tree is whole by construction; going back needs no trust in the new one.
        old_sibling(folder).rename(folder)


def _discard(path: Path) -> None:
    if path.exists() or path.is_symlink():
        shutil.rmtree(path)


if sys.platform == "win32":

    @contextmanager
    def _locked(parents: Iterable[Path]) -> Generator[None]:
        """Make sure of `parents`; no directory can be locked here, so two runs at once are the user's care."""
        for parent in parents:
            parent.mkdir(parents=True, exist_ok=True)
        yield

else:
    import fcntl

    @contextmanager
    def _locked(parents: Iterable[Path]) -> Generator[None]:
        """Wait until no other process replaces a tree below `parents`; a lock dies with its holder."""
        with ExitStack() as stack:
            for parent in sorted(set(parents)):
                parent.mkdir(parents=True, exist_ok=True)
                descriptor = os.open(parent, os.O_RDONLY)
                stack.callback(os.close, descriptor)
                with suppress(OSError):  # a file system without locks
                    fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
