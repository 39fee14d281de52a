"""The command ``schemaloom generate``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from schemaloom.cache import up_to_date
from schemaloom.cli.options import out_option, specs_option
from schemaloom.cli.problems import show_problems
from schemaloom.errors import SnapshotError, UsageError
from schemaloom.files.lock import locked
from schemaloom.snapshot.layout import PROVIDER


@click.command("generate")
@click.argument("provider")
@specs_option
@out_option
@click.option("--check", is_flag=True, help="Write nothing; print a diff and exit 1 if the package is stale.")
@click.option("--models", metavar="ID,ID…", help="Put these models only into the package; all others leave it.")
@click.option("--verbose", is_flag=True, help="List every note: model, pointer and sentence.")
def command(*, provider: str, specs: Path, out: Path, check: bool, models: str | None, verbose: bool) -> None:
    """Render the package of PROVIDER from its committed specs, offline.

    The same specs give the same bytes; a file that is right already is not touched.
    """
    only = None if models is None else frozenset(part.strip() for part in models.split(",") if part.strip())
    if only is not None and not only:
        raise UsageError("--models names no model", hint="leave it out, and all are generated")
    with locked([specs / provider / PROVIDER]):
        _generate(provider, specs, out, only, check=check, verbose=verbose)


def _generate(
    provider: str, specs: Path, out: Path, only: frozenset[str] | None, *, check: bool, verbose: bool
) -> None:
    if only is None and (known := up_to_date.check(specs / provider, out)):
        show_problems(known.problems, verbose=verbose)
        click.echo(_unchanged(out / known.distribution, known.models, check=check))
        return
    from schemaloom.pipeline.generate import generate  # and with it pydantic and Jinja, which take longer than the rest

    result = generate(provider, specs=specs, out=out, only=only)
    show_problems(result.problems, verbose=verbose)
    change = result.difference
    counts = f"{len(change.added)} added, {len(change.changed)} changed, {len(change.removed)} removed"
    if check and result.stale:
        click.echo(result.diff(), nl=False)
        names = " and names.json" if result.names_changed else ""
        click.echo(f"{result.folder}{names} is stale: {counts}; run: schemaloom generate {provider}", err=True)
        sys.exit(1)
    if not check:
        result.write()  # if nothing changed, this removes what an interrupted run left
    result.record()
    click.echo(
        f"{result.folder}: {result.models} models; files: {counts}"
        if result.stale
        else _unchanged(result.folder, result.models, check=check)
    )
    if result.broken:
        raise SnapshotError(
            f"{len(result.broken)} of {result.models} models could not be generated: {', '.join(result.broken[:10])}",
            hint=f"fetch them again: schemaloom fetch {provider}",
        )


def _unchanged(folder: Path, models: int, *, check: bool) -> str:
    return (
        f"{folder} is up to date: {models} models" if check else f"{folder}: {models} models; files: nothing to change"
    )
