"""A file that is either complete under its name or not there."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

if TYPE_CHECKING:
    from types import TracebackType


class AtomicFile:
    """Write beside `path`, then rename over it; on any exception, Ctrl-C included, leave no trace.

    The rename is atomic because both names are in one folder.  Raises `FileNotFoundError` when
    that folder is missing and `IsADirectoryError` when `path` is one, before anything is written.
    Until the end, `path` may still be changed to another name in the same folder.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def __enter__(self) -> Self:
        if not self.path.parent.is_dir():
            raise FileNotFoundError(f"no folder {str(self.path.parent)!r} to save {self.path.name!r} in")
        if self.path.is_dir():
            raise IsADirectoryError(f"{str(self.path)!r} is a folder; give the name of a file in it")
        self._draft = self.path.with_name(f".{secrets.token_hex(8)}.part")
        self.file: BinaryIO = self._draft.open("x+b")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.file.close()
            if kind is None:
                self._draft.replace(self.path)
        finally:
            self._draft.unlink(missing_ok=True)
