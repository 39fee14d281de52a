"""The command ``schemaloom impact``."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import click

from schemaloom.cli.options import fail_on_option, format_option, output_option
from schemaloom.cli.output import append, use_color, write_report
from schemaloom.cli.terminal_safe import printable
from schemaloom.impact.formats import markdown
from schemaloom.impact.formats.render import ImpactFormat, render
from schemaloom.impact.formats.sentences import counts_sentence
from schemaloom.impact.report import Verdict
from schemaloom.pipeline.impact import impact


class _FailOn(StrEnum):
    BREAKS = "breaks"
    MAY_BREAK = "may-break"
    NEVER = "never"


_FAILING = {
    _FailOn.BREAKS: frozenset({Verdict.BREAKS}),
    _FailOn.MAY_BREAK: frozenset({Verdict.BREAKS, Verdict.MAY_BREAK}),
    _FailOn.NEVER: frozenset[Verdict](),
}


@click.command("impact")
@click.argument("old")
@click.argument("new")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--payloads",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help='Judge recorded calls too: a file with a JSON object a line, {"model": …, "input": {…}}, the ledger of a '
    "client with ledger_parameters=True, or a folder that `schemaloom serve --record` wrote.",
)
@click.option("--fix", is_flag=True, help="Rewrite the calls in PATHS where it is certain how.")
@format_option(ImpactFormat.TEXT)
@fail_on_option(_FailOn.BREAKS, "Exit 1 if a call is affected this badly or worse.")
@output_option
def command(
    *,
    old: str,
    new: str,
    paths: tuple[Path, ...],
    payloads: Path | None,
    fix: bool,
    form: str,
    fail_on: str,
    output: Path | None,
) -> None:
    """Find the calls in PATHS that the drift from OLD to NEW breaks, each with the payload that it sends.

    OLD and NEW are as in `schemaloom drift`: a provider's folder, or git:REV. PATHS are Python files, or folders
    of them.

    Exits 0 if no call is affected as badly as --fail-on, 1 if one is, and 3 if a side cannot be read.
    """
    if not paths and payloads is None:
        raise click.UsageError("name the Python files or folders to look at, or --payloads PATH")
    root = Path(os.environ.get("GITHUB_WORKSPACE") or ".")
    report = impact(old, new, paths, today=datetime.now(UTC).date(), root=root, payloads=payloads, fix=fix)
    kind = ImpactFormat(form)
    color = output is None and kind is ImpactFormat.TEXT and use_color()
    write_report(render(kind, report, color=color), output)
    if kind is ImpactFormat.GITHUB and (path := os.environ.get("GITHUB_STEP_SUMMARY")):
        append(Path(path), "\n" + markdown.render(report))
    if output is not None:
        click.echo(f"{counts_sentence(report)}; see {printable(str(output))}", err=True)
    if report.has(_FAILING[_FailOn(fail_on)]):
        sys.exit(1)
