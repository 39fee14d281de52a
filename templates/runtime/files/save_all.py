"""Saving the files of a result, several at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.checks import check_path
from .save import save

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from ..core.deadline import Deadline
    from .file import File

CONCURRENCY = 8
"""Files downloaded at the same time."""


def save_all(files: Sequence[File], folder: str | os.PathLike[str], deadline: Deadline) -> tuple[Path, ...]:
    """Save every file into `folder`, several at a time; every one is tried before an error is raised."""
    place = _ensure_folder(folder)

    def save_one(file: File) -> Path:
        return file.downloader.perform(save(file.downloader, file.url, place, deadline, name=file.name))

    with ThreadPoolExecutor(CONCURRENCY) as pool:
        try:
            running = [pool.submit(save_one, file) for file in files]
            errors = [future.exception() for future in running]
        except BaseException:  # Ctrl-C: start no other, and stop those that run
            pool.shutdown(wait=False, cancel_futures=True)
            deadline.expire()
            raise
    for error in errors:
        if error is not None:
            raise error
    return tuple(future.result() for future in running)


async def asave_all(files: Sequence[File], folder: str | os.PathLike[str], deadline: Deadline) -> tuple[Path, ...]:
    """`save_all` on an event loop."""
    import anyio  # needed on event loops alone

    place = _ensure_folder(folder)
    slots = anyio.CapacityLimiter(CONCURRENCY)
    saved: dict[int, Path] = {}
    errors: dict[int, Exception] = {}

    async def save_one(index: int, file: File) -> None:
        async with slots:
            try:
                saved[index] = await file.downloader.aperform(
                    save(file.downloader, file.url, place, deadline, name=file.name)
                )
            except Exception as error:  # noqa: BLE001  raised below, once every file was tried
                errors[index] = error

    async with anyio.create_task_group() as tasks:
        for index, file in enumerate(files):
            tasks.start_soon(save_one, index, file)
    if errors:
        raise errors[min(errors)]
    return tuple(saved[index] for index in range(len(files)))


def _ensure_folder(folder: str | os.PathLike[str]) -> Path:
    check_path("folder", folder)
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    return path
