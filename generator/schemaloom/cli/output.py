"""Writing a report: to standard output, or to a file that is replaced in one step."""

from __future__ import annotations

import os
from pathlib import Path

import click

from schemaloom.errors import UsageError
from schemaloom.files.replace_file import replace_file


def write_report(text: str, target: Path | None) -> None:
    """Write `text` as UTF-8 to `target`, or to standard output when there is none.

    A regular file is replaced in one step.  Raises `UsageError` when it cannot be written.
    """
    content = text.encode("utf-8", "backslashreplace")
    if target is None:
        click.echo(content, nl=False)
        return
    try:
        _write(target, content)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", where=str(target)) from error


def append(target: Path, text: str) -> None:
    """Append `text` to a file that a build service reads, on a new line.

    Raises `UsageError` when it cannot be written.
    """
    try:
        with target.open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                text = text if file.read(1) == b"\n" else f"\n{text}"
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", where=str(target)) from error


def _write(target: Path, content: bytes) -> None:
    if target.exists() and not target.is_file():  # /dev/null, a pipe: nothing to replace
        target.write_bytes(content)
    else:
        replace_file(target, content)


def use_color() -> bool:
    """Whether standard output is a terminal that shows colors, and the user has not turned them off."""
    from rich.console import Console

    console = Console()
    return console.color_system is not None and not console.no_color
