"""Words that several commands print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from schemaloom.cli.shown import shown
from schemaloom.errors import Level, Problem

if TYPE_CHECKING:
    from schemaloom.pipeline.fetch import FetchReport  # HTTP and all document formats: not for every command

_MOST_SHOWN = 20


def show_problems(problems: Iterable[Problem]) -> None:
    """Print warnings and errors on stderr, worst first, and only count notes."""
    click.echo(problem_lines(problems), err=True, nl=False)


def problem_lines(problems: Iterable[Problem]) -> str:
    """What `show_problems` prints."""
    found = list(problems)
    counts = Counter(problem.level for problem in found)
    worst = [problem for level in (Level.ERROR, Level.WARNING) for problem in found if problem.level is level]
    lines = [shown(str(problem)) for problem in worst[:_MOST_SHOWN]]
    if len(worst) > _MOST_SHOWN:
        lines.append(f"… and {len(worst) - _MOST_SHOWN} more")
    if counts[Level.NOTE]:
        lines.append(f"{counts[Level.NOTE]} rules of schemas are not checked by the generated classes")
    return "".join(f"{line}\n" for line in lines)


def show_fetch(provider: str, report: FetchReport) -> None:
    """Print what a fetch changed, model by model, and one line that sums it up."""
    show_problems(problem for problem in report.problems if problem.level is not Level.NOTE)
    notes = [problem for problem in report.problems if problem.level is Level.NOTE]
    if notes:
        click.echo(f"{len(notes)} models have no published schema, such as {shown(notes[0].model)}", err=True)
    for verb, models in (("added", report.added), ("removed", report.removed), ("changed", report.changed)):
        for model in models:
            click.echo(f"{verb} {shown(model)}")
    click.echo(
        f"{provider}: {len(report.added)} added, {len(report.removed)} removed, {len(report.changed)} changed, "
        f"{len(report.unchanged)} unchanged ({report.requests} requests, {report.not_modified} not modified)"
    )
