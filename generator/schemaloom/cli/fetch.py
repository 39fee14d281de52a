"""The command ``schemaloom fetch``."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from schemaloom.cli.options import fetch_options, specs_option
from schemaloom.cli.problems import show_fetch_problems
from schemaloom.cli.progress import stderr_progress
from schemaloom.cli.terminal_safe import printable
from schemaloom.errors import UsageError
from schemaloom.pipeline.fetch import fetch
from schemaloom.pipeline.fetch_report import FetchReport

_SHOWN = 20
"""Most models that are listed as added, as removed and as changed, without --verbose."""


@click.command("fetch")
@click.argument("provider")
@click.argument("more", metavar="", nargs=-1, type=click.Path(path_type=Path))
@fetch_options
@click.option(
    "--from",
    "documents",
    metavar="FILE_OR_FOLDER…",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Read these documents instead of the network; last, so that several may follow.",
)
@specs_option
@click.option("--verbose", is_flag=True, help="List every model that changed, and every note.")
def command(
    provider: str,
    more: tuple[Path, ...],
    base_url: str | None,
    documents: tuple[Path, ...],
    specs: Path,
    rate: float | None,
    *,
    allow_removals: bool,
    allow_additions: bool,
    verbose: bool,
) -> None:
    """Refresh specs/PROVIDER from the provider's live API, or from its documents.

    The key in <PREFIX>_API_KEY is used when it is set. Nothing is written until everything was read.
    """
    if more and not documents:
        raise UsageError(f"unexpected: {more[0]}", hint="fetch takes one PROVIDER; documents follow --from")
    if documents and base_url is not None:
        raise UsageError("--from reads files and --base-url names a server", hint="leave one of them out")
    with stderr_progress() as progress:
        report = fetch(
            specs / provider,
            today=datetime.now(UTC).date(),
            environ=os.environ,
            base_url=base_url,
            documents=(*documents, *more),
            rate=rate,
            allow_removals=allow_removals,
            allow_additions=allow_additions,
            progress=progress,
        )
    _show(provider, report, verbose=verbose)
    report.check_guard()


def _show(provider: str, report: FetchReport, *, verbose: bool) -> None:
    show_fetch_problems(report, verbose=verbose)
    for verb, models in (("added", report.added), ("removed", report.removed), ("changed", report.changed)):
        shown = models if verbose else models[:_SHOWN]
        for model in shown:
            click.echo(f"{verb} {printable(model)}")
        if len(shown) < len(models):
            click.echo(f"{verb} {len(models) - len(shown)} more; list them with --verbose")
    click.echo(
        f"{provider}: {len(report.added)} added, {len(report.removed)} removed, {len(report.changed)} changed, "
        f"{len(report.unchanged)} unchanged ({report.requests} requests, {report.not_modified} not modified)"
    )
