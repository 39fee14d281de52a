"""A file of which a part has arrived: which rest to ask for, and which answers continue it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from .content_decoder import ContentDecoder, content_decoder

if TYPE_CHECKING:
    from ..core.effects import Sink
    from ..core.outcome import Reply

_DIGITS = 18
"""Of the largest size that is believed."""
_CONTENT_RANGE = r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)"


class PartialDownload:
    """Takes a file into `sink` over one answer or several (RFC 9110 §14)."""

    def __init__(self, sink: Sink) -> None:
        self.accepted = False
        """Whether the body of the last answer was part of the file."""
        self.size = 0
        """Bytes that have arrived, decoded."""
        self._sink = sink
        self._decoder: ContentDecoder | None = None
        self._total: int | None = None
        """Size of the whole file, if it is known."""
        self._validator: _Validator | None = None
        """Identifies this version of the file; None if no rest can be asked for."""

    @property
    def problem(self) -> str | None:
        """The reason why the file is not whole yet, or None if it is, as far as the host states its size."""
        if self._decoder is not None:
            return self._decoder.problem
        whole = self._total in {None, self.size}
        return None if whole else "the file host sent fewer bytes than it announced"

    def headers(self) -> dict[str, str]:
        """Headers that ask for the missing rest; empty to ask for the whole file."""
        if not self.size or self._validator is None:
            return {}
        # If-Range: a host that has another version by now sends all of that instead.
        return {"range": f"bytes={self.size}-", "if-range": self._validator.value}

    def begin(self, reply: Reply) -> bool:
        """Return whether the body of this answer is the file, or continues it."""
        self.accepted = False
        if reply.status == 200:
            self.restart()
            self._validator = _validator(reply, ranges=reply.headers.get("accept-ranges", "").lower() == "bytes")
            self._total = _length(reply)
            self._decoder = content_decoder(reply.headers.get("content-encoding", ""))
        elif reply.status != 206 or not self._continues(reply):
            return False
        self.accepted = True
        return True

    def write(self, data: bytes) -> None:
        """Append to what has arrived."""
        for piece in [data] if self._decoder is None else self._decoder.decode(data):
            self._sink.write(piece)
            self.size += len(piece)

    def restart(self) -> None:
        """Drop what has arrived."""
        self._sink.seek(0)
        self._sink.truncate()
        self.size = 0
        self._total = self._validator = self._decoder = None

    def _continues(self, reply: Reply) -> bool:
        """Return whether a 206 holds the bytes that come next, of the same version of the file."""
        found = re.fullmatch(_CONTENT_RANGE, reply.headers.get("content-range", ""), re.ASCII)
        if found is None or _is_encoded(reply):  # a range counts the bytes before they are decoded
            return False
        start, end = int(found[1]), int(found[2])
        total = self._total if found[3] == "*" else int(found[3])
        if total is None or total != (total if self._total is None else self._total) or not self.size == start <= end:
            return False
        if self._validator is None:
            self._validator = _validator(reply, ranges=True)
        elif reply.headers.get(self._validator.header, self._validator.value) != self._validator.value:
            return False
        self._total = total
        return True


class _Validator(NamedTuple):
    """A header that identifies a version of a file, and its value."""

    header: str
    value: str


def _validator(reply: Reply, *, ranges: bool) -> _Validator | None:
    if not ranges or _is_encoded(reply):
        return None
    tag = reply.headers.get("etag", "")
    if tag.startswith('"'):  # a weak tag does not identify bytes
        return _Validator("etag", tag)
    changed = reply.headers.get("last-modified")
    return _Validator("last-modified", changed) if changed else None


def _length(reply: Reply) -> int | None:
    length = reply.headers.get("content-length", "")
    is_number = length.isascii() and length.isdecimal() and len(length) <= _DIGITS
    return int(length) if is_number and not _is_encoded(reply) else None


def _is_encoded(reply: Reply) -> bool:
    return reply.headers.get("content-encoding", "identity") != "identity"
