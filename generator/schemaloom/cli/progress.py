"""Progress on stderr: a bar on a terminal, plain lines otherwise."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from schemaloom.cli.terminal_safe import printable


class StderrProgress:
    """Shows steps while the ``with`` block runs."""

    def __init__(self, console: Console | None = None) -> None:
        """Write to `console`; by default stderr, as a terminal or as a plain stream."""
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
            disable=not self._console.is_terminal,
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
        """Begin a task; in a plain stream, one line."""
        if self._task is not None:
            self._bars.remove_task(self._task)
        self._task = self._bars.add_task(task, total=total, item="")
        if not self._console.is_terminal:
            self._line(f"{task}: {total}")

    def advance(self, item: str) -> None:
        """Move the bar; print nothing if stderr is no terminal."""
        if self._task is not None:
            self._bars.update(self._task, advance=1, item=printable(item)[:40])

    def report(self, text: str) -> None:
        """Print a line above the bar."""
        self._line(text)

    def _line(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)
