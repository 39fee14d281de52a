"""A forwarding proxy on the loopback interface that keeps every byte a client sends, by destination."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit


class Captured(NamedTuple):
    """One request as it was on the wire."""

    origin: str
    content: bytes


class Recorder:
    """What went through; `url` is what a client is given as its proxy."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.captured: list[Captured] = []

    def handle(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            request = _read(connection)
            method, target, rest = request.split(b" ", 2)
            parts = urlsplit(target.decode())
            self.captured.append(Captured(f"{parts.scheme}://{parts.netloc}", request))
            path = parts._replace(scheme="", netloc="").geturl() or "/"
            line, _, headers = rest.partition(b"\r\n")
            with socket.create_connection((parts.hostname, parts.port)) as server:
                server.sendall(method + b" " + path.encode() + b" " + line + b"\r\nConnection: close\r\n" + headers)
                while chunk := server.recv(65536):
                    connection.sendall(chunk)


def _read(connection: socket.socket) -> bytes:
    data = b""
    while True:
        head, blank, body = data.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        size = sum(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
        if blank and len(body) >= size:
            return data
        chunk = connection.recv(65536)
        if not chunk:
            raise OSError("the client hung up")
        data += chunk


@contextlib.contextmanager
def recording() -> Iterator[Recorder]:
    """Run a proxy for the duration of the block; one thread for each connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        recorder = Recorder(f"http://127.0.0.1:{listener.getsockname()[1]}")
        threads: list[threading.Thread] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threads.append(threading.Thread(target=recorder.handle, args=(connection,), daemon=True))
                threads[-1].start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield recorder
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for worker in threads:
                worker.join(timeout=5)
