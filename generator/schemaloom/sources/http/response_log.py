"""Answers of a run that has not ended, on disk, so that a run that was killed goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self, cast

from schemaloom.sources.http.client import Client, Reply

FRESH = 3600.0
"""Seconds for which an answer is taken as it is; after that the server is asked whether it still holds."""
SUFFIX = ".answers"
"""Ends the name of each such file."""
_ABANDONED = 24 * 3600.0
"""Seconds after which a file that nobody went on with is removed."""
_LONGEST_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What stands before a body: one line of JSON."""

    url: str
    asked: str | None
    """The ETag that was asked with."""
    status: Literal[200, 304, 404]
    origin: str
    etag: str | None
    at: float
    """Seconds since the epoch."""
    size: int
    sum: str

    @classmethod
    def parse(cls, line: bytes) -> _Head:
        """Read what `line` says; raises `ValueError` or `TypeError` for a line that is none of ours."""
        head = cls(**json.loads(line))
        if head.status not in {200, 304, 404} or head.size < 0:
            raise ValueError("not the head of an answer")
        return head


class AnswerLog:
    """Answers by what was asked, in a file that only grows.

    A kill cuts at most the last record, which is dropped when the file is opened again; a body
    that does not have its checksum is not used.  A file that another run has open, or a disk that
    takes no more, leaves a log that remembers nothing.  Bodies stay on disk until they are asked for.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        """Use `path`, in a folder that is ours alone; `clock` gives seconds since the epoch."""
        self._path, self._clock = path, clock
        self._file: BinaryIO | None = None
        self._heads: dict[tuple[str, str | None], tuple[int, _Head]] = {}

    def __enter__(self) -> Self:
        with suppress(OSError):
            self._remove_abandoned()
            file = self._path.open("a+b")
            if _alone(file):
                self._file = file
                self._read()
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

    def recall(self, url: str, etag: str | None) -> tuple[Reply, float] | None:
        """The answer to this very question and its age in seconds; None when there is none to trust."""
        if self._file is None or (url, etag) not in self._heads:
            return None
        place, head = self._heads[url, etag]
        try:
            self._file.seek(place)
            body = self._file.read(head.size)
        except OSError:
            return None
        age = self._clock() - head.at
        if _sum(body) != head.sum or age < 0:
            return None
        return Reply(head.status, head.origin, body, head.etag), age

    def keep(self, url: str, etag: str | None, reply: Reply) -> None:
        """Note the answer to a question."""
        if self._file is None:
            return
        head = _Head(
            url=url, asked=etag, status=reply.status, origin=reply.url, etag=reply.etag,
            at=self._clock(), size=len(reply.body), sum=_sum(reply.body),
        )  # fmt: skip
        line = json.dumps(asdict(head)).encode() + b"\n"
        try:
            place = self._file.seek(0, os.SEEK_END) + len(line)
            self._file.write(line + reply.body + b"\n")
            self._file.flush()
        except OSError:
            self._file = None
        else:
            self._heads[url, etag] = place, head

    def _read(self) -> None:
        file = cast("BinaryIO", self._file)
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
        file.truncate(end)

    def _remove_abandoned(self) -> None:
        for path in self._path.parent.glob(f"*{SUFFIX}"):
            if self._clock() - path.stat().st_mtime > _ABANDONED:
                path.unlink()


@dataclass(slots=True)
class ResumedClient:
    """Asks as `Client` does, but only for what the log does not hold."""

    client: Client
    log: AnswerLog

    async def get(self, url: str, *, etag: str | None = None) -> Reply:
        """Ask for `url`; see `Client.get`."""
        kept, age = self.log.recall(url, etag) or (None, 0.0)
        if kept is not None and age <= FRESH:
            return kept
        if kept is not None and kept.etag and etag is None:
            reply = await self.client.get(url, etag=kept.etag)
            reply = kept if reply.status == 304 else reply
        else:
            reply = await self.client.get(url, etag=etag)
        self.log.keep(url, etag, reply)
        return reply


def _sum(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


if sys.platform == "win32":

    def _alone(file: BinaryIO) -> bool:  # noqa: ARG001  a file cannot be locked as a whole here; records are whole anyway
        return True

else:
    import fcntl

    def _alone(file: BinaryIO) -> bool:
        """Whether no other run has this file open; the lock ends with the process."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
