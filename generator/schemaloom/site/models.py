"""`SiteModel`: one model with its newest content, its parameters' ages and its timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from schemaloom.drift.change import Change
from schemaloom.errors import SchemaloomError
from schemaloom.git.log import reading_blobs
from schemaloom.history.entry import Entry
from schemaloom.history.index import Commit
from schemaloom.history.read import History, parameter_names
from schemaloom.ir.model import Model
from schemaloom.json.codec import parse_json
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.parse.model import parse_model
from schemaloom.site.names import page_name
from schemaloom.snapshot.file_names import MODELS
from schemaloom.snapshot.model import ModelDocument
from schemaloom.snapshot.write_snapshot import is_model_file


@dataclass(slots=True)
class _Followed:
    """One model's file while its versions are read, oldest first."""

    content: JsonObject = field(default_factory=dict[str, JsonValue])
    since: dict[str, Commit] = field(default_factory=dict[str, Commit])
    removed: Commit | None = None


@dataclass(frozen=True, kw_only=True)
class SiteModel:
    """One model that the catalogue has or had."""

    model: Model
    """Its newest content; the last one if it was removed."""
    since: Mapping[str, Commit]
    """By parameter: the commit since which it is there without a gap."""
    removed: Commit | None
    """The commit that removed it, if it is gone."""
    timeline: Sequence[tuple[Entry, tuple[Change, ...]]]
    """Its changes, newest first."""

    @property
    def page(self) -> str:
        """Name of its page, without extension."""
        return page_name(self.model.id)

    @cached_property
    def changed(self) -> str:
        """Day of the newest change that affects callers or is listed; empty if there is none."""
        return f"{self.timeline[0][0].date:%Y-%m-%d}" if self.timeline else ""


def site_models(history: History) -> list[SiteModel]:
    """Return every model of a history, sorted by id; what was never readable is left out."""
    timelines: dict[str, list[tuple[Entry, tuple[Change, ...]]]] = {}
    for entry in reversed(history.entries):
        by_model: dict[str, list[Change]] = {}
        for change in entry.report.changes:
            by_model.setdefault(change.model, []).append(change)
        for id_, changes in by_model.items():
            timelines.setdefault(id_, []).append((entry, tuple(changes)))
    found: list[SiteModel] = []
    for followed in _followed(history):
        try:
            model = parse_model(ModelDocument.from_json(followed.content, where=MODELS))
        except SchemaloomError:
            continue
        found.append(
            SiteModel(model=model, since=followed.since, removed=followed.removed, timeline=timelines.get(model.id, []))
        )
    return sorted(found, key=lambda item: item.model.id)


def _followed(history: History) -> Iterator[_Followed]:
    """Read every version of every model."""
    files: dict[str, _Followed] = {}
    with reading_blobs(history.folder) as read:
        for commit in history.commits:
            for path, oid in commit.changed.items():
                if not is_model_file(path):
                    continue
                state = files.setdefault(path, _Followed())
                if oid is None:
                    state.removed, state.since = commit, {}
                    continue
                try:
                    content = parse_json(read(oid), where=path)
                except SchemaloomError:
                    continue
                if isinstance(content, dict):
                    names = parameter_names(content)
                    state.content, state.removed = content, None
                    state.since = {name: state.since.get(name, commit) for name in names}
    return iter([state for state in files.values() if state.content])
