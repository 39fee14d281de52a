"""``schemaloom impact``."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import click
from rich.console import Console

from schemaloom.cli.output import append, write_report
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


@click.command("impact", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("old")
@click.argument("new")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--payloads",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help='Judge recorded calls too: a file with a JSON object a line, {"model": …, "input": {…}}, or a folder that '
    "`schemaloom serve --record` wrote.",
)
@click.option("--fix", is_flag=True, help="Rewrite the calls in PATHS where it is certain how.")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in ImpactFormat]),
    default=ImpactFormat.TEXT.value,
    show_default=True,
    help="Form of the report.",
)
@click.option(
    "--fail-on",
    type=click.Choice([level.value for level in _FailOn]),
    default=_FailOn.BREAKS.value,
    show_default=True,
    help="Exit 1 if a call is affected this badly or worse.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report here instead of standard output.",
)
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
    color = output is None and kind is ImpactFormat.TEXT and _use_color()
    write_report(render(kind, report, color=color), output)
    if kind is ImpactFormat.GITHUB and (path := os.environ.get("GITHUB_STEP_SUMMARY")):
        append(Path(path), "\n" + markdown.render(report))
    if output is not None:
        click.echo(f"{counts_sentence(report)}; see {printable(str(output))}", err=True)
    if report.has(_FAILING[_FailOn(fail_on)]):
        sys.exit(1)


def _use_color() -> bool:
    console = Console()
    return console.color_system is not None and not console.no_color
