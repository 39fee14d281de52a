"""`SiteModel`: one model with its newest content, its parameters' ages and its timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from schemaloom.drift.change import Change
from schemaloom.errors import SchemaloomError
from schemaloom.git.log import reading_blobs
from schemaloom.history.entry import Entry
from schemaloom.history.former_ids import former_ids, renamed_models
from schemaloom.history.index import Commit
from schemaloom.history.read import History, parameter_names
from schemaloom.ir.model import Model
from schemaloom.json.codec import parse_json
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.parse.model import parse_model
from schemaloom.site.names import page_name
from schemaloom.snapshot.file_names import MODELS, model_path
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
    renamed: str
    """Its later id, if it was renamed and is gone."""
    timeline: Sequence[tuple[Entry, tuple[Change, ...]]]
    """Its changes, also those under former ids, newest first."""

    @property
    def page(self) -> str:
        """Name of its page, without extension."""
        return page_name(self.model.id)

    @cached_property
    def changed(self) -> str:
        """Day of the newest change that affects callers or is listed; empty if there is none."""
        return f"{self.timeline[0][0].date:%Y-%m-%d}" if self.timeline else ""


def site_models(history: History) -> list[SiteModel]:
    """Return every model of a history, sorted by id; a model that was never readable is left out."""
    with reading_blobs(history.folder) as read:
        renames = renamed_models(history.commits, read)
        followed_models = _followed(history, renames, read)
    timelines = _timelines(history, renames)
    found: list[SiteModel] = []
    for followed in followed_models:
        try:
            model = parse_model(ModelDocument.from_json(followed.content, where=MODELS))
        except SchemaloomError:
            continue
        found.append(
            SiteModel(
                model=model,
                since=followed.since,
                removed=followed.removed,
                renamed=renames.get(model.id, "") if followed.removed else "",
                timeline=timelines.get(model.id, []),
            )
        )
    return sorted(found, key=lambda item: item.model.id)


def _timelines(history: History, renames: Mapping[str, str]) -> dict[str, list[tuple[Entry, tuple[Change, ...]]]]:
    """Return the changes of each model and of its later ids, newest first."""
    later: dict[str, list[str]] = {}
    for new in set(renames.values()):
        for old in former_ids(new, renames):
            later.setdefault(old, []).append(new)
    found: dict[str, list[tuple[Entry, tuple[Change, ...]]]] = {}
    for entry in reversed(history.entries):
        by_model: dict[str, list[Change]] = {}
        for change in entry.report.changes:
            for id_ in (change.model, *later.get(change.model, ())):
                by_model.setdefault(id_, []).append(change)
        for id_, changes in by_model.items():
            found.setdefault(id_, []).append((entry, tuple(changes)))
    return found


def _followed(history: History, renames: Mapping[str, str], read: Callable[[str], bytes]) -> list[_Followed]:
    """Read every version of every model."""
    former = {model_path(new): [*map(model_path, former_ids(new, renames))] for new in set(renames.values())}
    files: dict[str, _Followed] = {}
    for commit in history.commits:
        # What was removed comes last: a model that is renamed has the parameters of its former id.
        for path, oid in sorted(commit.changed.items(), key=lambda item: item[1] is None):
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
                before = next((files[old].since for old in former.get(path, ()) if old in files), dict[str, Commit]())
                since = state.since or before
                state.content, state.removed = content, None
                state.since = {name: since.get(name, commit) for name in parameter_names(content)}
    return [state for state in files.values() if state.content]
