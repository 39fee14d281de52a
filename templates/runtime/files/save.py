"""Result files on disk: complete under their names, one or many at once."""

from __future__ import annotations

import re
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
    from .download import Downloader
    from .file import File

AT_ONCE = 8
"""Files fetched at the same time."""


def save(files: Downloader, url: str, path: str | os.PathLike[str], deadline: Deadline) -> Operation[Path]:
    """Download into a file that appears complete or not at all.

    In a folder the file gets the name that `url` gives it, the suffix that its content asks for,
    and a number if there is such a file already.
    """
    folder = Path(path)
    if not folder.is_dir():
        with AtomicFile(path) as draft:
            yield from files.download(url, draft.file, deadline)
        return draft.path
    name = Path(_name(url))
    with AtomicFile(folder / name) as draft:
        yield from files.download(url, draft.file, deadline)
        draft.file.flush()
        draft.file.seek(0)
        draft.path = _reserve_name(folder, name.stem, suffix_of(draft.file.read(HEAD), name.suffix))
    return draft.path


def save_all(files: Sequence[File], folder: str | os.PathLike[str], deadline: Deadline) -> tuple[Path, ...]:
    """Save every file into `folder`, some at a time; every one is tried before an error is raised."""
    from concurrent.futures import ThreadPoolExecutor

    place = _ensure_folder(folder)

    def one(file: File) -> Path:
        return file.downloader.perform(save(file.downloader, file.url, place, deadline))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            running = [pool.submit(one, file) for file in files]
            errors = [future.exception() for future in running]
        except BaseException:  # Ctrl-C: what has not begun is left, and what has is given up
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
    slots = anyio.CapacityLimiter(AT_ONCE)
    saved: dict[int, Path] = {}
    errors: dict[int, Exception] = {}

    async def one(index: int, file: File) -> None:
        async with slots:
            try:
                saved[index] = await file.downloader.aperform(save(file.downloader, file.url, place, deadline))
            except Exception as error:  # noqa: BLE001  raised below, once every file was tried
                errors[index] = error

    async with anyio.create_task_group() as tasks:
        for index, file in enumerate(files):
            tasks.start_soon(one, index, file)
    if errors:
        raise errors[min(errors)]
    return tuple(saved[index] for index in range(len(files)))


def _ensure_folder(folder: str | os.PathLike[str]) -> Path:
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    return place


def _name(url: str) -> str:
    """A safe file name from the URL; ``output`` where it gives none."""
    if url[:5].lower() == "data:":
        return "output"
    try:
        last = unquote(urlsplit(url).path).rpartition("/")[2]
    except ValueError:
        last = ""
    return re.sub(r"[^\w.-]+", "_", last, flags=re.ASCII)[-100:].lstrip("._-") or "output"


def _reserve_name(folder: Path, stem: str, suffix: str) -> Path:
    """A new name in the folder, ours from now on: nobody who saves at the same time gets it too."""
    number = 1
    while True:
        path = folder / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return path
