"""A TCP line to a server that breaks at any stage of an exchange, by chance but repeatably."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

STAGES = (
    "on connecting", "in the request", "before the answer", "in the answer", "no answer at all", "a gateway answers",
)  # fmt: skip
"""Where a line may break: the last but one stays open and silent, and a gateway writes an answer of its own."""
GATEWAY = (
    (504, b'{"error": {"code": "504", "message": "Gateway Timeout"}}'),
    (504, b'{"status": 504, "error": "Gateway Timeout"}'),
    (503, b'{"message": "Service Unavailable"}'),
    (502, b'{"error": {"code": "submission_failed", "message": "upstream"}}'),
    (500, b'{"statusCode": 500, "message": "Internal server error"}'),
    (500, b'{"status": 500, "error": "Internal Server Error", "path": "/run"}'),
    (520, b'{"error": {"code": "origin_error", "message": "unknown"}}'),
    (302, b""),
    (303, b""),
)
"""Answers of servers in between, which do not know whether the API did what was asked."""
PROMPT = 0.5
"""Seconds within which a client that waits a second for an answer has received it."""
_AT_ONCE = 0.0001
"""Seconds in which no client writes the rest of a request."""
_LIBC = ctypes.PyDLL(None)
"""Keeps the interpreter's lock during a call, so that no other thread comes between two of them."""


class BadLine:
    """Forwards whole exchanges, one after another on each connection, unless chance has it otherwise."""

    def __init__(self, target: tuple[str, int], *, share: float, seed: int) -> None:
        self.broken: Counter[str] = Counter()
        self.answered: dict[str, tuple[int, bytes] | None] = {}
        """By prompt of the paid requests that came in whole: status and body of the last one's answer, if the client
        received the status in time."""
        self.unseen = 0
        """Resets before which more may have come in than was read."""
        self.begun: list[bytes] = []
        """What came in before a reset of a request whose body had begun."""
        self.open = 0
        """Connections that are served."""
        self._target = target
        self._chance = random.Random(seed)
        self._longest = round(2 / share)
        self._until = {stage: self._next() for stage in STAGES}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream: asyncio.StreamWriter | None = None
        self.open += 1
        try:
            if self._breaks("on connecting"):
                writer.transport.pause_reading()
                self._note(await self._last_bytes(writer), None)
                return None
            answers, upstream = await asyncio.open_connection(*self._target)
            while request := await _message(reader):
                arrived = time.monotonic()
                self._note(request, None)
                if request.startswith(b"POST") and self._breaks("in the request"):
                    return self._reset(writer)
                upstream.write(request)
                if self._breaks("before the answer"):
                    await _message(answers)  # it was processed; no answer arrives
                    return self._reset(writer)
                answer = await _message(answers)
                if self._breaks("no answer at all"):
                    await reader.read()  # until the client gives up
                    return None
                if request.startswith(b"POST") and self._breaks("a gateway answers"):
                    status, body = self._chance.choice(GATEWAY)
                    answer = (
                        f"HTTP/1.1 {status} Any\r\nlocation: /login\r\ncontent-length: {len(body)}\r\n\r\n".encode()
                        + body
                    )
                is_cut = self._breaks("in the answer")
                sent = answer[: len(answer) // 2] if is_cut else answer
                writer.write(sent)
                await writer.drain()
                if time.monotonic() < arrived + PROMPT:
                    self._note(request, sent)
                if is_cut:
                    await asyncio.sleep(0.05)  # a reset takes back what its receiver has not read
                    return self._reset(writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            for side in (writer, upstream):
                if side is not None:
                    side.close()
        return None

    def wait_until_served(self, port: int) -> None:
        """Wait until everything is served that programs have sent which are gone."""
        with socket.create_connection(("127.0.0.1", port)) as last, suppress(OSError):
            last.shutdown(socket.SHUT_WR)  # ENOTCONN, which is no ConnectionError, if it was reset already
            last.recv(1)  # it is closed, so all that connected before were accepted
        while self.open:
            time.sleep(0.01)

    def _note(self, request: bytes, answer: bytes | None) -> None:
        if not request.startswith(b"POST") or not request.endswith(b"}"):
            return
        head, separator, body = (answer or b"").partition(b"\r\n\r\n")
        outcome = (int(head.split(b" ", 2)[1]), body) if separator else None
        self.answered[json.loads(request.partition(b"\r\n\r\n")[2])["prompt"]] = outcome

    def _breaks(self, stage: str) -> bool:
        # A distance by chance, and not a chance at each exchange: a stage that is reached often enough does break.
        self._until[stage] -= 1
        breaks = self._until[stage] == 0
        if breaks:
            self._until[stage] = self._next()
        self.broken[stage] += breaks
        return breaks

    def _next(self) -> int:
        return self._chance.randint(1, self._longest)

    def _reset(self, writer: asyncio.StreamWriter) -> None:
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def _last_bytes(self, writer: asyncio.StreamWriter) -> bytes:
        """Reset the connection, and return what had come in until then."""
        left = os.dup(writer.get_extra_info("socket").fileno())
        self._reset(writer)
        await asyncio.sleep(self._chance.uniform(0, 0.002))
        found = ctypes.create_string_buffer(1 << 16)
        began = time.perf_counter()
        size = _LIBC.read(left, found, len(found))
        _LIBC.close(left)  # which sends the reset
        self.unseen += time.perf_counter() - began > _AT_ONCE
        came = found.raw[: max(size, 0)]
        if came.partition(b"\r\n\r\n")[2] and not came.endswith(b"}"):
            self.begun.append(came)
        return came


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One request or answer with a length; empty at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    lengths = [int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + (await reader.readexactly(lengths[0]) if lengths else b"")


@contextmanager
def bad_line(target: tuple[str, int], *, share: float, seed: int) -> Iterator[tuple[BadLine, int]]:
    """A line in a thread, and its port."""
    line = BadLine(target, share=share, seed=seed)
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    ports: list[int] = []

    async def main() -> None:
        server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        with suppress(asyncio.CancelledError):
            await server.serve_forever()

    task = loop.create_task(main())
    thread = threading.Thread(target=loop.run_until_complete, args=(task,), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield line, ports[0]
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        for left in asyncio.all_tasks(loop):
            left.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
