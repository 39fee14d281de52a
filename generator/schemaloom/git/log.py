"""The history of a provider's folder: its commits, the files each changed, and their content.

Only the first parents are followed, so that a merge is one change, as the branch saw it.  One
``git log`` names the changed files of all commits, and one ``cat-file --batch`` reads those that
are needed.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, cast

from schemaloom.errors import SnapshotError, UsageError
from schemaloom.git.run import GitFailed, git_environment, run_git
from schemaloom.json.codec import MAX_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit that changed something in the folder."""

    id: str
    date: datetime
    """When it was committed, with its zone."""
    subject: str
    changed: Mapping[str, str | None]
    """Path below the folder to the object id of the file; None if it was removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All commits of a folder, oldest first."""

    commits: tuple[Commit, ...]
    shallow: bool
    """Whether the clone was cut, so that the oldest commit only looks as if it had made everything."""


def read_history(folder: Path) -> History:
    """Every commit on the current branch that changed `folder`.

    Raises `UsageError` when `folder` is not there, is in no repository, or was never committed.
    """
    if not folder.is_dir():
        raise UsageError("no such folder", where=str(folder))
    try:
        prefix = run_git(folder, "rev-parse", "--show-prefix").removesuffix(b"\n").decode("utf-8", "surrogateescape")
        shallow = run_git(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"
    except GitFailed as error:
        raise UsageError(f"git failed: {error}", where=str(folder)) from None
    try:
        output = run_git(
            folder, "-c", "log.showRoot=true", "log", "--first-parent", "-m", "--reverse", "--raw", "-z",
            "--no-abbrev", "--no-renames", "--no-color", "--no-show-signature",
            "--format=%H%x00%cI%x00%s", "HEAD", "--", ".",
        )  # fmt: skip
    except GitFailed as error:
        raise UsageError(f"there is no history: {error}", where=str(folder)) from None
    commits = tuple(_commits(output.decode("utf-8", "surrogateescape"), prefix))
    if not commits:
        raise UsageError("was never committed", where=str(folder), hint="commit it, and its history begins")
    return History(commits=commits, shallow=shallow)


@contextmanager
def reading_blobs(folder: Path) -> Generator[Callable[[str], bytes]]:
    """Give a function that reads an object of the repository around `folder`, through one git process.

    It raises `SnapshotError` if git does not have the object, or it is larger than snapshots may be.
    """
    command = ["git", "-C", str(folder), "cat-file", "--batch"]
    process = subprocess.Popen(  # noqa: S603  a fixed program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=git_environment()
    )
    stdin, stdout = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)

    def read(oid: str) -> bytes:
        stdin.write(f"{oid}\n".encode("ascii"))
        stdin.flush()
        facts = stdout.readline().decode("ascii", "replace").split()
        if len(facts) != 3 or facts[1] != "blob":
            raise SnapshotError("git does not have the file's content", where=oid)
        content = stdout.read(int(facts[2]) + 1)[:-1]
        if len(content) > MAX_BYTES:
            raise SnapshotError("larger than snapshots may be", where=oid)
        return content

    try:
        yield read
    finally:
        process.terminate()
        process.communicate()


def _commits(output: str, prefix: str) -> Iterator[Commit]:
    """Split the output of git: id, date and subject of a commit, then mode line and path of each file."""
    words = iter(output.split("\0")[:-1])
    head = next(words, None)
    while head is not None:
        date, subject = next(words), next(words)
        changed: dict[str, str | None] = {}
        following = next(words, None)
        while following is not None and following.lstrip("\n").startswith(":"):
            _, mode, _, oid, _ = following.lstrip("\n").split(" ")
            # What is no plain file is no part of a snapshot: a link is not followed, in history neither.
            changed[next(words).removeprefix(prefix)] = oid if mode.startswith("100") else None
            following = next(words, None)
        yield Commit(id=head, date=datetime.fromisoformat(date), subject=subject, changed=changed)
        head = following
