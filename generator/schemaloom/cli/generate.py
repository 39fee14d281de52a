"""``schemaloom generate``."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import click

from schemaloom.cli.problems import problem_lines
from schemaloom.cli.unchanged import unchanged
from schemaloom.errors import UsageError
from schemaloom.render.annotating import Annotator


@click.command("generate")
@click.argument("provider")
@click.option(
    "--specs",
    type=click.Path(path_type=Path),
    default=Path("specs"),
    show_default=True,
    help="Folder of all providers' snapshots.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("generated"),
    show_default=True,
    help="Folder of all generated distributions.",
)
@click.option("--check", is_flag=True, help="Write nothing; print a diff and exit 1 if the package is stale.")
@click.option("--models", metavar="ID,ID…", help="Put these models only into the package; all others leave it.")
def command(*, provider: str, specs: Path, out: Path, check: bool, models: str | None) -> None:
    """Render the package of PROVIDER from its committed specs, offline.

    The same specs give the same bytes; a file that is right already is not touched.
    """
    only = None if models is None else frozenset(part.strip() for part in models.split(",") if part.strip())
    if only is not None and not only:
        raise UsageError("--models names no model", hint="leave it out, and all are generated")
    gc.disable()  # what a run makes it keeps to its end: looking for cycles takes a tenth of its time and finds none
    with Annotator() as annotator:  # it starts while the rest is imported
        from schemaloom.pipeline.generate import generate

        result = generate(provider, specs=specs, out=out, only=only, annotator=annotator)
    gc.freeze()  # nor need Python, on its way out, look for any
    problems = problem_lines(result.problems)
    click.echo(problems, err=True, nl=False)
    change = result.difference
    counts = f"{len(change.added)} added, {len(change.changed)} changed, {len(change.removed)} removed"
    if check and result.stale:
        click.echo(result.diff(), nl=False)
        names = " and names.json" if result.names_changed else ""
        click.echo(f"{result.folder}{names} is stale: {counts}; run: schemaloom generate {provider}", err=True)
        sys.exit(1)
    if not check:
        result.write()  # with nothing to change it removes what a killed run left
    state = result.settle(problems)
    click.echo(
        f"{result.folder}: {result.models} models; files: {counts}" if result.stale else unchanged(state, check=check)
    )
