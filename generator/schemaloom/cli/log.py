"""The command ``schemaloom log``."""

from __future__ import annotations

from pathlib import Path

import click

from schemaloom.cli.options import output_option, packages_option, specs_option
from schemaloom.cli.output import write_report
from schemaloom.errors import UsageError
from schemaloom.history import open_history
from schemaloom.history.log import Log, read_log


@click.command("log")
@click.argument("provider")
@click.argument("model", required=False)
@click.option(
    "--pointer",
    metavar="POINTER",
    help="Only changes of this part of MODEL: a parameter's name, or a JSON Pointer into its file, such as /price.",
)
@click.option("--since", metavar="DATE", help="Only changes from this day on, YYYY-MM-DD.")
@specs_option
@packages_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="Form of the log; html is one page that needs nothing else.",
)
@output_option
def command(
    *,
    provider: str,
    model: str | None,
    pointer: str | None,
    since: str | None,
    specs: Path,
    packages: Path,
    form: str,
    output: Path | None,
) -> None:
    """List what changed in PROVIDER's committed snapshot, or in one MODEL of it: when, and with which version.

    Reads the history of specs/PROVIDER from git, along the first parents of the current branch;
    a commit that changed nothing for callers is left out.
    """
    if pointer and model is None:
        raise UsageError("--pointer needs a model", hint=f"schemaloom log {provider} MODEL --pointer {pointer}")
    history = open_history(specs / provider, packages)
    write_report(_render(form, read_log(history, model=model, pointer=pointer or "", since=since)), output)


def _render(form: str, log: Log) -> str:
    if form == "json":
        from schemaloom.history.formats import json

        return json.render(log)
    if form == "html":
        from schemaloom.history.formats import html

        return html.render(log)
    from schemaloom.history.formats import text

    return text.render(log)
