"""`Asset`: one file of a result."""

from __future__ import annotations

import builtins
import io
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from .downloads import shown
from .saving import save

if TYPE_CHECKING:
    import os
    from datetime import datetime
    from pathlib import Path

    from .downloads import Files

_IN_MEMORY = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asset:
    """A file at a URL, or inside a data URL; nothing is fetched before it is asked for.

    `save`, `bytes` and `open` block; `asave`, `abytes` and `aopen` are awaited.  The API key is
    never sent along, wherever the URL points or redirects.  All raise `DownloadFailed`.
    """

    url: str
    media_type: str | None
    """As the provider gives it; may be as vague as ``image``."""
    expires_at: datetime | None
    """When the file goes away, where the provider says it."""
    _files: Files = field(compare=False)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Stream into `path`, replacing what is there only once the download is complete.

        Where `path` is a folder, the file gets a new name in it: that of its URL, with the suffix
        that its content asks for.  A download that breaks is resumed where the host allows it.
        """
        return self._files.perform(save(self._files, self.url, path))

    async def asave(self, path: str | os.PathLike[str]) -> Path:
        """See `save`."""
        return await self._files.aperform(save(self._files, self.url, path))

    def bytes(self) -> builtins.bytes:
        """The whole content, in memory."""
        buffer = io.BytesIO()
        self._files.perform(self._files.download(self.url, buffer))
        return buffer.getvalue()

    async def abytes(self) -> builtins.bytes:
        """The whole content, in memory."""
        buffer = io.BytesIO()
        await self._files.aperform(self._files.download(self.url, buffer))
        return buffer.getvalue()

    def open(self) -> IO[builtins.bytes]:
        """The content as a readable, seekable file; past 8 MiB it is a temporary one on disk."""
        file = _spool()
        try:
            self._files.perform(self._files.download(self.url, file))
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    async def aopen(self) -> IO[builtins.bytes]:
        """The content as a readable, seekable file; past 8 MiB it is a temporary one on disk."""
        file = _spool()
        try:
            await self._files.aperform(self._files.download(self.url, file))
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    def __str__(self) -> str:
        return self.url

    def __repr__(self) -> str:
        return f"Asset({shown(self.url)!r}, media_type={self.media_type!r})"


def _spool() -> IO[bytes]:
    from tempfile import SpooledTemporaryFile  # rarely needed, slow to import

    return SpooledTemporaryFile(_IN_MEMORY)
