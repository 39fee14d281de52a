"""`parse_source`: the syntax tree of a file."""

from __future__ import annotations

import ast
import sys
from typing import Final

from schemaloom.impact.code.files import SourceFile

_VERSION: Final = f"Python {sys.version_info.major}.{sys.version_info.minor}"


class Unparsable(ValueError):
    """A file has wrong syntax, or syntax that is too new."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.line = line


def parse_source(file: SourceFile) -> ast.Module:
    """Parse a file, with LibCST where its syntax is newer than the Python that runs; raises `Unparsable`."""
    try:
        return ast.parse(file.content, filename=file.shown)
    except SyntaxError as error:
        return _parse_newer(file, error)
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unparsable(f"{error} (as {_VERSION} reads it)") from error


def _parse_newer(file: SourceFile, error: SyntaxError) -> ast.Module:
    try:
        from schemaloom.impact.code.newer_syntax import UnknownSyntax, parse_newer
    except ImportError:
        hint = f"as {_VERSION} reads it; for newer syntax run: pip install 'schemaloom[impact]'"
        raise Unparsable(f"{error.msg} ({hint})", error.lineno or 1) from error
    try:
        return parse_newer(file.content.decode(file.encoding))
    except (UnknownSyntax, SyntaxError, ValueError, RecursionError, MemoryError):
        raise Unparsable(f"{error.msg} (as {_VERSION} and LibCST read it)", error.lineno or 1) from error
