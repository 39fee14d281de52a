"""Saving one file of a result: it is complete under its name, or absent."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ..core.checks import check_path
from .atomic_file import AtomicFile
from .media_types import HEAD, suffix_of

if TYPE_CHECKING:
    import os

    from ..core.deadline import Deadline
    from ..core.effects import Operation
    from .download import Downloader

_LONGEST_NAME = 180
"""Bytes in UTF-8: file systems take 255, and a number and a suffix may be added."""


def save(
    downloader: Downloader, url: str, path: str | os.PathLike[str], deadline: Deadline, *, name: str | None
) -> Operation[Path]:
    """Download into a file that appears complete or not at all.

    In a folder the file gets `name` or that of its URL, the suffix that its content asks for,
    and a number if there is such a file already.
    """
    check_path("path", path)
    folder = Path(path)
    if not folder.is_dir():
        with AtomicFile(path) as draft:
            yield from downloader.download(url, draft.file, deadline)
        return draft.path
    proposed = Path(_safe_name(name or _last_part(url)))
    with AtomicFile(folder / proposed) as draft:
        yield from downloader.download(url, draft.file, deadline)
        draft.file.flush()
        draft.file.seek(0)
        draft.path = _reserve_name(folder, proposed.stem, suffix_of(draft.file.read(HEAD), proposed.suffix))
    return draft.path


def _last_part(url: str) -> str:
    """The last part of the URL's path; empty for a data URL."""
    if url[:5].lower() == "data:":
        return ""
    try:
        return unquote(urlsplit(url).path)
    except ValueError:
        return ""


def _safe_name(name: str) -> str:
    """The last part of `name`, with ``_`` for all but letters and digits; ``output`` if nothing is left."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = re.sub(r"[^\w.-]+", "_", last)
    while len(plain.encode()) > _LONGEST_NAME:
        plain = plain[1:]
    return plain.lstrip("._-") or "output"


def _reserve_name(folder: Path, stem: str, suffix: str) -> Path:
    """Create a file of a new name, so that no other thread or process gets the same."""
    number = 1
    while True:
        path = folder / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return path
