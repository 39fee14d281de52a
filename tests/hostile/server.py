"""A server that sends the bytes of a case, in its chunks and with its pauses, and ends as the case wants."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Answer:
    """What is sent to one request."""

    chunks: Sequence[bytes]
    pause: float = 0.0
    """Seconds before each chunk."""
    repeat: int = 1
    """How often all chunks are sent."""
    end: Literal["close", "reset", "hang"] = "close"


def answer(body: bytes, status: str = "200 OK", **headers: str) -> Answer:
    """A well-formed answer."""
    head = {"content-type": "application/json", "content-length": str(len(body)), "connection": "close"}
    head |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return Answer([f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body])


NOT_FOUND = answer(b"{}", "404 Not Found")


@dataclass
class Server:
    """Answers by path; what is not listed is not found."""

    port: int
    answers: Mapping[str, Answer] = field(default_factory=dict)
    asked: list[bytes] = field(default_factory=list)
    """The head of each request."""

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1"

    def answer_with(self, answers: Mapping[str, Answer]) -> None:
        """Send these answers from now on."""
        self.answers = answers
        self.asked.clear()

    def handle(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            head = bytearray()
            while b"\r\n\r\n" not in head:
                chunk = connection.recv(65_536)
                if not chunk:
                    return
                head += chunk
            self.asked.append(bytes(head))
            path = head.split(b" ", 2)[1].decode("latin-1").partition("?")[0]
            self._send(connection, self.answers.get(path, NOT_FOUND))

    def _send(self, connection: socket.socket, reply: Answer) -> None:
        for _ in range(reply.repeat):
            for chunk in reply.chunks:
                if reply.pause:
                    time.sleep(reply.pause)
                connection.sendall(chunk)
        if reply.end == "hang":
            connection.recv(1)  # until the other side has had enough
        if reply.end == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """A server at a free port of this machine, for as long as the block runs."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        server = Server(listening.getsockname()[1])

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=server.handle, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=5)
