"""`File`: one file of a result."""

from __future__ import annotations

import builtins
import io
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

from ..core.deadline import DEFAULT_WAIT, Deadline
from .download import redact_url
from .save import save

if TYPE_CHECKING:
    import os
    from datetime import datetime
    from pathlib import Path

    from ..core.effects import Operation
    from ..core.json_document import JsonValue
    from .download import Downloader

_MAX_IN_MEMORY = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """A file at a URL, or inside a data URL; a method downloads it, and nothing does before.

    `save`, `bytes` and `open` block; `asave`, `abytes` and `aopen` are awaited.  The API key is
    never sent along, wherever the URL points or redirects.

    `timeout` is in seconds from now for the whole file, retries included; ``None`` waits as long as
    bytes arrive (the client's own `timeout` is the longest silence).  All methods raise
    `DownloadFailed`; `DownloadTimeout` is the one for a timeout.
    """

    url: str
    media_type: str | None
    """As the provider gives it, which may be as vague as ``image``; None if it gives none."""
    expires_at: datetime | None
    """When the host deletes the file, if the provider documents it."""
    downloader: Downloader = field(compare=False, repr=False)
    """Of the client that the file came from."""
    name: str | None = None
    """Name of the file, if the provider gives one."""
    size: int | None = None
    """In bytes, if the provider gives it."""
    width: int | None = None
    """In pixels, if the provider gives it."""
    height: int | None = None
    """In pixels, if the provider gives it."""
    raw: JsonValue = field(default=None, compare=False, repr=False)
    """The value that describes the file in the document: its URL, or an object that holds it."""

    def save(self, path: str | os.PathLike[str], *, timeout: float | None = DEFAULT_WAIT) -> Path:
        """Stream into `path`; a file that is there is replaced once the download is complete.

        If `path` is a folder, the file gets a new name in it: its own or that of its URL, with the
        suffix of its content.  A download that breaks is resumed where the host supports ranges.
        """
        return self.downloader.perform(self._save(path, timeout))

    # ASYNC109 below: `timeout` means the same as in the blocking twin, and ends with the same error.

    async def asave(self, path: str | os.PathLike[str], *, timeout: float | None = DEFAULT_WAIT) -> Path:  # noqa: ASYNC109
        """See `save`."""
        return await self.downloader.aperform(self._save(path, timeout))

    def _save(self, path: str | os.PathLike[str], timeout: float | None) -> Operation[Path]:
        return save(self.downloader, self.url, path, Deadline(timeout), name=self.name)

    def bytes(self, *, timeout: float | None = DEFAULT_WAIT) -> builtins.bytes:
        """The whole content, in memory."""
        buffer = io.BytesIO()
        self.downloader.perform(self.downloader.download(self.url, buffer, Deadline(timeout)))
        return buffer.getvalue()

    async def abytes(self, *, timeout: float | None = DEFAULT_WAIT) -> builtins.bytes:  # noqa: ASYNC109
        """The whole content, in memory."""
        buffer = io.BytesIO()
        await self.downloader.aperform(self.downloader.download(self.url, buffer, Deadline(timeout)))
        return buffer.getvalue()

    def open(self, *, timeout: float | None = DEFAULT_WAIT) -> IO[builtins.bytes]:
        """The content as a readable, seekable file, which is on disk beyond 8 MiB."""
        file = _spool()
        try:
            self.downloader.perform(self.downloader.download(self.url, file, Deadline(timeout)))
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    async def aopen(self, *, timeout: float | None = DEFAULT_WAIT) -> IO[builtins.bytes]:  # noqa: ASYNC109
        """The content as a readable, seekable file, which is on disk beyond 8 MiB."""
        file = _spool()
        try:
            await self.downloader.aperform(self.downloader.download(self.url, file, Deadline(timeout)))
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    def __str__(self) -> str:
        return self.url

    def __repr__(self) -> str:
        return f"File({redact_url(self.url)!r}, media_type={self.media_type!r})"


def _spool() -> IO[bytes]:
    return SpooledTemporaryFile(_MAX_IN_MEMORY)
