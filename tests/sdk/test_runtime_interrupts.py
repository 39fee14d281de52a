"""Ctrl-C and cancellation: the caller gets the job first."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from sdk_sample import KEY, AsyncStudio, Painting, Sketch, Studio
from sdk_servers import Answer, Site

from runtime.core.errors import JobTimeout

RUN = "/api/v1/models/flux-1.1/pro/run"
JOB = "/api/v1/jobs/job_1"
FOX = Painting(prompt="a fox")
SLOW = Answer({"jobId": "job_1", "status": "pending"}, 202, delay=0.4)
TAKE_UP = "job job_1 was submitted; take it up again with jobs.get('job_1', ...)"


def interrupt_when_paying(api: Site, *, submissions: int = 1, times: int = 1) -> None:
    """Press Ctrl-C `times` times once the server has received so many submissions."""

    def press() -> None:
        while len(api.requests("POST", RUN)) < submissions:
            time.sleep(0.01)
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)  # two signals at once are one

    threading.Thread(target=press, daemon=True).start()


async def until_paying(api: Site) -> None:
    """Wait until the server has received a submission."""
    while not api.requests("POST", RUN):  # noqa: ASYNC110  the server is in another thread
        await asyncio.sleep(0.01)


def state(path) -> list[tuple[str, str | None]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        lines = connection.execute("SELECT state, job_id FROM submission").fetchall()
    connection.close()
    return lines


@pytest.mark.parametrize("call", ["submit", "run"])
def test_ctrl_c_while_paying_waits_for_the_answer_and_names_the_job(api, tmp_path, call):
    api.on("POST", RUN, SLOW)
    ledger = tmp_path / "jobs.sqlite"
    with Studio(KEY, base_url=f"{api.url}/api/v1", ledger=ledger) as client:
        interrupt_when_paying(api)
        with pytest.raises(KeyboardInterrupt) as caught:
            getattr(client, call)(FOX)
    assert [TAKE_UP] == caught.value.__notes__
    assert [("started", "job_1")] == state(ledger)
    assert [] == api.requests("GET")


def test_ctrl_c_twice_does_not_wait_and_reports_the_uncertain_request(api, tmp_path):
    api.on("POST", RUN, SLOW)
    ledger = tmp_path / "jobs.sqlite"
    with Studio(KEY, base_url=f"{api.url}/api/v1", ledger=ledger) as client:
        interrupt_when_paying(api, times=2)
        with pytest.raises(KeyboardInterrupt) as caught:
            client.submit(FOX)
        assert caught.value.__notes__[0].startswith("interrupted while submitting: a job may have been started.")
        assert [("uncertain", None)] == state(ledger)
        time.sleep(0.4)  # the thread that was left behind


def test_ctrl_c_while_a_refusal_is_on_its_way_is_a_plain_ctrl_c(api):
    api.on("POST", RUN, Answer({"error": {"code": "validation_error"}}, 400, delay=0.3))
    with Studio(KEY, base_url=f"{api.url}/api/v1") as client:
        interrupt_when_paying(api)
        with pytest.raises(KeyboardInterrupt) as caught:
            client.submit(FOX)
    assert "InvalidRequest" == type(caught.value.__cause__).__name__


def test_ctrl_c_in_a_batch_waits_for_those_that_pay_and_names_all_jobs(api):
    answers = [Answer({"jobId": f"job_{number}", "status": "pending"}, 202, delay=0.2) for number in range(3)]
    api.on("POST", RUN, *answers[:2], Answer({"jobId": "job_2", "status": "pending"}, 202, delay=0.6))
    api.on("GET", "/api/v1/jobs", Answer({"jobs": []}))
    for number in range(3):
        api.on("GET", f"/api/v1/jobs/job_{number}", Answer({"status": "processing"}))
    with Studio(KEY, base_url=f"{api.url}/api/v1") as client:
        interrupt_when_paying(api, submissions=3)
        with pytest.raises(KeyboardInterrupt) as caught:
            client.run_many([FOX, FOX, FOX])
    [note] = caught.value.__notes__
    assert {"job_0", "job_1", "job_2"} == {word.strip(",;") for word in note.split() if word.startswith("job_")}


def cancelled(api, ledger, end) -> BaseException:
    """How a call ends that `end` cancels while it pays."""

    async def main() -> BaseException:
        async with AsyncStudio(KEY, base_url=f"{api.url}/api/v1", ledger=ledger) as client:
            with pytest.raises(BaseException) as caught:  # noqa: PT011  each way to cancel has its own
                await end(client, api)
            return caught.value

    return asyncio.run(main())


async def by_the_task(client: AsyncStudio, api: Site) -> None:
    task = asyncio.create_task(client.run(FOX))
    await until_paying(api)
    task.cancel()
    await task


async def by_a_timeout(client: AsyncStudio, api: Site) -> None:
    async with asyncio.timeout(None) as scope:
        task = asyncio.create_task(until_paying(api))
        task.add_done_callback(lambda _: scope.reschedule(asyncio.get_running_loop().time()))
        await client.run(FOX)


async def by_a_sibling(client: AsyncStudio, api: Site) -> None:
    async def broken() -> None:
        await until_paying(api)
        raise LookupError

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(client.run(FOX))
        tasks.create_task(broken())


@pytest.mark.parametrize(
    ("end", "name"),
    [(by_the_task, "CancelledError"), (by_a_timeout, "TimeoutError"), (by_a_sibling, "ExceptionGroup")],
)
def test_a_cancelled_task_that_is_paying_learns_of_the_job_first(api, tmp_path, end, name):
    api.on("POST", RUN, SLOW)
    ledger = tmp_path / "jobs.sqlite"
    error = cancelled(api, ledger, end)
    assert name == type(error).__name__
    if name != "ExceptionGroup":
        notes = getattr(error, "__notes__", None) or (error.__cause__ or error.__context__).__notes__
        assert [TAKE_UP] == notes
    assert [("started", "job_1")] == state(ledger)
    assert [] == api.requests("GET")


def test_a_deadline_can_cancel_the_job_where_the_provider_has_a_way(api, gateway):
    api.on("POST", "/sketch/v1/sketch-request", Answer({"request_id": "r1", "status": "QUEUED"}, 202))
    api.on("GET", "/v2/requests/status/r1", Answer({"request_id": "r1", "status": "QUEUED"}))
    api.on("POST", "/v2/requests/r1/cancel", Answer({}))
    with pytest.raises(JobTimeout, match="it was asked to stop") as caught:
        gateway.run(Sketch(prompt="a fox"), timeout=0.1, cancel_on_timeout=True)
    assert caught.value.cancelled
    assert 1 == len(api.requests("POST", "/v2/requests/r1/cancel"))


def test_where_it_has_none_the_job_goes_on(api, studio, caplog):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202))
    api.on("GET", JOB, Answer({"status": "processing"}))
    with pytest.raises(JobTimeout, match="take it up again") as caught:
        studio.run(FOX, timeout=0.1, cancel_on_timeout=True)
    assert not caught.value.cancelled
    assert "Studio documents no way to cancel a job" in caplog.text
