"""Responses of an unfinished run, on disk, so that a killed run resumes where it stopped."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple, Self
from zlib import crc32

from schemaloom.sources.http.client import Client, Reply

FRESH = 3600.0
"""Seconds for which a response is reused as it is; later it is revalidated by its ETag."""
SUFFIX = ".answers"
"""Ends the name of each such file."""
_ABANDONED = 24 * 3600.0
"""Seconds after which the file of an abandoned run is removed."""
_LONGEST_HEAD = 64 * 1024


class _Head(NamedTuple):
    """The line of JSON before a body."""

    url: str
    asked: str | None
    """The ETag sent with the request."""
    status: Literal[200, 304, 404]
    origin: str
    etag: str | None
    at: float
    """Seconds since the epoch."""
    size: int
    sum: int
    """CRC-32 of the body."""

    def line(self) -> bytes:
        """Return the line that `parse` reads: its own CRC-32, then the head."""
        content = json.dumps(self._asdict()).encode()
        return b"%08x %s\n" % (crc32(content), content)

    @classmethod
    def parse(cls, line: bytes) -> _Head:
        """Parse `line`; raises `ValueError` or `TypeError` if it is not what `line` wrote."""
        total, _, content = line.removesuffix(b"\n").partition(b" ")
        if int(total, 16) != crc32(content):
            raise ValueError("not the head of an answer")
        return cls(**json.loads(content))


class ResponseLog:
    """Responses by URL and ETag, in an append-only file.

    A kill truncates at most the last record, which is dropped when the file is opened again, as is
    all from a head with a wrong checksum on; a body with one is a miss.  If another run has the
    file open, or the disk is full, the log stays empty.  Bodies stay on disk until they are looked up.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        """Use `path`, in a private folder; `clock` gives seconds since the epoch."""
        self._path, self._clock = path, clock
        self._file: FileIO | None = None
        self._end = 0
        self._heads: dict[tuple[str, str | None], tuple[int, _Head]] = {}

    def __enter__(self) -> Self:
        with suppress(OSError):
            self._remove_abandoned()
            file = self._path.open("a+b", buffering=0)  # a record is one write: a kill loses no earlier one
            if _is_exclusive(file):
                self._file = file
                self._end = file.truncate(self._read())
            else:
                file.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def __len__(self) -> int:
        return len(self._heads)

    def lookup(self, url: str, etag: str | None) -> tuple[Reply, float] | None:
        """Return the recorded response to this request and its age in seconds; None on a miss."""
        if self._file is None or (url, etag) not in self._heads:
            return None
        place, head = self._heads[url, etag]
        try:
            self._file.seek(place)
            body = self._file.read(head.size)
        except OSError:
            return None
        age = self._clock() - head.at
        if crc32(body) != head.sum or age < 0:
            return None
        return Reply(head.status, head.origin, body, head.etag), age

    def record(self, url: str, etag: str | None, reply: Reply) -> None:
        """Record the response to a request."""
        if self._file is None:
            return
        body = reply.body
        head = _Head(
            url=url, asked=etag, status=reply.status, origin=reply.url, etag=reply.etag,
            at=self._clock(), size=len(body), sum=crc32(body),
        )  # fmt: skip
        line = head.line()
        content = line + body + b"\n"
        with suppress(OSError):
            if self._file.write(content) == len(content):
                self._heads[url, etag] = self._end + len(line), head
                self._end += len(content)
                return
        self._file.close()  # the disk is full
        self._file = None

    def _read(self) -> int:
        """Find the records, and return where the last whole one ends."""
        with self._path.open("rb") as file:  # buffered, to read lines
            size = file.seek(0, os.SEEK_END)
            end = file.seek(0)
            while line := file.readline(_LONGEST_HEAD):
                try:
                    head = _Head.parse(line)
                except (ValueError, TypeError, RecursionError):
                    break
                place = file.tell()
                if place + head.size >= size:
                    break
                self._heads[head.url, head.asked] = place, head
                end = file.seek(place + head.size + 1)
        return end

    def _remove_abandoned(self) -> None:
        for path in self._path.parent.glob(f"*{SUFFIX}"):
            if self._clock() - path.stat().st_mtime > _ABANDONED:
                path.unlink()


@dataclass(slots=True)
class ResumableClient:
    """Sends requests as `Client` does, except for responses that the log holds."""

    client: Client
    log: ResponseLog

    async def get(self, url: str, *, etag: str | None = None) -> Reply:
        """Request `url`; see `Client.get`."""
        kept, age = self.log.lookup(url, etag) or (None, 0.0)
        if kept is not None and age <= FRESH:
            return kept
        if kept is not None and kept.etag and etag is None:
            reply = await self.client.get(url, etag=kept.etag)
            reply = kept if reply.status == 304 else reply
        else:
            reply = await self.client.get(url, etag=etag)
        self.log.record(url, etag, reply)
        return reply


if sys.platform == "win32":

    def _is_exclusive(file: FileIO) -> bool:  # noqa: ARG001  a file cannot be locked as a whole here; records are whole anyway
        return True

else:
    import fcntl

    def _is_exclusive(file: FileIO) -> bool:
        """Whether no other run has this file open; the lock ends with the process."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
