"""``sync``: fetch a catalogue and regenerate its package, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from schemaloom.pipeline.fetch import FetchReport, fetch_snapshot
from schemaloom.pipeline.generate import Generated, generate
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.store import PROVIDER, Snapshot, read_snapshot, snapshot_files
from schemaloom.snapshot.write import Tree, is_model_file, recover_tree, replace_trees
from schemaloom.sources.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """One provider's new snapshot and package, in memory."""

    name: str
    snapshot: Snapshot
    fetched: FetchReport
    generated: Generated

    def trees(self) -> list[Tree]:
        """The folders to replace: the package's, and the snapshot's with the names it now has."""
        package, names = self.generated.trees()
        files = {**snapshot_files(self.snapshot), **names.files}
        return [package, Tree(names.folder, files, is_model_file)]


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
    progress: Progress | None = None,
) -> Synced:
    """Fetch and regenerate one provider without writing anything; see `write`."""
    folder = specs / name
    recover_tree(folder)
    snapshot, report = fetch_snapshot(
        load_provider(folder / PROVIDER),
        read_snapshot(folder),
        today=today,
        environ=environ,
        base_url=base_url,
        rate=rate,
        allow_removals=allow_removals,
        progress=progress,
    )
    generated = generate(name, specs=specs, out=out, snapshot=snapshot)
    return Synced(name=name, snapshot=snapshot, fetched=report, generated=generated)


def write(synced: Iterable[Synced]) -> bool:
    """Put every snapshot and package in place together; says whether anything changed."""
    return replace_trees([tree for one in synced for tree in one.trees()])
