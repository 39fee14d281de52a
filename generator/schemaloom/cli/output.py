"""Writing a report: to standard output, or to a file that is replaced in one step."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import click

from schemaloom.errors import UsageError


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
    target = target.resolve()
    if target.exists() and not target.is_file():  # /dev/null, a pipe: nothing to replace
        target.write_bytes(content)
        return
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:50]}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        # A temporary file is private; the report is as readable as any other new file.
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
