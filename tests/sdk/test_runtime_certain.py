"""A paid request is uncertain only if a job may exist: not if it never left in whole, nor after a refusal."""

from __future__ import annotations

import gzip
import socket
import sqlite3
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path

import pytest
from raw_server import Arrived, Part, raw_server, reply
from sdk_sample import KEY, QUICK, AsyncStudio, Painting, Studio

from runtime.core.errors import ConnectionFailed, InsufficientCredits, SubmissionUncertain
from runtime.http import messages

FOX = Painting(prompt="a fox")
LARGE = Painting(prompt="a fox" * 4_000_000)
"""More than the buffers of a connection hold."""
BOMB = gzip.compress(b" " * 50_000_000)
ONCE = QUICK._replace(attempts=1)


class Once(Studio):
    retries = ONCE


class AsyncOnce(AsyncStudio):
    retries = ONCE


def rows(ledger: Path) -> int:
    with closing(sqlite3.connect(ledger)) as connection:
        return connection.execute("SELECT count(*) FROM submission").fetchone()[0]


@contextmanager
def listener(handle: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that gives each connection to `handle`, one after another."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stopping = threading.Event()

        def serve() -> None:
            while True:
                connection, _ = server.accept()
                with connection:
                    if stopping.is_set():
                        return
                    handle(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            stopping.set()
            socket.create_connection(server.getsockname()).close()
            thread.join()


def reset(connection: socket.socket) -> None:
    """Take the start of a request, and reset the connection while its client is writing."""
    connection.recv(1_000)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_a_request_whose_connection_broke_while_it_was_written_was_not_sent(twin, tmp_path):
    ledger = tmp_path / "jobs.sqlite"
    with listener(reset) as url:
        client = twin.client(Once, AsyncOnce, KEY, base_url=url, ledger=ledger)
        with pytest.raises(ConnectionFailed, match="nothing was submitted"):
            client.submit(LARGE)
    assert 0 == rows(ledger)


def test_a_request_that_could_not_be_written_in_time_was_not_sent(twin, tmp_path):
    ledger = tmp_path / "jobs.sqlite"
    gave_up = threading.Event()
    with listener(lambda _: gave_up.wait()) as url:
        client = twin.client(Once, AsyncOnce, KEY, base_url=url, ledger=ledger, timeout=0.3)
        with pytest.raises(ConnectionFailed, match="nothing was submitted"):
            client.submit(LARGE)
        gave_up.set()
    assert 0 == rows(ledger)


@pytest.mark.parametrize("written", [0, 1, 2])
def test_a_request_whose_end_could_not_be_written_was_not_sent(tmp_path, monkeypatch, written):
    """The connection is reset after so many pieces of the body, the last of which is its end."""
    ledger = tmp_path / "jobs.sqlite"
    with (
        resetting(monkeypatch, written) as url,
        Once(KEY, base_url=url, ledger=ledger) as client,
        pytest.raises(ConnectionFailed, match="nothing was submitted"),
    ):
        client.submit(FOX)
    assert 0 == rows(ledger)


def test_a_request_that_was_written_in_whole_is_uncertain(tmp_path, monkeypatch):
    ledger = tmp_path / "jobs.sqlite"
    with (
        resetting(monkeypatch, 3) as url,
        Once(KEY, base_url=url, ledger=ledger) as client,
        pytest.raises(SubmissionUncertain),
    ):
        client.submit(FOX)
    assert 1 == rows(ledger)


@contextmanager
def resetting(monkeypatch: pytest.MonkeyPatch, written: int) -> Iterator[str]:
    """A server that resets its connection when a blocking client has written so many of the three pieces of a body."""
    connections: list[socket.socket] = []
    accepted = threading.Event()
    pieces_of = messages.Body.__iter__

    def accept(connection: socket.socket) -> None:
        connections.append(socket.socket(fileno=connection.detach()))  # so that none else holds it open
        accepted.set()

    def pieces(body: messages.Body) -> Iterator[bytes]:
        for number, piece in enumerate(chain(pieces_of(body), [b""])):
            if number == written:
                accepted.wait()
                connections[0].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connections[0].close()
            if piece:
                yield piece

    monkeypatch.setattr(messages.Body, "__iter__", pieces)
    with listener(accept) as url:
        yield url


def test_it_is_sent_again(twin):
    connections: list[int] = []

    def handle(connection: socket.socket) -> None:
        connections.append(1)
        if len(connections) == 1:
            return reset(connection)
        with connection.makefile("rb") as stream:
            head = iter(stream.readline, b"\r\n")
            length = next(int(line[15:]) for line in head if line.lower().startswith(b"content-length:"))
            for _ in head:
                pass
            stream.read(length)
        return connection.sendall(reply({"jobId": "job_1", "status": "pending"}, 202))

    with listener(handle) as url:
        assert "job_1" == twin.client(Studio, AsyncStudio, KEY, base_url=url).submit(LARGE).id
    assert 2 == len(connections)


def cut(status: int) -> Iterator[Part]:
    yield f"HTTP/1.1 {status} Any\r\ncontent-length: 100\r\n\r\n{{".encode()
    raise OSError  # closes the connection


def endless(status: int) -> Iterator[Part]:
    yield f"HTTP/1.1 {status} Any\r\ntransfer-encoding: chunked\r\n\r\n".encode()
    while True:
        yield b"1\r\n \r\n"
        yield 0.05


def damaged(status: int) -> Iterator[Part]:
    body = gzip.compress(b"{}" * 100)[:-20] + b"x" * 20
    yield f"HTTP/1.1 {status} Any\r\ncontent-encoding: gzip\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


def too_large(status: int) -> Iterator[Part]:
    yield f"HTTP/1.1 {status} Any\r\ncontent-encoding: gzip\r\ncontent-length: {len(BOMB)}\r\n\r\n".encode() + BOMB


BODIES = pytest.mark.parametrize("body", [cut, endless, damaged, too_large])


@BODIES
def test_a_refusal_counts_although_its_body_cannot_be_read(twin, tmp_path, body):
    ledger = tmp_path / "jobs.sqlite"
    with raw_server(lambda _: body(402)) as server:
        client = twin.client(Once, AsyncOnce, KEY, base_url=server.url, ledger=ledger, timeout=1)
        with pytest.raises(InsufficientCredits):
            client.submit(FOX)
    assert 0 == rows(ledger)


@BODIES
def test_a_rate_limit_counts_although_its_body_cannot_be_read(twin, body):
    def answer(request: Arrived) -> Iterator[Part]:
        if request.number == 1:
            yield from body(429)
        else:
            yield reply({"jobId": "job_1", "status": "pending"}, 202)

    with raw_server(answer) as server:
        client = twin.client(Studio, AsyncStudio, KEY, base_url=server.url, timeout=1)
        assert "job_1" == client.submit(FOX).id


@BODIES
@pytest.mark.parametrize("status", [202, 503])
def test_any_other_answer_whose_body_cannot_be_read_leaves_the_job_uncertain(twin, tmp_path, body, status):
    ledger = tmp_path / "jobs.sqlite"
    with raw_server(lambda _: body(status)) as server:
        client = twin.client(Studio, AsyncStudio, KEY, base_url=server.url, ledger=ledger, timeout=1)
        with pytest.raises(SubmissionUncertain):
            client.submit(FOX)
        assert 1 == len(server.arrived)
    assert 1 == rows(ledger)
