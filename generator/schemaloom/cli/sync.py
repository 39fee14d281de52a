"""``schemaloom sync``."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from schemaloom.cli.progress import StderrProgress
from schemaloom.cli.report import show_fetch, show_problems
from schemaloom.errors import UsageError
from schemaloom.pipeline.sync import sync, write


@click.command("sync")
@click.argument("providers", metavar="PROVIDER…", nargs=-1, required=True)
@click.option("--base-url", metavar="URL", help="Ask this server instead of the provider's API.")
@click.option(
    "--rate",
    metavar="PER_MINUTE",
    type=click.FloatRange(min=0, max=1_000_000),
    help="Most requests per minute; 0 for no limit. Default: what the provider allows.",
)
@click.option(
    "--specs",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("specs"),
    show_default=True,
    help="Folder of all providers' snapshots.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("generated"),
    show_default=True,
    help="Folder of all generated distributions.",
)
@click.option("--allow-removals", is_flag=True, help="Accept that many models at once are gone.")
@click.option("--dry-run", is_flag=True, help="Do everything but write.")
def command(
    *,
    providers: tuple[str, ...],
    base_url: str | None,
    rate: float | None,
    specs: Path,
    out: Path,
    allow_removals: bool,
    dry_run: bool,
) -> None:
    """Fetch each PROVIDER's catalogue and regenerate its package: the main job.

    Nothing changes on disk unless every step of every provider succeeds.
    """
    if base_url and len(providers) > 1:
        raise UsageError("--base-url stands for one provider's API", hint="sync the providers one by one")
    now = datetime.now(UTC).date()
    with StderrProgress() as progress:
        synced = [
            sync(
                name,
                specs=specs,
                out=out,
                today=now,
                environ=os.environ,
                base_url=base_url,
                rate=rate,
                allow_removals=allow_removals,
                progress=progress,
            )
            for name in providers
        ]
    for one in synced:
        one.fetched.check_guard()
    if not dry_run:
        write(synced)
    for one in synced:
        show_fetch(one.name, one.fetched)
        show_problems(one.generated.problems)
        change = one.generated.difference
        counts = f"{len(change.added)} files added, {len(change.changed)} changed, {len(change.removed)} removed"
        done = "would be: " if dry_run else ""
        click.echo(f"{one.generated.folder}: {done}{counts if change else 'up to date'}")
