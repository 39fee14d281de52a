"""Options of the commands that read a catalogue's history, and its packages."""

from __future__ import annotations

from pathlib import Path

import click

specs_option = click.option(
    "--specs",
    type=click.Path(path_type=Path),
    default=Path("specs"),
    show_default=True,
    help="Folder of all providers' snapshots.",
)
packages_option = click.option(
    "--packages",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=Path("generated"),
    show_default=True,
    help="Folder of all generated distributions, for their versions and changelogs.",
)
