"""A server made of nothing but sockets: it counts what arrived, and answers with the bytes a test gives it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

Part = bytes | float
"""Of an answer: bytes to send, or seconds to wait."""


@dataclass(frozen=True)
class Arrived:
    """One complete request."""

    number: int
    """From 1, in the order of arrival."""
    method: str
    path: str
    body: bytes


class RawServer:
    """One origin; `answer` gives the parts of each answer, and an empty one closes the connection."""

    def __init__(self, listener: socket.socket, answer: Callable[[Arrived], Iterable[Part]]) -> None:
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.arrived: list[Arrived] = []
        self.answer = answer
        self.ended = threading.Event()
        self._lock = threading.Lock()

    def of(self, method: str, path: str = "") -> list[Arrived]:
        return [request for request in self.arrived if request.method == method and request.path.startswith(path)]

    def wait_for(self, count: int, method: str = "POST") -> None:
        while len(self.of(method)) < count:
            self.ended.wait(0.005)

    def handle(self, connection: socket.socket) -> None:
        with connection, suppress(OSError), connection.makefile("rb") as stream:
            while head := _head(stream):
                method, path, _ = head[0].split(" ", 2)
                length = sum(int(line[15:]) for line in head if line.lower().startswith("content-length:"))
                body = stream.read(length)
                if len(body) < length:
                    return
                with self._lock:
                    request = Arrived(len(self.arrived) + 1, method, path, body)
                    self.arrived.append(request)
                sent = False
                for part in self.answer(request):
                    if isinstance(part, bytes):
                        connection.sendall(part)
                        sent = True
                    elif self.ended.wait(part):
                        return
                if not sent:
                    return


def _head(stream) -> list[str]:
    lines: list[str] = []
    while (line := stream.readline()) not in {b"\r\n", b""}:
        lines.append(line.decode("latin-1").strip())
    return lines


def reply(document: object, status: int = 200, *headers: str) -> bytes:
    """One whole answer with a JSON body."""
    return raw_reply(json.dumps(document).encode(), status, "content-type: application/json", *headers)


def raw_reply(body: bytes, status: int = 200, *headers: str) -> bytes:
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status} Any", f"content-length: {len(body)}", *headers))
    return head.encode() + b"\r\n" + body


@contextmanager
def raw_server(answer: Callable[[Arrived], Iterable[Part]]) -> Iterator[RawServer]:
    """A `RawServer` with a thread for each connection."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        server = RawServer(listener, answer)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    threading.Thread(target=server.handle, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
