"""Real servers on the loopback interface, whose answers each test chooses."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass(frozen=True)
class Seen:
    """A request as the server got it."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    json: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    """Instead of `json`."""
    delay: float = 0.0


class Site:
    """One origin.  Each route gives its answers in turn, the last one again and again."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.seen: list[Seen] = []
        self._answers: dict[tuple[str, str], list[Answer]] = {}

    def on(self, method: str, path: str, *answers: Answer) -> None:
        self._answers[method, path] = list(answers)

    def reset(self) -> None:
        self.seen.clear()
        self._answers.clear()

    def requests(self, method: str, path: str | None = None) -> list[Seen]:
        return [seen for seen in self.seen if seen.method == method and path in {None, seen.path}]

    async def answer(self, request: Request) -> Response:
        path = request.scope["raw_path"].decode()
        body = await request.body()
        self.seen.append(Seen(request.method, path, request.url.query, dict(request.headers), body))
        answers = self._answers.get((request.method, path))
        if not answers:
            return JSONResponse({"error": {"code": "not_found", "message": f"no {path}"}}, 404)
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        await asyncio.sleep(answer.delay)
        if answer.content is not None:
            return Response(answer.content, answer.status, answer.headers)
        return JSONResponse(answer.json, answer.status, answer.headers)


@contextmanager
def serving() -> Iterator[Site]:
    """A `Site` served by uvicorn in a thread."""
    # Named TCP, so that asyncio switches Nagle's algorithm off, which costs 40 ms per reply.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        site = Site(listener.getsockname()[1])
        app = Starlette(routes=[Route("/{path:path}", site.answer, methods=["GET", "POST"])])
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
        )
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.should_exit = True
            thread.join()


class Faulty:
    """A server that speaks bytes: what a well-behaved one never sends."""

    def __init__(self, listener: socket.socket) -> None:
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.requests: list[bytes] = []
        self.replies: list[bytes] = []
        """One per connection, which is closed after it; the last one again and again."""
        self.before_closing: Callable[[], None] = lambda: None

    def handle(self, connection: socket.socket) -> None:
        with connection:
            data = b""
            while not _complete(data):
                chunk = connection.recv(65536)
                if not chunk:
                    return
                data += chunk
            self.requests.append(data)
            connection.sendall(self.replies.pop(0) if len(self.replies) > 1 else self.replies[0])
            self.before_closing()


def _complete(data: bytes) -> bool:
    head, blank, body = data.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    return bool(blank) and len(body) >= sum(lengths)


@contextmanager
def serving_bytes() -> Iterator[Faulty]:
    """A `Faulty` server in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Faulty(listener)

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                server.handle(connection)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@contextmanager
def dripping(at_once: bytes, pause: float = 1.0) -> Iterator[str]:
    """The URL of a server that sends `at_once` to each client, and then a byte after each pause, for ever."""
    ended = threading.Event()

    def drip(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(at_once)
            while not ended.wait(pause):
                connection.sendall(b"x")

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                Thread(target=drip, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def closed_port() -> str:
    """The URL of a port on which no server listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
