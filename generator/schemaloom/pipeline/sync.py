"""``sync``: fetch a catalogue, compare it, and release the next version of its package, all or nothing.

    fetch → drift → version → generate → changelog → gate → report

Everything is written at once, after every provider of the run has succeeded.  A provider without
any change ends after the fetch: what the other steps need is not even imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from schemaloom.drift.change import Bump
from schemaloom.files.atomic_tree import replace_trees
from schemaloom.pipeline.fetch import fetch_snapshot, renames_of
from schemaloom.pipeline.spec_files import read_side
from schemaloom.pipeline.unchanged import Unchanged, find_unchanged
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import LOCK, PROVIDER, snapshot_from_files
from schemaloom.sources.progress import Progress

if TYPE_CHECKING:
    from schemaloom.pipeline.next_version import NextVersion

    SyncResult: TypeAlias = NextVersion | Unchanged


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

    `requested` can only raise the version further, and does so even if nothing changed.
    """
    folder = specs / name
    provider = load_provider(folder / PROVIDER)
    before = read_side(str(folder), other=str(folder), root=Path())
    lock = folder / LOCK
    present = {**before.files, **({LOCK: lock.read_bytes()} if lock.is_file() else {})}
    old = snapshot_from_files(present.items(), where=str(folder))
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
    if snapshot is old and requested is Bump.NONE:
        unchanged = find_unchanged(name, before, present, fetched, specs=specs, out=out)
        if unchanged is not None:
            return unchanged
    from schemaloom.pipeline.next_version import VersionMaker  # drift, templates and checks take as long as the fetch

    maker = VersionMaker(
        name=name,
        provider=provider,
        before=before,
        old=old,
        fetched=fetched,
        specs=specs,
        out=out,
        renames=renames,
        today=today,
        requested=requested,
    )
    return maker.make(snapshot)


def check(synced: Iterable[SyncResult]) -> list[SyncResult]:
    """Prove every changed package, and return what may be written.  Raises as `proven` does."""
    return [one if isinstance(one, Unchanged) else _proven(one) for one in synced]


def _proven(one: NextVersion) -> NextVersion:
    from schemaloom.pipeline.next_version import proven  # imported already, by `sync`

    return proven(one)


def write(synced: Iterable[SyncResult]) -> bool:
    """Replace every changed snapshot and package together; return whether anything changed."""
    made = [one for one in synced if not isinstance(one, Unchanged)]
    changed = replace_trees([tree for one in made for tree in one.trees()])
    for one in made:
        one.generated.record()
    return changed
