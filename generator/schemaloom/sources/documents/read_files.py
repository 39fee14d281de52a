"""Documents on disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from schemaloom.errors import UsageError
from schemaloom.json.codec import MAX_BYTES

SUFFIXES = (".md", ".markdown", ".txt")
MOST_FILES = 5_000


def read_files(paths: Iterable[Path]) -> dict[str, str]:
    """The texts of files, and of all documents below folders, by their path as it was given.

    Raises `UsageError` for a path that is not there, a folder without documents, and a file that
    is too large or not UTF-8.
    """
    texts: dict[str, str] = {}
    for path in paths:
        for file in _files(path):
            texts[file.as_posix()] = _text(file)
            if len(texts) > MOST_FILES:
                raise UsageError(f"more than {MOST_FILES} documents", where=str(path))
    return texts


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UsageError("no such file or folder", where=str(path))
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    if not found:
        raise UsageError(f"no documents ({', '.join(SUFFIXES)}) below this folder", where=str(path))
    return found


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise UsageError(f"larger than {MAX_BYTES} bytes", where=str(file))
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"not UTF-8: {error.reason} at byte {error.start}", where=str(file)) from None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", where=str(file)) from None
