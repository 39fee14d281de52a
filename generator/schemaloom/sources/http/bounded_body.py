"""Read a response body within a bound, whatever the sender claims or compresses."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable

from schemaloom.errors import SourceError

_GZIP = 16 + zlib.MAX_WBITS


async def read_body(chunks: AsyncIterable[bytes], *, encoding: str, limit: int, where: str) -> bytes:
    """Join the raw `chunks` of a body and undo its content `encoding`.

    At no moment are more than `limit` bytes and one chunk held: a few kilobytes of gzip can expand
    to gigabytes, and nested encodings for more, so only ``gzip``, once, is undone.

    Raises `SourceError` when the body is larger than `limit` bytes, cut short or wrongly encoded.
    """
    encoding = encoding.strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise SourceError(f"unexpected content encoding {encoding[:40]!r}", where=where)
    unzip = zlib.decompressobj(_GZIP) if encoding.endswith("gzip") else None
    body = bytearray()
    async for chunk in chunks:
        try:
            body += unzip.decompress(chunk, limit + 1 - len(body)) if unzip else chunk
        except zlib.error:
            raise SourceError("body is not valid gzip", where=where) from None
        if len(body) > limit:
            raise SourceError(f"body is larger than {limit} bytes", where=where)
    if unzip and not unzip.eof and body:
        raise SourceError("compressed body is cut short", where=where)
    return bytes(body)
