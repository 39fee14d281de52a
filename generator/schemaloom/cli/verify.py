"""The command ``schemaloom verify``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from schemaloom.cli.options import packages_option
from schemaloom.cli.terminal_safe import printable
from schemaloom.pipeline.verify import verify

_ARCHIVE = ", in its name, order, times or compression; the files in it are equal"
"""Follows the name of a wheel that differs as an archive alone."""


@click.command("verify")
@click.argument("wheel", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--specs",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=Path("specs"),
    show_default=True,
    help="Folder of all providers' snapshots, in the repository that the wheel came from.",
)
@packages_option
def command(*, wheel: Path, specs: Path, packages: Path) -> None:
    """Rebuild WHEEL from the snapshot that its provenance names, and compare both byte for byte.

    The snapshot is looked for in the folder and in its git history, the changelog below --packages.
    Exits 1 and names the files if any byte differs.
    """
    found = verify(wheel, specs=specs, packages=packages)
    name = printable(f"{found.distribution} {found.version}")
    if found.differing:
        for path in found.differing:
            alone = _ARCHIVE if path == wheel.name else ""
            click.echo(f"differs: {printable(path)}{alone}", err=True)
        click.echo(f"{name} is not what {found.source} becomes: {len(found.differing)} differ", err=True)
        sys.exit(1)
    click.echo(f"{name} is byte for byte what {found.source} becomes (snapshot {found.snapshot[:12]})")
