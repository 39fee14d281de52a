"""A server of stored answers, so that what is measured is the program that fetches them.

    python benchmarks/stored_answers.py FOLDER

``GET /a/b`` is answered with the file ``FOLDER/a%2Fb``, read at each request, and its ETag; a
request that has the ETag gets 304.  Prints its port and serves until its input ends.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from pathlib import Path
from typing import cast
from urllib.parse import quote, unquote, urlsplit


def file_name(path: str) -> str:
    """Return the name of the file that answers a request for the URL path `path`."""
    return quote(unquote(path), safe="")


class StoredAnswers(asyncio.Protocol):
    """One connection; requests have no body."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers are written to."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head, self._data = self._data[:end].decode("latin-1"), self._data[end + 4 :]
            self._transport.write(self._answer(head))

    def _answer(self, head: str) -> bytes:
        target = head.split(" ", 2)[1]
        try:
            body = (self._folder / file_name(urlsplit(target).path)).read_bytes()
        except OSError:
            return b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if etag in head:
            return f"HTTP/1.1 304 Not Modified\r\netag: {etag}\r\n\r\n".encode()
        facts = f"content-type: application/json\r\netag: {etag}\r\ncontent-length: {len(body)}"
        return f"HTTP/1.1 200 OK\r\n{facts}\r\n\r\n".encode() + body


async def serve(folder: Path) -> None:
    """Serve on a free port until stdin ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: StoredAnswers(folder), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
