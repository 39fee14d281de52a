"""A call that is cancelled while it pays: its job is in the log and in ``client.jobs.interrupted``."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import anyio
import httpx2
import pytest
from raw_server import Arrived, Part, RawServer, raw_server, reply
from sdk_sample import KEY, STUDIO, AsyncStudio, Painting, Studio

from runtime.core.credential import Credential
from runtime.core.deadline import Deadline
from runtime.core.departure import Departure
from runtime.core.effects import RunBlocking, Send, Sleep
from runtime.core.errors import ConfigurationError
from runtime.core.profile import Auth
from runtime.http.driver import Driver
from runtime.http.httpx_adapter import CONCURRENCY
from runtime.jobs.submit import SubmissionKey, submit_alone

FOX = Painting(prompt="a fox")
PAUSED = STUDIO._replace(api=STUDIO.api._replace(poll_seconds=(30.0, 30.0)))
Call = Callable[[AsyncStudio], Awaitable[object]]


class Patient(AsyncStudio):
    profile = PAUSED


def jobs_in(ledger: Path) -> set[str]:
    with closing(sqlite3.connect(ledger)) as database:
        return {job for (job,) in database.execute("SELECT job_id FROM submission")}


class PatientStudio(Studio):
    profile = PAUSED


@pytest.fixture
def server() -> Iterator[RawServer]:
    def answer(request: Arrived) -> Iterator[Part]:
        yield 0.3
        yield reply({"jobId": f"job_{request.number}", "status": "pending"}, 202)

    with raw_server(answer) as server:
        yield server


async def in_a_task_group(client: AsyncStudio, call: Call) -> None:
    async def broken() -> None:
        await asyncio.sleep(0.15)
        raise LookupError

    with pytest.raises(ExceptionGroup):  # noqa: PT012  raised at the end of the group
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(call(client))
            tasks.create_task(broken())


async def under_a_time_limit(client: AsyncStudio, call: Call) -> None:
    with anyio.move_on_after(0.15):
        await call(client)


async def by_its_task(client: AsyncStudio, call: Call) -> None:
    task = asyncio.create_task(call(client))
    await asyncio.sleep(0.15)
    task.cancel()
    await asyncio.wait([task])


@pytest.mark.parametrize("end", [in_a_task_group, under_a_time_limit, by_its_task])
@pytest.mark.parametrize(
    ("call", "jobs"),
    [
        (lambda client: client.submit(FOX), {"job_1"}),
        (lambda client: client.run(FOX), {"job_1"}),
        (lambda client: client.run_many([FOX, FOX]), {"job_1", "job_2"}),
    ],
    ids=["submit", "run", "run_many"],
)
def test_a_job_whose_call_is_cancelled_is_logged_and_kept(server, caplog, end, call, jobs):
    async def main() -> set[str]:
        async with Patient(KEY, base_url=server.url) as client:
            await end(client, call)
            return set(client.jobs.interrupted)

    assert jobs == asyncio.run(main())
    [warning] = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert jobs == {word.strip(",") for word in warning.split() if word.startswith("job_")}
    assert len(jobs) == len(server.arrived)


@pytest.mark.parametrize(
    ("call", "jobs"),
    [
        (lambda client: client.submit(FOX), {"job_1"}),
        (lambda client: client.run(FOX), {"job_1"}),
        (lambda client: client.run_many([FOX, FOX]), {"job_1", "job_2"}),
    ],
    ids=["submit", "run", "run_many"],
)
def test_a_job_whose_program_is_terminated_is_logged_and_kept(server, caplog, call, jobs):
    def handle(number: int, frame: object) -> None:
        raise SystemExit

    before = signal.signal(signal.SIGTERM, handle)
    threading.Timer(0.15, os.kill, (os.getpid(), signal.SIGTERM)).start()
    try:
        with PatientStudio(KEY, base_url=server.url) as client, pytest.raises(SystemExit):
            call(client)
        assert jobs == set(client.jobs.interrupted)
    finally:
        signal.signal(signal.SIGTERM, before)
    [warning] = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert jobs == {word.strip(",") for word in warning.split() if word.startswith("job_")}


def test_a_wait_that_is_interrupted_is_kept_once(server):
    async def main() -> tuple[str, ...]:
        async with Patient(KEY, base_url=server.url) as client:
            job = await client.submit(FOX)
            for _ in range(2):
                with anyio.move_on_after(0.05):
                    await job.wait()
            return client.jobs.interrupted

    assert ("job_1",) == asyncio.run(main())


@pytest.mark.parametrize("ledger", [None, "jobs.sqlite"])
def test_a_client_that_is_closed_waits_for_submissions_that_have_begun_to_leave(server, tmp_path, ledger):
    """As `asyncio.gather` does: its first cancelled task leaves the ``async with``, while others wait."""
    path = ledger and tmp_path / ledger

    async def main() -> AsyncStudio:
        async with AsyncStudio(KEY, base_url=server.url, ledger=path) as client:
            tasks = [asyncio.create_task(client.submit(Painting(prompt=f"fox {number}"))) for number in range(8)]
            await asyncio.to_thread(server.wait_for, 8)
            for task in tasks:
                task.cancel()
        return client  # and the end of the loop cancels every task once more

    client = asyncio.run(main())
    assert {f"job_{number}" for number in range(1, 9)} == set(client.jobs.interrupted)
    if path is not None:
        assert set(client.jobs.interrupted) == jobs_in(path)


def test_what_waits_for_a_connection_of_a_closed_client_is_not_sent(server):
    async def main() -> list[object]:
        async with AsyncStudio(KEY, base_url=server.url) as client:
            tasks = [asyncio.create_task(client.submit(FOX)) for _ in range(CONCURRENCY + 8)]
            await asyncio.to_thread(server.wait_for, CONCURRENCY)
        return await asyncio.gather(*tasks, return_exceptions=True)

    outcomes = asyncio.run(main())
    refused = [outcome for outcome in outcomes if isinstance(outcome, ConfigurationError)]
    assert (CONCURRENCY, 8) == (len(server.arrived), len(refused))


async def at_once(client: AsyncStudio) -> None:
    await client.run_many([FOX, FOX, FOX])


async def gathered(client: AsyncStudio) -> None:
    await asyncio.gather(*(client.submit(Painting(prompt=f"fox {number}")) for number in range(3)))


async def grouped(client: AsyncStudio) -> None:
    async with asyncio.TaskGroup() as tasks:
        for number in range(3):
            tasks.create_task(client.run(Painting(prompt=f"fox {number}")))


@pytest.mark.parametrize("call", [at_once, gathered, grouped])
def test_jobs_are_kept_although_a_signal_handler_raises_on_their_event_loop(server, tmp_path, call):
    """Where the loop waits, as here, its runner cancels every task, and runs it again until they have ended."""
    path = tmp_path / "jobs.sqlite"
    client = None

    def handle(number: int, frame: object) -> None:
        raise SystemExit

    def terminate() -> None:
        server.wait_for(3)
        time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    async def main() -> None:
        nonlocal client
        async with Patient(KEY, base_url=server.url, ledger=path) as client:
            await call(client)

    before = signal.signal(signal.SIGTERM, handle)
    threading.Thread(target=terminate).start()
    try:
        with pytest.raises(SystemExit):
            asyncio.run(main())
    finally:
        signal.signal(signal.SIGTERM, before)
    assert {"job_1", "job_2", "job_3"} == set(client.jobs.interrupted) == jobs_in(path)


def test_a_submission_in_whose_code_a_signal_handler_raises_is_logged_as_uncertain(server, caplog):
    async def handle(response: httpx2.Response) -> None:
        raise SystemExit

    async def main() -> None:
        async with httpx2.AsyncClient(event_hooks={"response": [handle]}) as http_client:
            await AsyncStudio(KEY, base_url=server.url, http_client=http_client).submit(FOX)

    with pytest.raises(SystemExit):
        asyncio.run(main())
    [warning] = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert "a job may have been started" in warning


def test_a_job_is_kept_although_a_signal_handler_raises_before_it_is_recorded(server, tmp_path):
    path = tmp_path / "jobs.sqlite"
    with Studio(KEY, base_url=server.url, ledger=path) as client:
        driver = Driver(
            submit_alone(
                client._context, FOX, lambda info: info, webhook_url=None, deadline=Deadline(), identity=SubmissionKey()
            )
        )
        effect = driver.next()
        while not driver.is_recording:
            effect = driver.next(client._transport.carry_out(effect))
        with pytest.raises(SystemExit):
            driver.fail(SystemExit())
        assert {"job_1"} == set(client.jobs.interrupted) == jobs_in(path)


def test_a_batch_that_is_interrupted_while_it_starts_a_thread_names_the_job_of_that_thread(server, monkeypatch):
    submit = ThreadPoolExecutor.submit

    def interrupted(pool, *work):
        submit(pool, *work)
        while not server.of("POST"):
            time.sleep(0.001)
        raise KeyboardInterrupt

    monkeypatch.setattr(ThreadPoolExecutor, "submit", interrupted)
    with Studio(KEY, base_url=server.url) as client:
        with pytest.raises(KeyboardInterrupt):
            client.run_many([FOX])
        assert ("job_1",) == client.jobs.interrupted


def test_a_batch_that_is_interrupted_keeps_the_jobs_that_wait_to_be_recorded(server, tmp_path):
    """Sixteen submissions are answered while others still wait for a thread."""
    path = tmp_path / "jobs.sqlite"
    paintings = [Painting(prompt=f"fox {number}") for number in range(100)]

    def interrupt() -> None:
        server.wait_for(17)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with PatientStudio(KEY, base_url=server.url, ledger=path) as client, pytest.raises(KeyboardInterrupt):
        client.run_many(paintings)
    jobs = {f"job_{request.number}" for request in server.of("POST")}
    assert jobs == set(client.jobs.interrupted)
    assert jobs == jobs_in(path)


def test_what_records_a_paid_request_is_known():
    def operation():
        yield RunBlocking(lambda: None)
        yield Send("POST", "http://x/", {}, b"", Credential(Auth(), KEY, source=""), 1, 1, Departure())
        yield RunBlocking(lambda: None)
        yield RunBlocking(lambda: None)
        yield Sleep(1)
        yield RunBlocking(lambda: None)

    driver = Driver(operation())
    found = []
    while driver.next() is not None:
        found.append(driver.is_recording)
    assert [False, False, True, True, False, False] == found
