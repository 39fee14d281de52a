"""Answers that never end: every call ends at its timeout, and at its cancellation."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator

import anyio
import pytest
from raw_server import Arrived, Part, raw_reply, raw_server, reply
from sdk_sample import KEY, QUICK, AsyncStudio, Painting, Studio

from runtime.core.errors import ConnectionFailed, JobTimeout, SubmissionUncertain

FOX = Painting(prompt="a fox")
ONCE = QUICK._replace(attempts=1)


class Once(Studio):
    retries = ONCE


class AsyncOnce(AsyncStudio):
    retries = ONCE


def a_head_in_drops(request: Arrived) -> Iterator[Part]:
    yield b"HTTP/1.1 202 Accepted\r\nx-drops: "
    while True:
        yield 0.05
        yield b"x"


def endless_early_hints(request: Arrived) -> Iterator[Part]:
    while True:
        yield b"HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n"
        yield 0.05


def a_body_in_drops(request: Arrived) -> Iterator[Part]:
    yield b"HTTP/1.1 202 Accepted\r\ncontent-length: 1000000\r\n\r\n"
    while True:
        yield b" "
        yield 0.05


SLOW = pytest.mark.parametrize("slow", [a_head_in_drops, endless_early_hints, a_body_in_drops])


@SLOW
def test_a_paid_request_ends_at_the_clients_timeout(twin, slow):
    with raw_server(slow) as server:
        client = twin.client(Once, AsyncOnce, KEY, base_url=server.url, timeout=0.3)
        with pytest.raises(SubmissionUncertain, match="not complete in time"):
            client.submit(FOX)
        assert 1 == len(server.arrived)


@SLOW
def test_a_poll_ends_at_the_deadline_of_its_call(twin, slow):
    def answer(request: Arrived) -> Iterator[Part]:
        if request.method == "POST":
            yield reply({"jobId": "job_1", "status": "pending"}, 202)
        else:
            yield from slow(request)

    with raw_server(answer) as server:
        client = twin.client(Once, AsyncOnce, KEY, base_url=server.url)
        with pytest.raises(JobTimeout):
            client.run(FOX, timeout=0.4)


@SLOW
def test_a_call_that_pays_nothing_ends_when_it_is_cancelled(slow):
    async def main(url: str) -> bool:
        async with AsyncOnce(KEY, base_url=url) as client:
            with anyio.move_on_after(0.3) as scope:
                await client.jobs.list()
            return scope.cancelled_caught

    with raw_server(slow) as server:
        assert asyncio.run(main(server.url))


def test_an_answer_that_is_complete_counts_although_the_server_holds_its_connection(twin):
    def answer(request: Arrived) -> Iterator[Part]:
        yield reply({"jobId": "job_1", "status": "pending"}, 202, "connection: close")
        yield 30.0

    with raw_server(answer) as server:
        client = twin.client(Once, AsyncOnce, KEY, base_url=server.url, timeout=0.5)
        assert "job_1" == client.submit(FOX).id


def test_a_small_answer_cannot_fill_the_memory(twin):
    bomb = gzip.compress(b" " * 50_000_000)

    def answer(request: Arrived) -> Iterator[Part]:
        yield raw_reply(bomb, 200, "content-encoding: gzip")

    with raw_server(answer) as server:
        client = twin.client(Once, AsyncOnce, KEY, base_url=server.url)
        with pytest.raises(ConnectionFailed, match="longer than 33554432 bytes"):
            client.jobs.list()
        with pytest.raises(SubmissionUncertain, match="longer than 33554432 bytes"):
            client.submit(FOX)
