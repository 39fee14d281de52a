"""Saving the files of a result: each is complete under its name or absent, one or many at once."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from .atomic_file import AtomicFile
from .media_types import HEAD, suffix_of

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from ..core.deadline import Deadline
    from ..core.effects import Operation
    from .file import File

CONCURRENCY = 8
"""Files downloaded at the same time."""
_LONGEST_NAME = 180
"""Bytes in UTF-8: file systems take 255, and a number and a suffix may be added."""


def save(file: File, path: str | os.PathLike[str], deadline: Deadline) -> Operation[Path]:
    """Download into a file that appears complete or not at all.

    In a folder the file gets its own name or that of its URL, the suffix that its content asks for,
    and a number if there is such a file already.
    """
    folder = Path(path)
    if not folder.is_dir():
        with AtomicFile(path) as draft:
            yield from file.downloader.download(file.url, draft.file, deadline)
        return draft.path
    name = Path(_safe_name(file.name or _last_part(file.url)))
    with AtomicFile(folder / name) as draft:
        yield from file.downloader.download(file.url, draft.file, deadline)
        draft.file.flush()
        draft.file.seek(0)
        draft.path = _reserve_name(folder, name.stem, suffix_of(draft.file.read(HEAD), name.suffix))
    return draft.path


def save_all(files: Sequence[File], folder: str | os.PathLike[str], deadline: Deadline) -> tuple[Path, ...]:
    """Save every file into `folder`, several at a time; every one is tried before an error is raised."""
    from concurrent.futures import ThreadPoolExecutor

    place = _ensure_folder(folder)

    def save_one(file: File) -> Path:
        return file.downloader.perform(save(file, place, deadline))

    with ThreadPoolExecutor(CONCURRENCY) as pool:
        try:
            running = [pool.submit(save_one, file) for file in files]
            errors = [future.exception() for future in running]
        except BaseException:  # Ctrl-C: start no other, and stop those that run
            pool.shutdown(wait=False, cancel_futures=True)
            deadline.cut()
            raise
    for error in errors:
        if error is not None:
            raise error
    return tuple(future.result() for future in running)


async def asave_all(files: Sequence[File], folder: str | os.PathLike[str], deadline: Deadline) -> tuple[Path, ...]:
    """`save_all` on an event loop."""
    import anyio

    place = _ensure_folder(folder)
    slots = anyio.CapacityLimiter(CONCURRENCY)
    saved: dict[int, Path] = {}
    errors: dict[int, Exception] = {}

    async def save_one(index: int, file: File) -> None:
        async with slots:
            try:
                saved[index] = await file.downloader.aperform(save(file, place, deadline))
            except Exception as error:  # noqa: BLE001  raised below, once every file was tried
                errors[index] = error

    async with anyio.create_task_group() as tasks:
        for index, file in enumerate(files):
            tasks.start_soon(save_one, index, file)
    if errors:
        raise errors[min(errors)]
    return tuple(saved[index] for index in range(len(files)))


def _ensure_folder(folder: str | os.PathLike[str]) -> Path:
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    return path


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
