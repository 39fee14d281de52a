"""A file that is either complete under its name or absent."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

if TYPE_CHECKING:
    from types import TracebackType


class AtomicFile:
    """Writes to a temporary file beside `path` and renames it; any exception, Ctrl-C included, removes it.

    The rename is atomic because both names are in one folder.  Raises `FileNotFoundError` if
    that folder is missing and `IsADirectoryError` if `path` is a folder, before anything is written.
    Until the context ends, `path` may be set to another name in the same folder.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def __enter__(self) -> Self:
        if not self.path.parent.is_dir():
            raise FileNotFoundError(f"no folder {str(self.path.parent)!r} to save {self.path.name!r} in")
        if self.path.is_dir():
            raise IsADirectoryError(f"{str(self.path)!r} is a folder; give the name of a file in it")
        self._temp_path = self.path.with_name(f".{secrets.token_hex(8)}.part")
        self.file: BinaryIO = self._temp_path.open("x+b")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.file.close()
            if kind is None:
                self._temp_path.replace(self.path)
        finally:
            self._temp_path.unlink(missing_ok=True)
