"""``schemaloom log``."""

from __future__ import annotations

from pathlib import Path

import click

from schemaloom.cli.output import write_report
from schemaloom.drift.log.entry import Log
from schemaloom.pipeline.log import read_log


@click.command("log", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("provider")
@click.option(
    "--specs",
    type=click.Path(path_type=Path),
    default=Path("specs"),
    show_default=True,
    help="Folder of all providers' snapshots.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="Form of the log; html is one page that needs nothing else.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the log here instead of standard output.",
)
def command(*, provider: str, specs: Path, form: str, output: Path | None) -> None:
    """Say what changed in PROVIDER's committed snapshot, when, and in which model.

    Reads the history of specs/PROVIDER from git, along the first parents of the current branch;
    a commit that changed nothing for callers is left out.
    """
    write_report(_render(form, read_log(specs / provider)), output)


def _render(form: str, log: Log) -> str:
    if form == "json":
        from schemaloom.drift.log import json

        return json.render(log)
    if form == "html":
        from schemaloom.drift.log import html

        return html.render(log)
    from schemaloom.drift.log import text

    return text.render(log)
