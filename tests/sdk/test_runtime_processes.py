"""A client that is used on after a fork, or in another event loop: every caller gets its own job."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from raw_server import Arrived, Part, RawServer, raw_server, reply
from sdk_sample import KEY, AsyncStudio, Painting, Studio
from tests.paths import TEMPLATES

from runtime.core.errors import ConfigurationError

PROGRAM = """
import json, os, sys, threading
from sdk_sample import KEY, Painting, Studio

client = Studio(KEY, base_url=sys.argv[1], ledger=sys.argv[2])
client.submit(Painting(prompt="parent"))  # leaves a connection open
if sys.argv[3] == "held":  # a thread of the parent holds what the child needs
    client._context.limiter._lock.acquire()
    client._context.budget._lock.acquire()
    client._context.poll_registry._lock.acquire()
    from runtime.core import fork
    threading.Thread(target=fork.undisturbed().acquire).start()
    fork._LONGEST_HOLD = 0.1
    client._context.limiter.__dict__["_queue"].append(None)
children = []
for child in range(4):
    read, write = os.pipe()
    if os.fork() == 0:
        jobs = [client.submit(Painting(prompt=f"child {child} {number}")).id for number in range(10)]
        os.write(write, json.dumps([child, jobs]).encode())
        os._exit(0)
    os.close(write)
    children.append(read)
if sys.argv[3] != "held":
    client.submit(Painting(prompt="parent again"))
print(json.dumps([json.loads(os.read(read, 65536)) for read in children]))
"""


def own_jobs(request: Arrived) -> Iterator[Part]:
    """A job whose id names the prompt it is for."""
    if request.method == "POST":
        yield 0.01
        yield reply({"jobId": f"job of {json.loads(request.body)['prompt']}", "status": "pending"}, 202)
    else:
        yield reply({"jobs": []})


@pytest.fixture
def server() -> Iterator[RawServer]:
    with raw_server(own_jobs) as server:
        yield server


def run(program: str, *arguments: str) -> str:
    command = [sys.executable, "-W", "ignore", "-c", program, *arguments]
    path = ":".join([str(Path(__file__).parent), str(TEMPLATES)])
    return subprocess.run(command, env={"PYTHONPATH": path}, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.parametrize("locks", ["free", "held"])
def test_processes_that_are_forked_from_one_client_get_their_own_jobs(server, tmp_path, locks):
    printed = run(PROGRAM, server.url, str(tmp_path / "jobs.sqlite"), locks)
    wanted = {child: [f"job of child {child} {number}" for number in range(10)] for child in range(4)}
    assert wanted == dict(json.loads(printed))
    assert (41 if locks == "held" else 42) == len(server.of("POST"))


# A connection cannot be closed once its event loop is: the garbage collector warns of it.
ABANDONED = pytest.mark.filterwarnings(
    "ignore:unclosed:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


@ABANDONED
def test_a_client_can_be_used_in_one_event_loop_after_another(server):
    client = AsyncStudio(KEY, base_url=server.url)
    for number in range(3):
        job = asyncio.run(client.submit(Painting(prompt=f"loop {number}")))
        assert f"job of loop {number}" == job.id
    assert 3 == len(server.of("POST"))
    del client
    gc.collect()


def test_a_client_can_be_used_in_several_event_loops_at_once(server):
    client = AsyncStudio(KEY, base_url=server.url)

    async def submit(loop: int) -> list[str]:
        numbers = range(20)
        try:
            jobs = await asyncio.gather(*(client.submit(Painting(prompt=f"loop {loop} {n}")) for n in numbers))
        finally:
            await client._transport._connections.open().paying.aclose()
        return [job.id for job in jobs]

    with ThreadPoolExecutor() as threads:
        found = list(threads.map(lambda loop: asyncio.run(submit(loop)), range(4)))
    assert [[f"job of loop {loop} {number}" for number in range(20)] for loop in range(4)] == found


def test_a_stray_answer_is_not_taken_for_that_to_a_paid_request(twin):
    """Whatever a server or a proxy sent too much stays on the connection of the request before."""

    def answer(request: Arrived) -> Iterator[Part]:
        stray = reply({"jobId": "job of somebody else", "status": "pending"}, 202)
        if request.method == "POST":
            yield reply({"jobId": f"job of {json.loads(request.body)['prompt']}", "status": "pending"}, 202) + stray
        else:
            yield reply({"jobs": []}) + stray

    with raw_server(answer) as server:
        client = twin.client(Studio, AsyncStudio, KEY, base_url=server.url)
        client.jobs.list()
        for number in range(3):
            assert f"job of {number}" == client.submit(Painting(prompt=str(number))).id


@ABANDONED
def test_a_client_of_the_callers_that_belongs_to_another_loop_sends_nothing(server):
    client = AsyncStudio(KEY, base_url=server.url, http_client=httpx.AsyncClient())
    asyncio.run(client.submit(Painting(prompt="first")))
    with pytest.raises(ConfigurationError, match="another event loop"):
        asyncio.run(client.submit(Painting(prompt="second")))
    del client
    gc.collect()
    assert 1 == len(server.of("POST"))


STOPPED = """
import os, sys
from sdk_sample import KEY, Painting, Studio

client = Studio(KEY, base_url=sys.argv[1], timeout=0.5)
print(*(client.submit(Painting(prompt=str(os.getpid()))).id for _ in range(5)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_an_answer_that_comes_while_the_process_is_stopped_is_not_lost():
    def answer(request: Arrived) -> Iterator[Part]:
        process = int(json.loads(request.body)["prompt"])
        os.kill(process, signal.SIGSTOP)
        yield reply({"jobId": f"job_{request.number}", "status": "pending"}, 202)
        yield 0.7
        os.kill(process, signal.SIGCONT)

    with raw_server(answer) as server:
        assert "job_1 job_2 job_3 job_4 job_5" == run(STOPPED, server.url).strip()
