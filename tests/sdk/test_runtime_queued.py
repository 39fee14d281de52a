"""What is interrupted before it began to leave is neither paid nor waited for; judged by the server's own count."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import anyio
import pytest
from raw_server import Arrived, Part, RawServer, raw_server, reply
from sdk_sample import KEY, STUDIO, AsyncStudio, Painting, Studio

from runtime.core.errors import ConfigurationError

COUNT = 80
PAUSED = STUDIO._replace(api=STUDIO.api._replace(poll_seconds=(30.0, 30.0)))
PACED = PAUSED._replace(api=PAUSED.api._replace(requests_per_minute=60))
"""Ten at once, then one a second."""


class Queue(Studio):
    profile = PAUSED


class AsyncQueue(AsyncStudio):
    profile = PAUSED


class Paced(Studio):
    profile = PACED


class AsyncPaced(AsyncStudio):
    profile = PACED


@pytest.fixture
def struck() -> threading.Event:
    """Set by a test once it has interrupted the client."""
    return threading.Event()


@pytest.fixture
def server(struck: threading.Event) -> Iterator[RawServer]:
    """It accepts no job before the client was interrupted, so that a busy machine frees no slot early."""

    def answer(request: Arrived) -> Iterator[Part]:
        if request.method == "POST":
            while not struck.is_set():
                yield 0.05
            yield reply({"jobId": f"job_{request.number}", "status": "pending"}, 202)
        else:
            yield reply({"jobs": []})

    with raw_server(answer) as server:
        yield server


def paintings(count: int = COUNT) -> list[Painting]:
    return [Painting(prompt=f"number {number}") for number in range(count)]


def interrupt_when(server: RawServer, struck: threading.Event, count: int, signal_: int = signal.SIGINT) -> None:
    """Send a signal once so many requests have arrived, and a moment later, so that they are all that had left."""

    def strike() -> None:
        server.wait_for(count)
        time.sleep(0.1)
        os.kill(os.getpid(), signal_)
        time.sleep(0.3)  # Python raises it in the main thread, which must have its turn
        struck.set()

    threading.Thread(target=strike, daemon=True).start()


def paid_in_the_end(server: RawServer) -> int:
    time.sleep(0.3)  # for what should not come any more
    return len(server.of("POST"))


@pytest.mark.parametrize(("kind", "left"), [(Queue, 16), (Paced, 10)])
def test_ctrl_c_in_a_batch_pays_for_nothing_that_is_queued(server, struck, tmp_path, kind, left):
    ledger = tmp_path / "jobs.sqlite"
    with kind(KEY, base_url=server.url, ledger=ledger) as client:
        interrupt_when(server, struck, left)
        with pytest.raises(KeyboardInterrupt) as caught:
            client.run_many(paintings())
        assert left == paid_in_the_end(server)
        assert left == len({word.strip(",;") for word in caught.value.__notes__[0].split() if word.startswith("job_")})
    with closing(sqlite3.connect(ledger)) as connection, connection:
        assert [("started", left)] == connection.execute(
            "SELECT state, count(*) FROM submission GROUP BY state"
        ).fetchall()


@pytest.mark.parametrize(("kind", "left"), [(AsyncQueue, 32), (AsyncPaced, 10)])
def test_a_cancelled_batch_of_tasks_pays_for_nothing_that_is_queued(server, struck, tmp_path, kind, left):
    async def main() -> None:
        async with kind(KEY, base_url=server.url, ledger=tmp_path / "jobs.sqlite") as client:
            batch = asyncio.create_task(client.run_many(paintings()))
            await asyncio.to_thread(server.wait_for, left)
            await asyncio.sleep(0.1)
            batch.cancel()
            asyncio.get_running_loop().call_soon(struck.set)
            with pytest.raises(asyncio.CancelledError):
                await batch

    asyncio.run(main())
    assert left == paid_in_the_end(server)


def test_cancelled_submissions_that_wait_for_a_slot_are_not_paid(server, struck):
    async def main() -> None:
        async with AsyncQueue(KEY, base_url=server.url) as client:
            tasks = [asyncio.create_task(client.submit(painting)) for painting in paintings(100)]
            await asyncio.to_thread(server.wait_for, 32)
            await asyncio.sleep(0.1)
            for task in tasks:
                task.cancel()
            asyncio.get_running_loop().call_soon(struck.set)
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(main())
    assert 32 == paid_in_the_end(server)


@pytest.mark.parametrize("runs", ["threads", "tasks"])
def test_an_error_of_the_callers_pays_for_nothing_that_is_queued(server, struck, runs):
    def broken(progress: object) -> None:
        struck.set()
        raise LookupError("in the caller's code")

    quick = STUDIO._replace(api=STUDIO.api._replace(poll_seconds=(0.01, 0.01)))
    answer = server.answer

    def first_fails(request: Arrived) -> Iterator[Part]:
        if request.number == 1:
            yield 0.1
            yield reply({"error": {"code": "validation_error"}}, 400)
        else:
            yield from answer(request)

    server.answer = first_fails
    if runs == "threads":
        client = type("Quick", (Queue,), {"profile": quick})(KEY, base_url=server.url)
        with client, pytest.raises(LookupError):
            client.run_many(paintings(), on_progress=broken)
        most = 16 + 1  # the one that failed made room for another
    else:

        async def main() -> None:
            async with type("Quick", (AsyncQueue,), {"profile": quick})(KEY, base_url=server.url) as client:
                with pytest.raises(LookupError):
                    await client.run_many(paintings(), on_progress=broken)

        asyncio.run(main())
        most = 32 + 1
    assert paid_in_the_end(server) <= most


class Minutely(Studio):
    profile = PAUSED._replace(api=PAUSED.api._replace(requests_per_minute=1))


class AsyncMinutely(AsyncStudio):
    profile = Minutely.profile


def test_threads_that_are_queued_end_when_the_client_is_closed(server, struck):
    struck.set()
    client = Minutely(KEY, base_url=server.url)
    refused: list[str] = []

    def submit(call: Callable[[], object]) -> None:
        with pytest.raises(ConfigurationError) as caught:
            call()
        refused.append(str(caught.value))

    client.submit(Painting(prompt="the one of this minute"))
    calls = [lambda: client.submit(Painting(prompt="x")), lambda: client.run_many([Painting(prompt="y")])]
    threads = [threading.Thread(target=submit, args=(call,), daemon=True) for call in calls]
    for thread in threads:
        thread.start()
    while not client._context.limiter.has_waiters:
        time.sleep(0.01)
    client.close()
    for thread in threads:
        thread.join(30)
    assert ["the client is closed; nothing was sent"] * 2 == refused


def test_tasks_that_are_queued_end_when_the_client_is_closed(server, struck):
    struck.set()

    async def main() -> list[object]:
        async with AsyncMinutely(KEY, base_url=server.url) as client:
            await client.submit(Painting(prompt="the one of this minute"))
            task = asyncio.create_task(client.submit(Painting(prompt="x")))
            while not client._context.limiter.has_waiters:  # noqa: ASYNC110  not an event of this loop
                await asyncio.sleep(0.01)
        with anyio.fail_after(30):
            return await asyncio.gather(task, return_exceptions=True)

    [error] = asyncio.run(main())
    assert isinstance(error, ConfigurationError)


@pytest.fixture
def deaf() -> Iterator[str]:
    """The URL of a server that accepts no connection: its queue is full."""
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        filling = [socket.socket() for _ in range(3)]
        for each in filling:
            each.setblocking(False)
            each.connect_ex(address)
        yield f"http://127.0.0.1:{address[1]}"
        for each in filling:
            each.close()


def ledger_rows(path) -> int:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute("SELECT count(*) FROM submission").fetchone()[0]


def test_ctrl_c_while_connecting_is_not_uncertain(deaf, tmp_path):
    ledger = tmp_path / "jobs.sqlite"
    with Studio(KEY, base_url=deaf, connect_timeout=60, ledger=ledger, max_credits=None) as client:
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt) as caught:
            client.submit(Painting(prompt="x"))
    assert not hasattr(caught.value, "__notes__")
    assert 0 == ledger_rows(ledger)


def test_a_task_that_is_cancelled_while_connecting_is_not_uncertain(deaf, tmp_path):
    ledger = tmp_path / "jobs.sqlite"

    async def main() -> None:
        async with AsyncStudio(KEY, base_url=deaf, connect_timeout=60, ledger=ledger) as client:
            with anyio.move_on_after(0.2) as scope:
                await client.submit(Painting(prompt="x"))
            assert scope.cancelled_caught

    asyncio.run(main())
    assert 0 == ledger_rows(ledger)


class Terminated(Exception):
    """What a program's own signal handler raises."""


@pytest.mark.parametrize("error", [SystemExit, Terminated])
def test_whatever_a_signal_handler_raises_waits_for_what_has_left(server, struck, error):
    def handle(number: int, frame: object) -> None:
        raise error

    before = signal.signal(signal.SIGTERM, handle)
    try:
        with Queue(KEY, base_url=server.url) as client:
            interrupt_when(server, struck, 1, signal.SIGTERM)
            with pytest.raises(error) as caught:
                client.submit(Painting(prompt="x"))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ["job job_1 was submitted; take it up again with jobs.get('job_1', ...)"] == caught.value.__notes__


def test_a_batch_has_rows_of_few_requests_that_wait_for_a_thread(server, struck, tmp_path):
    """After a kill each row is uncertain, and no one could tell whether its request had left."""
    path = tmp_path / "jobs.sqlite"
    counts: list[int] = []

    def count() -> None:
        server.wait_for(16)
        time.sleep(0.5)  # in which all rows would be written
        with closing(sqlite3.connect(path)) as database:
            counts.extend(database.execute("SELECT count(*) FROM submission").fetchone())
        struck.set()
        os.kill(os.getpid(), signal.SIGINT)

    counting = threading.Thread(target=count)
    counting.start()
    with Queue(KEY, base_url=server.url, ledger=path) as client, pytest.raises(KeyboardInterrupt):
        client.run_many(paintings())
    counting.join()
    assert [True] == [16 <= rows <= 32 for rows in counts]
