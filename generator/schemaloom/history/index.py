"""`Index`: every commit of a provider's folder, the files each changed, and the package versions.

It is read with one ``git log --raw``, takes no file's content but that of ``pyproject.toml``, and
is cached until the current commit changes.  It is never committed.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from schemaloom.cache import store
from schemaloom.git.log import Head, RawCommit, read_head, read_history, reading_blobs
from schemaloom.json.values import JsonValue
from schemaloom.snapshot.layout import PROVIDER

_KIND = "history"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit that changed the snapshot of a provider."""

    id: str
    """Its object id, 40 or 64 hexadecimal digits."""
    date: datetime
    """When it was committed, with its zone."""
    subject: str
    """First line of its message."""
    version: str = ""
    """Version of the package that was released with it or first after it; empty if none was."""
    changed: Mapping[str, str | None]
    """Path below the provider's folder to the object id of the file; None if it was removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The history of one provider's folder along the first parents of the current branch."""

    folder: Path
    """The provider's folder, on disk."""
    head: Head
    commits: tuple[Commit, ...]
    """Oldest first."""

    @property
    def name(self) -> str:
        """Name of what is cached about this folder."""
        return _cache_name(self.head)


def read_index(folder: Path, packages: Path) -> Index:
    """Return the index of the provider's folder `folder`, whose package is below `packages`.

    Raises `UsageError` when there is no such folder, or it was never committed.
    """
    head = read_head(folder)
    pyproject = _pyproject(folder, packages, head)
    key = hashlib.sha256(repr([head.commit, head.boundary, pyproject]).encode("utf-8", "surrogateescape")).hexdigest()
    name = _cache_name(head)
    commits = _decode(store.get(_KIND, name), key)
    if commits is None:
        commits = _read(folder, head, pyproject)
        store.put(_KIND, name, _encode(commits, key))
    return Index(folder=folder, head=head, commits=commits)


def _read(folder: Path, head: Head, pyproject: str | None) -> tuple[Commit, ...]:
    raw = read_history(folder, head, beside=pyproject)
    key = None if pyproject is None else _below(pyproject, head.prefix)
    commits = (
        Commit(
            id=commit.id,
            date=commit.date,
            subject=commit.subject,
            version=version,
            changed={path: oid for path, oid in commit.changed.items() if path != key},
        )
        for commit, version in zip(raw, _versions(folder, raw, key), strict=True)
    )
    return tuple(commit for commit in commits if commit.changed)


def _versions(folder: Path, commits: Sequence[RawCommit], path: str | None) -> list[str]:
    """Return for each commit the version that was released with it, or first after it; or an empty string."""
    found: list[str] = []
    present = ""
    with reading_blobs(folder) as read:
        for commit in commits:
            oid = commit.changed.get(path) if path is not None else None
            version = _version(read(oid)) if oid is not None else present
            found.append(version if version != present else "")
            present = version
    coming = ""
    for number in reversed(range(len(found))):
        coming = found[number] = found[number] or coming
    return found


def _version(pyproject: bytes) -> str:
    with suppress(tomllib.TOMLDecodeError, UnicodeDecodeError):
        project = cast("object", tomllib.loads(pyproject.decode("utf-8")).get("project"))
        if isinstance(project, dict):
            version = cast("dict[str, object]", project).get("version")
            return version if isinstance(version, str) else ""
    return ""


def _pyproject(folder: Path, packages: Path, head: Head) -> str | None:
    """Return the path of the package's ``pyproject.toml`` from the root of the repository; None if it is unknown."""
    try:
        settings = tomllib.loads((folder / PROVIDER).read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return None
    package = cast("object", settings.get("package"))
    distribution = cast("dict[str, object]", package).get("distribution") if isinstance(package, dict) else None
    if not isinstance(distribution, str):
        return None
    path, root = (packages / distribution / "pyproject.toml").resolve(), head.root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None


def _below(path: str, prefix: str) -> str:
    return path.removeprefix(prefix) if path.startswith(prefix) else f"/{path}"


def _cache_name(head: Head) -> str:
    place = f"{head.root}\0{head.prefix}".encode("utf-8", "surrogateescape")
    return hashlib.sha256(place).hexdigest()


def _encode(commits: Sequence[Commit], key: str) -> bytes:
    rows: list[JsonValue] = [
        [commit.id, commit.date.isoformat(), commit.subject, commit.version, dict(commit.changed)] for commit in commits
    ]
    return json.dumps([key, rows]).encode()


def _decode(content: bytes | None, key: str) -> tuple[Commit, ...] | None:
    if content is None:
        return None
    found, rows = cast("tuple[str, list[tuple[str, str, str, str, dict[str, str | None]]]]", json.loads(content))
    if found != key:
        return None
    return tuple(
        Commit(id=id_, date=datetime.fromisoformat(date), subject=subject, version=version, changed=changed)
        for id_, date, subject, version, changed in rows
    )
