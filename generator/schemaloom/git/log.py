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
class RawCommit:
    """One commit that changed something in the folder, as ``git log --raw`` lists it."""

    id: str
    date: datetime
    """When it was committed, with its zone."""
    subject: str
    changed: Mapping[str, str | None]
    """Path below the folder to the object id of the file; None if it was removed.

    The path of a file beside the folder begins with ``/`` and counts from the root of the repository.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The state of git that decides a folder's history: if two are equal, so are the histories."""

    root: Path
    """The repository's work tree."""
    prefix: str
    """The folder, counted from `root`: empty, or with a final ``/``."""
    commit: str
    """Object id of the current commit."""
    boundary: str
    """Where a shallow clone was cut; empty if it was not."""

    @property
    def shallow(self) -> bool:
        """Whether the clone was cut, so that the oldest commit only looks as if it had made everything."""
        return bool(self.boundary)


def read_head(folder: Path) -> Head:
    """Return the present head of a folder's history.

    Raises `UsageError` when `folder` is not there, or is in no repository that has a commit.
    """
    if not folder.is_dir():
        raise UsageError("no such folder", where=str(folder))
    try:
        prefix, root, cut = (
            run_git(folder, "rev-parse", *option).removesuffix(b"\n").decode("utf-8", "surrogateescape")
            for option in (["--show-prefix"], ["--show-toplevel"], ["--git-path", "shallow"])
        )
    except GitFailed as error:
        hint = "the history is read from git: commit the folder to a repository"
        raise UsageError(f"git failed: {error}", where=str(folder), hint=hint) from None
    try:
        commit = run_git(folder, "rev-parse", "--verify", "HEAD^{commit}").decode("ascii").strip()
    except GitFailed as error:
        raise UsageError(f"there is no history: {error}", where=str(folder), hint="commit the folder") from None
    boundary = folder / cut
    return Head(
        root=Path(root),
        prefix=prefix,
        commit=commit,
        boundary=boundary.read_text("ascii") if boundary.is_file() else "",
    )


def read_history(folder: Path, head: Head, *, beside: str | None = None) -> tuple[RawCommit, ...]:
    """Return every commit up to `head` that changed `folder` or the file `beside`, oldest first.

    `beside` counts from the root of the repository.  Raises `UsageError` when `folder` was never committed.
    """
    paths = [".", *([f":(top,literal){beside}"] if beside else [])]
    try:
        output = run_git(
            folder, "-c", "log.showRoot=true", "-c", "diff.relative=false", "log", "--first-parent", "-m", "--reverse",
            "--raw", "-z", "--no-abbrev", "--no-renames", "--no-color", "--no-show-signature",
            "--format=%H%x00%cI%x00%s", head.commit, "--", *paths,
        )  # fmt: skip
    except GitFailed as error:
        raise UsageError(f"there is no history: {error}", where=str(folder)) from None
    commits = tuple(_commits(output.decode("utf-8", "surrogateescape"), head.prefix))
    if not any(not path.startswith("/") for commit in commits for path in commit.changed):
        raise UsageError("was never committed", where=str(folder), hint="commit it, and its history begins")
    return commits


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


def _commits(output: str, prefix: str) -> Iterator[RawCommit]:
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
            path = next(words)
            path = path.removeprefix(prefix) if path.startswith(prefix) else f"/{path}"
            changed[path] = oid if mode.startswith("100") else None
            following = next(words, None)
        yield RawCommit(id=head, date=datetime.fromisoformat(date), subject=subject, changed=changed)
        head = following
