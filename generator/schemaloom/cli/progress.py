"""Progress on stderr: a bar on a terminal, plain lines otherwise."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Self

import click

from schemaloom.cli.terminal_safe import printable

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console
    from rich.progress import TaskID

    from schemaloom.sources.progress import Progress


def stderr_progress() -> AbstractContextManager[Progress]:
    """Show steps on stderr while the ``with`` block runs."""
    if sys.stderr.isatty():
        return ProgressBar()
    return nullcontext(ProgressLines())


class ProgressLines:
    """A line for each task, and for each report."""

    def start(self, task: str, total: int) -> None:
        """Print a line."""
        self.report(f"{task}: {total}")

    def advance(self, item: str) -> None:
        """Print nothing."""

    def report(self, text: str) -> None:
        """Print a line."""
        click.echo(printable(text), err=True)


class ProgressBar:
    """A bar on a terminal, while the ``with`` block runs."""

    def __init__(self, console: Console | None = None) -> None:
        """Write to `console`; by default stderr."""
        from rich.console import Console  # slow to import, and runs without a terminal need none of it
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        self._console = console or Console(stderr=True)
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[item]}", markup=False),
            console=self._console,
            transient=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def start(self, task: str, total: int) -> None:
        """Begin a task."""
        if self._task is not None:
            self._bars.remove_task(self._task)
        self._task = self._bars.add_task(task, total=total, item="")

    def advance(self, item: str) -> None:
        """Move the bar."""
        if self._task is not None:
            self._bars.update(self._task, advance=1, item=printable(item)[:40])

    def report(self, text: str) -> None:
        """Print a line above the bar."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)
