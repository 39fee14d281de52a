"""The next version of a provider's package, for a snapshot that changed: drift, version, package, changelog, proof."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

from schemaloom.drift.acknowledgements import acknowledge
from schemaloom.drift.change import Bump, DriftReport
from schemaloom.errors import UsageError
from schemaloom.files.atomic_tree import Tree
from schemaloom.json.codec import canonical_bytes, parse_json
from schemaloom.pipeline.drift import acknowledgements_of, compare_content
from schemaloom.pipeline.fetch_report import FetchReport
from schemaloom.pipeline.generate import Generated, generate
from schemaloom.pipeline.package_parts import snapshot_digest
from schemaloom.pipeline.spec_files import SpecFiles
from schemaloom.pipeline.unchanged import models_of
from schemaloom.release.checks.failure import Failure
from schemaloom.release.gate import GateFailed, ModelsHeld, prove
from schemaloom.release.gather import gathering, waiting_until
from schemaloom.release.keep_required_names import keep_field_names
from schemaloom.release.lost_names import with_removed_names
from schemaloom.release.package_on_disk import package_snapshot, package_version, release_day
from schemaloom.release.release import Release, next_release
from schemaloom.release.sync_report import Files, ProviderReport
from schemaloom.release.version import Version, announces_break
from schemaloom.render.names.names_json import names_from_json
from schemaloom.render.names.table import NameTable
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.file_names import model_path
from schemaloom.snapshot.layout import NAMES, Snapshot, snapshot_files
from schemaloom.snapshot.model import ModelDocument
from schemaloom.snapshot.stored_models import StoredModels
from schemaloom.snapshot.write_snapshot import is_model_file


@dataclass(frozen=True, slots=True, kw_only=True)
class NextVersion:
    """One provider's new snapshot and package, in memory; the package may differ in nothing."""

    name: str
    before: SpecFiles
    """The snapshot's files so far."""
    after: Mapping[str, bytes]
    """The provider's files from now on, by path below its folder."""
    fetched: FetchReport
    drift: DriftReport
    previous: str | None
    """The package's version so far."""
    promised: Bump
    """Bump that the changes require; `Bump.MAJOR` if the new package may break callers of the previous one."""
    release: Release | None
    generated: Generated
    waits_until: date | None = None
    """The first day on which the changes of `drift` are released, which are in neither snapshot nor package yet."""
    held: Mapping[str, Failure] = field(default_factory=dict[str, Failure])
    """Models whose change was held back, each with a failure of its new module."""
    without: Callable[[Collection[str]], NextVersion] | None = None
    """Makes this result again without the changes of some models."""

    def held_error(self) -> ModelsHeld | None:
        """Return the error about the models that the proof held back, if any."""
        return ModelsHeld(self.generated.folder.as_posix(), self.held) if self.held else None

    def trees(self) -> list[Tree]:
        """Return the folders to replace: the package's, and the snapshot's with its new names."""
        package, names = self.generated.trees()
        files = {path: content for path, content in self.after.items() if not path.endswith(".toml")}
        return [package, Tree(names.folder, {**files, **names.files}, is_model_file)]

    def report(self) -> ProviderReport:
        """Return the report of this provider."""
        fetched, generated = self.fetched, self.generated
        return ProviderReport(
            provider=self.name,
            distribution=generated.provider.package.distribution,
            folder=generated.folder.as_posix(),
            previous=self.previous,
            version=generated.version,
            raised=self.release.raised if self.release else Bump.NONE,
            entry=self.release.entry if self.release else "",
            notes=self._notes(),
            drift=self.drift,
            models=models_of(fetched),
            files=Files(
                added=generated.difference.added,
                changed=generated.difference.changed,
                removed=generated.difference.removed,
            ),
            problems=(*fetched.problems, *generated.problems),
            requests=fetched.requests,
            not_modified=fetched.not_modified,
        )

    def _notes(self) -> tuple[str, ...]:
        if self.release is not None:
            return self.release.notes
        if self.waits_until is None:
            return ()
        return (f"These changes wait for the release of {self.waits_until}; --bump patch releases them now.",)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionMaker:
    """Makes the next version of one provider's package from a snapshot that replaces `old`."""

    name: str
    provider: Provider
    before: SpecFiles
    """The files of `old`."""
    old: Snapshot
    fetched: FetchReport
    specs: Path
    out: Path
    renames: Mapping[str, str]
    today: date
    requested: Bump

    def make(self, snapshot: Snapshot) -> NextVersion:
        """Render the package of `snapshot`.

        The version is raised as far as the changes require, and by a patch if the package differs
        without any.  Changes that may wait for others (`waiting_until`) are reported only: the snapshot
        stays the one of the last release.  If the specs were edited since the package was released, some
        changes are unknown, which counts as breaking.  A public name that the new package lacks is a change
        like any other.
        """

        def without(models: Collection[str]) -> NextVersion:
            return self._make(_without(models, snapshot, self.old))

        return replace(self._make(snapshot), without=without)

    def _make(self, snapshot: Snapshot) -> NextVersion:
        old, today, requested = self.old, self.today, self.requested
        after = _after(self.before, old, snapshot)
        entries = acknowledgements_of(after)
        report = compare_content(self.before, after)
        snapshot = keep_field_names(snapshot, report)
        files = {**after.files, **({NAMES: canonical_bytes(snapshot.names)} if snapshot.names != old.names else {})}
        target = self.out / self.provider.package.distribution
        previous = package_version(target)
        made_from = package_snapshot(target / "src" / self.provider.package.module)
        unknown = made_from not in (None, snapshot_digest(old))
        if not unknown and previous is not None:
            report = with_removed_names(report, old, snapshot, self.renames)
        report = acknowledge(report, entries, today=today)

        every = self.provider.release.days
        until = None if unknown else waiting_until(report, released=release_day(target), every=every)
        if until is not None and today < until and requested is Bump.NONE and previous is not None:
            waiting = self._make(gathering(old, snapshot))
            if not waiting.generated.difference:
                return replace(waiting, drift=report, waits_until=until)
        make = partial(generate, self.name, specs=self.specs, out=self.out, files=files)
        release: Release | None = None
        breaks = unknown
        if previous is None:
            generated = make()
        else:
            version = _version(previous, target)
            plan = partial(next_release, version, report, day=today, requested=requested, unknown=unknown)
            breaks = breaks or announces_break(version, requested)
            release = plan()
            generated = make(release=release)
            if release is None and generated.difference:
                release = plan(regenerated=True)
                generated = make(release=release)
        return NextVersion(
            name=self.name,
            before=self.before,
            after=files,
            fetched=self.fetched,
            drift=report,
            previous=previous,
            promised=Bump.MAJOR if breaks else report.bump,
            release=release,
            generated=generated,
        )


def proven(one: NextVersion) -> NextVersion:
    """Prove a changed package, and return what may be written.

    A model whose new module fails keeps its last good one, or is left untyped if it is new, and is
    listed in `NextVersion.held`.  Raises `GateFailed` for a package that fails for another reason.
    """
    held: dict[str, Failure] = {}
    while one.generated.difference:
        generated = one.generated
        module = generated.provider.package.module
        failures = prove(generated.present, generated.files, one.promised, module=module)
        if not failures:
            break
        content = parse_json(generated.names, where=NAMES) if generated.names else {}
        names = names_from_json(content if isinstance(content, dict) else {}, where=NAMES)
        found: dict[str, Failure] = {}
        for failure in failures:
            if model := _model_of(failure, module, names):
                found.setdefault(model, failure)
        if one.without is None or not found.keys() - held.keys():
            raise GateFailed(generated.folder.as_posix(), failures)
        held = {**found, **held}
        one = replace(one.without(held.keys()), without=one.without)
    return replace(one, held=held)


def _model_of(failure: Failure, module: str, names: NameTable) -> str | None:
    """Return the model whose module fails: from a path, or from a dotted name."""
    place = failure.place.replace("/", ".")
    found = re.search(rf"\b{re.escape(module)}\.models\.(\w+)", place)
    return next((id_ for id_, known in names.items() if found and known.module == found[1]), None)


def _without(models: Collection[str], snapshot: Snapshot, old: Snapshot) -> Snapshot:
    """Return `snapshot` with the old documents of `models`; a new one gets no schema."""
    present, known = snapshot.by_id(), old.by_id()
    kept = {model: known.get(model) or _bare(present[model]) for model in present.keys() & models}
    return replace(snapshot, models=StoredModels(present.updated(kept, present)))


def _bare(model: ModelDocument) -> ModelDocument:
    """Return a document without the schemas."""
    return replace(model, input=None, output=None, parameter_order=(), property_order=None, output_order=None)


def _after(before: SpecFiles, old: Snapshot, snapshot: Snapshot) -> SpecFiles:
    """Return the new side: the files that people wrote, those of unchanged models, and the rest of the snapshot."""
    documents = snapshot.by_id()
    changed = documents.changed_since(old.by_id())
    models = tuple(documents[model] for model in sorted(changed))
    same = {model_path(model) for model in documents.keys() - changed}
    kept = {path: content for path, content in before.files.items() if path in same or path.endswith(".toml")}
    return replace(before, files={**kept, **snapshot_files(replace(snapshot, models=models))})


def _version(text: str, target: Path) -> Version:
    try:
        return Version.parse(text)
    except ValueError as error:
        raise UsageError(str(error), where=str(target / "pyproject.toml"), hint="write it as X.Y.Z") from None
