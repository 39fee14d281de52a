"""`History` and `ModelHistory`: a catalogue at any time, its changes, and their versions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from schemaloom.errors import SnapshotError, UsageError
from schemaloom.git.log import reading_blobs
from schemaloom.git.revision import read_file_at
from schemaloom.history.dates import commit_at, commits_until, first_moment
from schemaloom.history.index import Commit, Index, read_index
from schemaloom.json.codec import parse_json
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.snapshot.file_names import MODELS, id_of_file_name, model_path

if TYPE_CHECKING:  # the drift engine: what only reads files does not wait for it
    from schemaloom.drift.change import Change
    from schemaloom.history.entry import Entry


def open_history(folder: Path | str, packages: Path | str | None = None) -> History:
    """Open the history of a provider's folder, such as ``specs/pixeldojo``, as the current branch has it.

    `packages` is the folder of generated packages, whose versions are read; by default the folder
    ``generated`` beside that of all providers.  Raises `UsageError` if the folder does not exist
    or was never committed.
    """
    folder = Path(folder)
    beside = folder.resolve().parent.parent / "generated"
    return History(read_index(folder, beside if packages is None else Path(packages)))


class History:
    """The history of one provider's catalogue, along the first parents of the current branch."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @property
    def folder(self) -> Path:
        """The provider's folder, on disk."""
        return self._index.folder

    @property
    def commits(self) -> tuple[Commit, ...]:
        """Every commit that changed the folder, oldest first."""
        return self._index.commits

    @property
    def shallow(self) -> bool:
        """Whether the clone is shallow, so that the first commit is not the beginning."""
        return self._index.head.shallow

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Return each commit's changes, oldest first; the first call compares every commit, later ones read a cache."""
        from schemaloom.history.changes import entries_of_all

        return entries_of_all(self._index)

    def models(self) -> tuple[str, ...]:
        """Return the ids of all models that the history has or had, sorted.

        An id of more than about 120 characters is cut.
        """
        paths = {path for commit in self.commits for path in commit.changed if _is_model(path)}
        return tuple(sorted(id_of_file_name(path.removeprefix(f"{MODELS}/")) for path in paths))

    def model(self, model: str) -> ModelHistory:
        """Return the history of one model.  Raises `UsageError` if no commit has it."""
        path = model_path(model)
        if not any(path in commit.changed for commit in self.commits):
            near = get_close_matches(model, self.models(), n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else f"{self.folder / MODELS} holds them"
            raise UsageError(f"no such model: {model}", where=str(self.folder), hint=hint)
        return ModelHistory(self._index, model)

    def commit_at(self, at: str) -> str:
        """Return the object id of the commit that a date (``2026-01-31``, then its end in UTC) or a revision names.

        Raises `UsageError` for a date before the history begins, and for what is neither.
        """
        return commit_at(at, self.commits, self.folder)


@dataclass(frozen=True, slots=True)
class ModelHistory:
    """The history of one model."""

    _index: Index
    id: str

    @property
    def folder(self) -> Path:
        """The provider's folder, on disk."""
        return self._index.folder

    @property
    def path(self) -> str:
        """Path of the model's file below the provider's folder."""
        return model_path(self.id)

    @property
    def versions(self) -> tuple[Commit, ...]:
        """The commits that changed the model's file, oldest first."""
        return tuple(commit for commit in self._index.commits if self.path in commit.changed)

    def read(self, at: str | None = None) -> bytes | None:
        """Return the bytes of the model's file at a date or revision; by default those on disk.

        None if there was no such file.  Raises `UsageError` as `History.commit_at`.
        """
        if at is None:
            file = self._index.folder / self.path
            return file.read_bytes() if file.is_file() else None
        commit = commit_at(at, self._index.commits, self._index.folder)
        return read_file_at(self._index.folder, commit, f"{self._index.head.prefix}{self.path}")

    def document(self, at: str | None = None) -> JsonObject | None:
        """Return the content of the model's file, as `read` does.  Raises `SnapshotError` if it is not JSON."""
        raw = self.read(at)
        return None if raw is None else _document(raw, f"{self._index.folder}/{self.path}")

    def documents(self, until: str | None = None) -> Iterator[tuple[Commit, JsonObject | None]]:
        """Yield each of `versions` with the content after it; None if the model was removed, or cannot be read.

        `until` is a date or revision, after which versions are left out.
        """
        listed = self._index.commits
        listed = listed if until is None else commits_until(until, listed, self._index.folder)
        with reading_blobs(self._index.folder) as read:
            for commit in (commit for commit in listed if self.path in commit.changed):
                yield commit, _document_or_none(read, commit.changed[self.path], commit.id)

    def lineage(self, until: str | None = None) -> Iterator[tuple[Commit, JsonObject | None]]:
        """Yield as `documents` does, with the versions that the model had under its former ids before."""
        from schemaloom.history.former_ids import former_ids, renamed_models

        listed = self._index.commits
        listed = listed if until is None else commits_until(until, listed, self._index.folder)
        with reading_blobs(self._index.folder) as read:
            former = former_ids(self.id, renamed_models(self._index.commits, read))
            paths = [self.path, *map(model_path, former)]
            present: dict[str, str | None] = {}
            for commit in listed:
                changed = {path: commit.changed[path] for path in paths if path in commit.changed}
                if changed:
                    present |= changed
                    oid = next((found for path in paths if (found := present.get(path)) is not None), None)
                    yield commit, _document_or_none(read, oid, commit.id)

    def entries(self) -> tuple[Entry, ...]:
        """Return what each commit changed about the model, oldest first; its former ids are included."""
        from schemaloom.history.changes import entries_of_model

        return entries_of_model(self._index, self.id)

    def changes(
        self, pointer: str = "", since: str | None = None, until: str | None = None
    ) -> list[tuple[Entry, Change]]:
        """Return the changes at or below `pointer`, newest first, each with the entry of its commit.

        `pointer` is a parameter's name or a JSON Pointer into the model's file; without it, every
        change counts.  `since` is a date, `until` a date or a revision.  Raises `UsageError` if they are not.
        """
        from schemaloom.history.pointers import concerns, spelled_pointer

        wanted, first = spelled_pointer(pointer), first_moment(since) if since else None
        listed = self._index.commits
        known = {commit.id for commit in (commits_until(until, listed, self._index.folder) if until else listed)}
        return [
            (entry, change)
            for entry in reversed(self.entries())
            if entry.commit in known and (first is None or entry.date >= first)
            for change in entry.report.changes
            if concerns(change, wanted)
        ]

    def parameters(self, at: str | None = None) -> Mapping[str, Commit]:
        """Return for each parameter the commit since which it is there without a gap, at a date or revision.

        By default for those of the newest commit.  Parameters under a former id of the model count.
        Raises `UsageError` as `History.commit_at`.
        """
        return parameters_since(self.lineage(at))


def parameters_since(documents: Iterator[tuple[Commit, JsonObject | None]]) -> dict[str, Commit]:
    """Return for each parameter of the last document the commit since which it is there, without a gap."""
    since: dict[str, Commit] = {}
    for commit, document in documents:
        since = {name: since.get(name, commit) for name in parameter_names(document)}
    return since


def parameter_names(document: JsonObject | None) -> list[str]:
    """Return the names of the top-level parameters of a model's document."""
    schema = (document or {}).get("input")
    if document is None or not isinstance(schema, dict):
        return []
    if schema.keys() & {"$ref", "allOf", "anyOf", "oneOf"}:
        from schemaloom.parse.model import parse_model
        from schemaloom.snapshot.model import ModelDocument

        try:
            request = parse_model(ModelDocument.from_json(cast("JsonValue", document), where="")).request
        except SnapshotError:
            return []
        return [item.name for item in request.properties] if request else []
    properties = schema.get("properties")
    return [*properties] if isinstance(properties, dict) else []


def _document(raw: bytes, where: str) -> JsonObject:
    content = parse_json(raw, where=where)
    if not isinstance(content, dict):
        raise SnapshotError("a model document is a JSON object", where=where)
    return content


def _document_or_none(read: Callable[[str], bytes], oid: str | None, where: str) -> JsonObject | None:
    try:
        return None if oid is None else _document(read(oid), where)
    except SnapshotError:
        return None


def _is_model(path: str) -> bool:
    return path.startswith(f"{MODELS}/") and path.endswith(".json") and path.count("/") == 1
