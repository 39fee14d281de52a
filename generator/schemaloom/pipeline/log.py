"""``log``: what changed in a provider's folder, commit by commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from schemaloom.drift.change import DriftReport
from schemaloom.drift.log.entry import Entry, Log
from schemaloom.errors import SchemaloomError
from schemaloom.git.log import Commit, read_history, reading_blobs
from schemaloom.pipeline.drift import SIDE_FILES, SpecFiles, compare_sides, is_side_file, provider_name
from schemaloom.snapshot.write_snapshot import is_model_file

_KEPT_BLOBS = 32
"""Objects kept in memory: every comparison reads the same few configuration files."""


def read_log(folder: Path) -> Log:
    """Read the history of a provider's folder from git, without a checkout.

    Raises `UsageError` when there is no such folder, or it was never committed.
    """
    history = read_history(folder)
    with reading_blobs(folder) as read:
        entries = tuple(_entries(history.commits, lru_cache(_KEPT_BLOBS)(read), folder.as_posix()))
    named = [entry.report.provider for entry in entries if entry.report.provider]
    return Log(
        provider=named[-1] if named else folder.resolve().name,
        folder=folder.as_posix(),
        entries=entries[::-1],
        shallow=history.shallow,
    )


def _entries(commits: tuple[Commit, ...], read: Callable[[str], bytes], folder: str) -> Iterator[Entry]:
    """Entries, oldest first; `files` follows the folder from commit to commit."""
    files: dict[str, str] = {}
    for commit in commits:
        before = dict(files)
        changed = {path: oid for path, oid in commit.changed.items() if is_side_file(path)}
        for path, oid in changed.items():
            files.pop(path, None)
            if oid is not None:
                files[path] = oid
        if not changed or (not before and not files):
            continue
        entry = Entry(
            commit=commit.id,
            date=commit.date,
            subject=commit.subject,
            models=sum(map(is_model_file, files)),
            report=DriftReport(provider="", changes=()),
            first=not before,
        )
        # Unchanged files are on neither side, except those that configure the comparison.
        wanted = changed.keys() | SIDE_FILES
        try:
            old, new = (_side(commit, given, wanted, read, folder) for given in (before, files))
            if entry.first:
                yield replace(entry, report=DriftReport(provider=provider_name(new) or "", changes=()))
                continue
            report = compare_sides(old, new, today=commit.date.date())
        except SchemaloomError as error:
            yield replace(entry, unreadable=str(error))
            continue
        # An expired acknowledgement is no change of the history.
        changes = tuple(change for change in report.changes if not change.rule.startswith("acknowledgement."))
        if changes:
            yield replace(entry, report=replace(report, changes=changes))


def _side(
    commit: Commit,
    files: Mapping[str, str],
    wanted: frozenset[str] | set[str],
    read: Callable[[str], bytes],
    folder: str,
) -> SpecFiles:
    found = {path: read(files[path]) for path in sorted(files.keys() & wanted)}
    return SpecFiles(label=commit.id[:12], folder=folder, files=found)
