"""Problems on stderr, as several commands print them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from typing import TYPE_CHECKING

import click

from schemaloom.cli.terminal_safe import printable
from schemaloom.errors import Level, Problem

if TYPE_CHECKING:
    from schemaloom.pipeline.fetch_report import FetchReport

_MOST_SHOWN = 20
_WORST_FIRST = (Level.ERROR, Level.WARNING, Level.NOTE)


def show_problems(problems: Iterable[Problem], *, verbose: bool = False) -> None:
    """Print warnings and errors on stderr, worst first, and only count notes; with `verbose`, print each problem."""
    found = list(problems)
    if verbose:
        lines = [printable(str(problem)) for level in _WORST_FIRST for problem in _of(found, level)]
    else:
        counts = Counter(problem.level for problem in found)
        worst = [*_of(found, Level.ERROR), *_of(found, Level.WARNING)]
        lines = [printable(str(problem)) for problem in worst[:_MOST_SHOWN]]
        if len(worst) > _MOST_SHOWN:
            lines.append(f"… and {len(worst) - _MOST_SHOWN} more")
        if notes := counts[Level.NOTE]:
            rules = "1 schema rule is" if notes == 1 else f"{notes} schema rules are"
            lines.append(f"{rules} not checked by the generated classes; list them with --verbose")
    click.echo("".join(f"{line}\n" for line in lines), err=True, nl=False)


def _of(problems: list[Problem], level: Level) -> list[Problem]:
    return [problem for problem in problems if problem.level is level]


def show_fetch_problems(report: FetchReport, *, skip: Container[str] = (), verbose: bool = False) -> None:
    """Print what a fetch could not read, and how many models publish no schema; without the models in `skip`.

    With `verbose`, print each of those models.
    """
    listed = (*report.added, *report.changed, *report.unchanged)
    found = [problem for problem in report.problems if problem.model not in skip]
    notes = _of(found, Level.NOTE)
    if verbose:
        show_problems(found, verbose=True)
        return
    show_problems(problem for problem in found if problem.level is not Level.NOTE)
    if notes:
        is_explained = any("catalogue.carried[" in problem.message for problem in found)
        hint = "; check catalogue.schemas in provider.toml" if len(notes) == len(listed) and not is_explained else ""
        click.echo(f"without a published schema: {len(notes)}, such as {printable(notes[0].model)}{hint}", err=True)
