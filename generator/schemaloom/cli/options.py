"""Options that several commands share: the folders they read and write, and how they fetch."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import click

_CommandT = TypeVar("_CommandT", bound=Callable[..., object])


def option_group(*options: Callable[[_CommandT], _CommandT]) -> Callable[[_CommandT], _CommandT]:
    """Return a decorator that adds options to a command, in this order."""

    def add(command: _CommandT) -> _CommandT:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def format_option(default: StrEnum) -> Callable[[_CommandT], _CommandT]:
    """Return the option ``--format`` with the values of an enum; its parameter is `form`."""
    choices = click.Choice([form.value for form in type(default)])
    return click.option(
        "--format", "form", type=choices, default=default.value, show_default=True, help="Form of the report."
    )


def fail_on_option(default: StrEnum, sentence: str) -> Callable[[_CommandT], _CommandT]:
    """Return the option ``--fail-on`` with the values of an enum; `sentence` is its help."""
    choices = click.Choice([level.value for level in type(default)])
    return click.option("--fail-on", type=choices, default=default.value, show_default=True, help=sentence)


output_option = click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of standard output.",
)
specs_option = click.option(
    "--specs",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("specs"),
    show_default=True,
    help="Folder of all providers' snapshots.",
)
out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("generated"),
    show_default=True,
    help="Folder of all generated distributions.",
)
packages_option = click.option(
    "--packages",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=Path("generated"),
    show_default=True,
    help="Folder of all generated distributions, for their versions and changelogs.",
)
fetch_options = option_group(
    click.option("--base-url", metavar="URL", help="Base URL to use instead of the provider's own."),
    click.option(
        "--rate",
        metavar="PER_MINUTE",
        type=click.FloatRange(min=0, max=1_000_000),
        help="Most requests per minute; 0 for no limit. Default: what the provider allows.",
    ),
    click.option("--allow-additions", is_flag=True, help="Accept that many models at once are new."),
    click.option(
        "--allow-removals",
        is_flag=True,
        help="Accept at once that models are gone, that schemas are withdrawn, and implausible changes.",
    ),
)
"""The options of a command that reads a provider."""
