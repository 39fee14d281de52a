"""Compare each commit with the one before by the drift engine: one `Entry` for each.

The changes of one model are computed from its own files, in milliseconds.  Those of all models
take about five milliseconds for each changed file, once: they are cached by commit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from functools import lru_cache
from typing import cast

from schemaloom.cache import store
from schemaloom.drift.change import Change, DriftReport, Severity
from schemaloom.errors import SchemaloomError
from schemaloom.git.log import reading_blobs
from schemaloom.history.entry import Entry
from schemaloom.history.former_ids import former_ids, renamed_models
from schemaloom.history.index import Commit, Index
from schemaloom.json.values import JsonValue
from schemaloom.pipeline.drift import compare_sides
from schemaloom.pipeline.spec_files import SIDE_FILES, SpecFiles, is_side_file, provider_name
from schemaloom.snapshot.file_names import model_path

_KIND = "changes"
_KEPT_BLOBS = 32
"""Objects kept in memory: every comparison reads the same few configuration files."""
_Read = Callable[[str], bytes]
_Files = Mapping[str, str]


def entries_of_all(index: Index) -> tuple[Entry, ...]:
    """Return the entry of every commit that changed the snapshot, oldest first; commits without a change too."""
    known = _decode(store.get(_KIND, index.name))
    found: list[Entry] = []
    with reading_blobs(index.folder) as read:
        cached = lru_cache(_KEPT_BLOBS)(read)
        for commit, before, after, previous in _steps(index):
            entry = _blank(commit, before, after, previous)
            if commit.id in known:
                found.append(_with_result(entry, known[commit.id]))
                continue
            wanted = {path for path in commit.changed if is_side_file(path)} | SIDE_FILES
            found.append(_compared(entry, commit, (before, after), wanted, cached, index))
    if not known.keys() >= {entry.commit for entry in found}:
        store.put(_KIND, index.name, _encode(found))
    return tuple(found)


def entries_of_model(index: Index, model: str) -> tuple[Entry, ...]:
    """Return the entries of the commits that changed one model, oldest first, each with its changes only.

    Changes under a former id count if a confirmed rename leads from it to `model`.
    """
    found: list[Entry] = []
    with reading_blobs(index.folder) as read:
        cached = lru_cache(_KEPT_BLOBS)(read)
        models = {model, *former_ids(model, renamed_models(index.commits, cached))}
        paths = {model_path(id_) for id_ in models}
        for commit, before, after, previous in _steps(index, paths):
            wanted = paths & commit.changed.keys() | SIDE_FILES
            if any((path in before) != (path in after) for path in wanted - SIDE_FILES):
                # What else came or went at the same time: one of these may be what the model is called now.
                wanted |= {path for path in commit.changed if (path in before) != (path in after)}
            entry = _compared(_blank(commit, before, after, previous), commit, (before, after), wanted, cached, index)
            own = tuple(change for change in entry.report.changes if change.model in models)
            found.append(replace(entry, report=replace(entry.report, changes=own)))
    return tuple(found)


def _steps(index: Index, paths: Collection[str] | None = None) -> Iterator[tuple[Commit, _Files, _Files, str]]:
    """Yield each commit that changed a file of the comparison, the files on both sides, and the version before.

    With `paths`, only the commits that changed one of them.
    """
    files: dict[str, str] = {}
    version = previous = ""
    for commit in index.commits:
        if commit.version != version:
            previous, version = version, commit.version
        changed = {path: oid for path, oid in commit.changed.items() if is_side_file(path)}
        wanted = paths is None or any(path in commit.changed for path in paths)
        before = dict(files) if wanted else {}
        for path, oid in changed.items():
            files.pop(path, None)
            if oid is not None:
                files[path] = oid
        if wanted and changed and (before or files):
            yield commit, before, files, previous


def _blank(commit: Commit, before: _Files, after: _Files, previous: str) -> Entry:
    return Entry(
        commit=commit.id,
        date=commit.date,
        subject=commit.subject,
        models=len(after.keys() - SIDE_FILES),
        report=DriftReport(provider="", changes=()),
        first=not before,
        version=commit.version,
        version_before=previous,
    )


def _compared(
    entry: Entry, commit: Commit, files: tuple[_Files, _Files], wanted: Collection[str], read: _Read, index: Index
) -> Entry:
    """Return the entry with its report; only the `wanted` files are read."""
    try:
        if entry.first:  # nothing to compare with: only its name is read
            provider = provider_name(_side(commit, files[1], SIDE_FILES, read, index))
            return replace(entry, report=DriftReport(provider=provider or "", changes=()))
        old, new = (_side(commit, side, wanted, read, index) for side in files)
        report = compare_sides(old, new, today=commit.date.date())
    except SchemaloomError as error:
        return replace(entry, unreadable=str(error))
    # An expired acknowledgement is no change of the history.
    changes = tuple(change for change in report.changes if not change.rule.startswith("acknowledgement."))
    return replace(entry, report=replace(report, changes=changes))


def _side(commit: Commit, files: _Files, wanted: Collection[str], read: _Read, index: Index) -> SpecFiles:
    found = {path: read(files[path]) for path in sorted(files.keys() & wanted)}
    return SpecFiles(label=commit.id[:12], folder=index.folder.as_posix(), files=found)


def _encode(entries: Iterable[Entry]) -> bytes:
    rows: dict[str, JsonValue] = {
        entry.commit: [entry.report.provider, entry.unreadable, [_row(change) for change in entry.report.changes]]
        for entry in entries
    }
    return json.dumps(rows).encode("utf-8", "surrogatepass")


_FIELDS = tuple(field.name for field in fields(Change))
_Result = tuple[str, str, list[list[JsonValue]]]


def _row(change: Change) -> JsonValue:
    return [cast("JsonValue", getattr(change, name)) for name in _FIELDS]


def _decode(content: bytes | None) -> dict[str, _Result]:
    return cast("dict[str, _Result]", json.loads(content)) if content else {}


def _with_result(entry: Entry, result: _Result) -> Entry:
    provider, unreadable, rows = result
    report = DriftReport(provider=provider, changes=tuple(map(_change, rows)))
    return replace(entry, report=report, unreadable=unreadable)


def _change(row: list[JsonValue]) -> Change:
    values: dict[str, object] = dict(zip(_FIELDS, row, strict=True))
    values["severity"] = Severity(cast("str", values["severity"]))
    values["places"] = tuple(cast("list[str]", values["places"]))
    return Change(**values)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  what `_row` wrote
