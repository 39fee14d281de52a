"""``sync``: fetch a catalogue, compare it, and release the next version of its package, all or nothing.

    fetch → drift → version → generate → changelog → gate → report

Everything is written at once, after every provider of the run has succeeded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from schemaloom.drift.change import Bump, DriftReport
from schemaloom.errors import Problem, UsageError
from schemaloom.files.atomic_tree import Tree, replace_trees
from schemaloom.pipeline.drift import SpecFiles, compare_sides, read_side
from schemaloom.pipeline.fetch import FetchReport, fetch_snapshot, renames_of
from schemaloom.pipeline.generate import Generated, generate, version_of
from schemaloom.pipeline.package_parts import snapshot_digest
from schemaloom.release.gate import GateFailed, prove
from schemaloom.release.keep_required_names import keep_field_names
from schemaloom.release.lost_names import removed_names
from schemaloom.release.release import Release, next_release
from schemaloom.release.released_snapshot import package_snapshot
from schemaloom.release.sync_report import Files, Models, ProviderReport
from schemaloom.release.version import Version, announces_break
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import PROVIDER, Snapshot, read_snapshot, snapshot_files
from schemaloom.snapshot.write_snapshot import is_model_file
from schemaloom.sources.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """One provider's new snapshot and package, in memory."""

    name: str
    before: SpecFiles
    """The snapshot's files so far."""
    snapshot: Snapshot
    fetched: FetchReport
    drift: DriftReport
    previous: str | None
    """The package's version so far."""
    promised: Bump
    """Bump that the changes require; `Bump.MAJOR` if the new package may break callers of the previous one."""
    removed_names: tuple[Problem, ...]
    """Public names that the new package lacks although no change is breaking."""
    release: Release | None
    generated: Generated

    def trees(self) -> list[Tree]:
        """Return the folders to replace: the package's, and the snapshot's with its new names."""
        package, names = self.generated.trees()
        files = {**snapshot_files(self.snapshot), **names.files}
        return [package, Tree(names.folder, files, is_model_file)]

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
            notes=self.release.notes if self.release else (),
            drift=self.drift,
            models=Models(
                added=fetched.added,
                removed=fetched.removed,
                changed=fetched.changed,
                missing=fetched.missing,
                withheld=fetched.withheld,
                unchanged=len(fetched.unchanged),
            ),
            files=Files(
                added=generated.difference.added,
                changed=generated.difference.changed,
                removed=generated.difference.removed,
            ),
            problems=(*fetched.problems, *generated.problems, *self.removed_names),
            requests=fetched.requests,
            not_modified=fetched.not_modified,
        )


def sync(
    name: str,
    *,
    specs: Path,
    out: Path,
    today: date,
    environ: Mapping[str, str],
    base_url: str | None = None,
    rate: float | None = None,
    allow_removals: bool = False,
    allow_additions: bool = False,
    requested: Bump = Bump.NONE,
    progress: Progress | None = None,
) -> SyncResult:
    """Fetch one provider and render its package's next version, without writing anything; see `write`.

    The version is raised as far as the changes require, and by a patch if the package differs
    without any.  If the specs were edited since the package was released, some changes are unknown,
    which counts as breaking; so does a lost public name (`removed_names`).  `requested` can only
    raise the version further, and does so even if nothing changed.
    """
    folder = specs / name
    provider = load_provider(folder / PROVIDER)
    before = read_side(str(folder), other=str(folder), root=Path())
    old = read_snapshot(folder)
    renames = renames_of(folder)
    snapshot, fetched = fetch_snapshot(
        provider,
        old,
        renames=renames,
        today=today,
        environ=environ,
        base_url=base_url,
        rate=rate,
        allow_removals=allow_removals,
        allow_additions=allow_additions,
        progress=progress,
    )
    report = compare_sides(before, _after(before, snapshot), today=today)
    snapshot = keep_field_names(snapshot, report)
    target = out / provider.package.distribution
    previous = version_of(target)
    made_from = package_snapshot(target / "src" / provider.package.module)
    unknown = made_from not in (None, snapshot_digest(old))
    lost = () if unknown or previous is None else removed_names(old, snapshot, report, renames)

    make = partial(generate, name, specs=specs, out=out, snapshot=snapshot)
    release: Release | None = None
    breaks = bool(unknown or lost)
    if previous is None:
        generated = make()
    else:
        version = _version(previous, target)
        plan = partial(
            next_release,
            version,
            report,
            day=today,
            requested=requested,
            removed_names=lost,
            unknown=unknown,
        )
        breaks = breaks or announces_break(version, requested)
        release = plan()
        generated = make(release=release)
        if release is None and generated.difference:
            release = plan(regenerated=True)
            generated = make(release=release)
    return SyncResult(
        name=name,
        before=before,
        snapshot=snapshot,
        fetched=fetched,
        drift=report,
        previous=previous,
        promised=Bump.MAJOR if breaks else report.bump,
        removed_names=lost,
        release=release,
        generated=generated,
    )


def check(synced: Iterable[SyncResult]) -> None:
    """Raise `GateFailed` for the first package that fails; an unchanged one was checked before."""
    for one in synced:
        generated = one.generated
        if generated.difference:
            module = generated.provider.package.module
            failures = prove(generated.present, generated.files, one.promised, module=module)
            if failures:
                raise GateFailed(generated.folder.as_posix(), failures)


def write(synced: Iterable[SyncResult]) -> bool:
    """Replace every snapshot and package together; return whether anything changed."""
    return replace_trees([tree for one in synced for tree in one.trees()])


def _after(before: SpecFiles, snapshot: Snapshot) -> SpecFiles:
    """Return the new side: the files that people wrote, and the fetched snapshot."""
    kept = {path: content for path, content in before.files.items() if path.endswith(".toml")}
    return replace(before, files={**kept, **snapshot_files(snapshot)})


def _version(text: str, target: Path) -> Version:
    try:
        return Version.parse(text)
    except ValueError as error:
        raise UsageError(str(error), where=str(target / "pyproject.toml"), hint="write it as X.Y.Z") from None
