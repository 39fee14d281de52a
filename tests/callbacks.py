"""A receiver of webhooks on the loopback interface."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer


class Receiver:
    """Takes callbacks in, in order: headers and body."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._calls: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()

    def add(self, headers: dict[str, str], body: bytes) -> None:
        self._calls.put((headers, body))

    def next(self) -> tuple[dict[str, str], bytes]:
        """The next callback; fails after five seconds."""
        return self._calls.get(timeout=5)


@contextlib.contextmanager
def receiver() -> Iterator[Receiver]:
    """Listen for the duration of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.add(dict(self.headers.items()), self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Receiver(f"http://127.0.0.1:{server.server_port}/")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
