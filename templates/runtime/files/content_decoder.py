"""A downloaded body in a content coding (RFC 9110 §8.4.1): decoded while it arrives, and checked to be whole."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1024 * 1024
"""Bytes that are decoded at a time: a few kilobytes can hold gigabytes."""
_LAYERS = 5
"""Codings of one body."""
_GZIP_MAGIC = b"\x1f\x8b"


class ContentDecoder(Protocol):
    """Decodes one body."""

    @property
    def problem(self) -> str | None:
        """The reason why the body so far is not whole, or None if it is."""
        ...

    def decode(self, data: bytes, /) -> Iterator[bytes]:
        """Yield the decoded bytes; nothing after damaged ones."""
        ...


def content_decoder(encoding: str) -> ContentDecoder | None:
    """Return a decoder for a ``Content-Encoding`` header, or None if the body is the file as it is.

    Some hosts write there what is no coding (``utf-8``, ``aws-chunked``): that changes no bytes.
    """
    codings = [coding for part in encoding.split(",") if (coding := part.strip().lower()) in _KNOWN]
    if len(codings) > _LAYERS:
        return _Undecodable("too many content codings")
    decoder: ContentDecoder | None = None
    for coding in codings:  # in the order in which they were applied, so the last one is undone first
        outer = _Undecodable(f"the content coding {coding}") if coding in _UNSUPPORTED else _Inflater(coding)
        decoder = outer if decoder is None else _Layers(outer, decoder)
    return decoder


class _Undecodable:
    """Takes a body that this package cannot decode, and did not ask for."""

    def __init__(self, reason: str) -> None:
        self.problem = f"the file host used {reason}, which was not asked for and cannot be decoded"

    def decode(self, _data: bytes) -> Iterator[bytes]:
        return iter(())


class _Layers:
    """Undoes `outer`, then `inner`."""

    def __init__(self, outer: ContentDecoder, inner: ContentDecoder) -> None:
        self._outer = outer
        self._inner = inner

    @property
    def problem(self) -> str | None:
        return self._outer.problem or self._inner.problem

    def decode(self, data: bytes) -> Iterator[bytes]:
        for piece in self._outer.decode(data):
            yield from self._inner.decode(piece)


class _Inflater:
    """Undoes gzip, of one member or several, or deflate, with the zlib header that belongs to it or without."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._zlib = zlib.decompressobj()
        self._is_inside = False
        """Whether a member has begun and not ended."""
        self._waiting = b""
        """Too little to tell what follows."""
        self._is_whole = False
        self._is_damaged = False

    @property
    def problem(self) -> str | None:
        if self._is_damaged:
            return f"the {self._coding} body of the file host is damaged"
        return None if self._is_whole else f"the {self._coding} body of the file host is incomplete"

    def decode(self, data: bytes) -> Iterator[bytes]:
        data = self._waiting + data
        self._waiting = b""
        is_pending = bool(data)
        while is_pending and not self._is_damaged:
            if not self._is_inside:
                if len(data) < len(_GZIP_MAGIC):
                    self._waiting = data
                    return
                if self._is_whole and not data.startswith(_GZIP_MAGIC):
                    return  # padding after the last member
                self._zlib = zlib.decompressobj(self._window(data))
                self._is_inside, self._is_whole = True, False
            try:
                piece = self._zlib.decompress(data, _PIECE)
            except zlib.error:
                self._is_damaged = True
                return
            if piece:
                yield piece
            data = self._zlib.unconsumed_tail
            is_pending = bool(data) or len(piece) == _PIECE
            if self._zlib.eof:
                data = b"" if self._coding == "deflate" else self._zlib.unused_data
                self._is_inside, self._is_whole, is_pending = False, True, bool(data)

    def _window(self, start: bytes) -> int:
        if self._coding != "deflate":
            return zlib.MAX_WBITS | 16
        has_header = start[0] & 15 == zlib.DEFLATED and int.from_bytes(start[:2], "big") % 31 == 0
        return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS


_UNSUPPORTED = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz"})
_KNOWN = _UNSUPPORTED | {"gzip", "x-gzip", "deflate"}
