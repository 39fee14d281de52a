"""A process that is forked at any moment can use a client: no lock of the parent's other threads stays locked.

Every program here forks while another thread is in the middle of something, and its child does the same.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from raw_server import Arrived, Part, RawServer, raw_server, reply
from tests.paths import TEMPLATES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")

FORK = """
import os, signal, sys, threading, time

signal.alarm(60)  # ends a program that waits for ever, and below a child
begun = threading.Event()

def fork_during(work, again):
    threading.Thread(target=work).start()
    begun.wait()
    if child := os.fork():
        raise SystemExit(os.waitpid(child, 0)[1])
    signal.alarm(20)
    again()
    os._exit(0)
"""

UNDISTURBED = """
from runtime.core.fork import undisturbed

done = []

def work():
    with undisturbed():
        begun.set()
        time.sleep(0.3)
        done.append(True)

def again():
    assert done and undisturbed().acquire(timeout=0)

fork_during(work, again)
"""

FIRST_CALL = """
from sdk_sample import KEY, Painting, Studio

class Slow:
    def find_spec(self, name, path, target=None):
        if name == "httpx2":
            begun.set()
            time.sleep(0.5)

sys.meta_path.insert(0, Slow())
client = Studio(KEY, base_url=sys.argv[1])
fork_during(lambda: client.jobs.list(), lambda: client.jobs.list())
"""

CONSTRUCTION = """
import asyncio
from sdk_sample import KEY, AsyncStudio, Painting, Studio

settings = {"base_url": sys.argv[1], "ledger": sys.argv[2] + "/jobs.sqlite"}

class Slow:
    def find_spec(self, name, path, target=None):
        if name == sys.argv[3]:
            begun.set()
            time.sleep(0.5)

async def main():
    async with AsyncStudio(KEY, **settings) as client:
        await client.run_many([Painting(prompt="x")])

def use():
    if sys.argv[4] == "async":
        asyncio.run(main())
    else:
        Studio(KEY, **settings).run(Painting(prompt="x"))

Painting(prompt="x")  # pydantic has locks of its own
sys.meta_path.insert(0, Slow())
fork_during(use, use)
"""

NO_CALL = """
from sdk_sample import KEY, Studio

client = Studio(KEY, base_url=sys.argv[1])
fork_during(begun.set, lambda: client.jobs.list())
"""

PACKAGE = """
class Slow:
    def find_spec(self, name, path, target=None):
        if name == sys.argv[2]:
            begun.set()
            time.sleep(0.5)

def use():
    from runtime.client import Client
    from runtime.models.request import Request

sys.meta_path.insert(0, Slow())
fork_during(use, use)
"""

READING = """
from runtime.core import json_document
from runtime.core.effects import Reply

def slow(content):
    begun.set()
    time.sleep(0.5)

parse, json_document.parse = json_document.parse, slow

def again():
    json_document.parse = parse
    assert Reply(200, {}, b"1").json == 1

fork_during(lambda: Reply(200, {}, b"2").json, again)
"""

EVERY_CALL = """
import asyncio
from contextlib import suppress
from runtime.core.errors import SDKError
from sdk_sample import KEY, AsyncStudio, Painting, Studio

import runtime.calls

settings = {"base_url": sys.argv[1], "ledger": sys.argv[2] + "/jobs.sqlite"}
loop = asyncio.new_event_loop()
blocking = Studio(KEY, **settings)
blocking._transport.open()
awaited = AsyncStudio(KEY, **settings)

async def open_connections():
    awaited._transport._connections.open()

loop.run_until_complete(open_connections())
before = set(sys.modules)

def use(client, wait, prefix=""):
    result = wait(client.run(Painting(prompt="x"), max_credits=None, timeout=9))
    wait(getattr(result, prefix + "save_all")(sys.argv[2]))
    file = next(iter(result.files.values()))
    wait(getattr(file, prefix + "open")()).close()
    wait(client.run_many([Painting(prompt=prompt) for prompt in ("500", "429", "404", "html", "failed")]))
    job = wait(client.submit(Painting(prompt="y"), key="k", webhook_url="https://h.example/"))
    for _ in range(2):
        wait(client.run_raw("new", {"prompt": "x"}, timeout=9))
        wait(client.jobs.get(job.id, Painting))
    wait(client.jobs.list())
    wait(client.jobs.recover())
    wait(client.request("GET", "/jobs"))
    client.estimate(Painting(prompt="x"))
    with suppress(SDKError):
        wait(client.with_options(max_credits=3).run(Painting(prompt="x")))
    repr(result)

use(blocking, lambda value: value)
use(awaited, loop.run_until_complete, "a")
print(*sorted(set(sys.modules) - before))
"""


def answer(url: str, request: Arrived) -> Iterator[Part]:
    """A job for each prompt, with files in a data URL and behind a redirect; some prompts are refused."""
    prompt = json.loads(request.body).get("prompt", "") if request.body else ""
    if prompt.isdigit():
        yield reply({"error": {"code": "no_credits", "message": "not now"}}, int(prompt), "retry-after: 0")
    elif prompt == "html":
        yield b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\ncontent-type: text/html\r\n\r\n<html>"
    elif request.method == "POST":
        yield 0.5 if request.path == "/files/slow" else 0.0
        yield reply({"jobId": prompt or "job", "status": "pending"}, 202)
    elif request.path == "/a.png":
        target = url.replace("127.0.0.1", "localhost")
        yield f"HTTP/1.1 302 Found\r\nlocation: {target}/b.png\r\ncontent-length: 0\r\n\r\n".encode()
    elif request.path == "/b.png":
        yield b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"
    elif "/jobs/" in request.path:
        status = "failed" if request.path.endswith("/failed") else "completed"
        output = {"images": [f"{url}/a.png", "data:image/png;base64,aGk="]}
        yield reply({"jobId": request.path.rpartition("/")[2], "status": status, "output": output})
    else:
        yield reply({"jobs": []})


@pytest.fixture
def server() -> Iterator[RawServer]:
    with raw_server(lambda request: answer(server.url, request)) as server:
        yield server


def run(program: str, *arguments: str, silent: bool = True) -> str:
    command = [sys.executable, "-W", "ignore", "-c", FORK + program, *arguments]
    path = ":".join([str(Path(__file__).parent), str(TEMPLATES)])
    done = subprocess.run(command, env={"PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr if silent else "")
    return done.stdout


GONE = """
from runtime.core.fork import import_before_fork

import_before_fork("a_package.that_was_uninstalled")
begun.set()
fork_during(lambda: None, lambda: None)
"""


UPLOADING = """
from runtime.client import Client
from runtime.core.profile import Upload
from sdk_sample import KEY, STUDIO

class Uploading(Client):
    profile = STUDIO._replace(upload=Upload(url="/files/slow", raw=True, file=("/jobId",)))

client = Uploading(KEY, base_url=sys.argv[1])

def upload():
    threading.Thread(target=lambda: client.upload(b"{}")).start()
    while not client._context.uploading:
        time.sleep(0.01)
    begun.set()

fork_during(upload, lambda: client.upload(b"{}"))
"""


@pytest.mark.parametrize(
    "program",
    [GONE, UNDISTURBED, NO_CALL, FIRST_CALL, READING, UPLOADING],
    ids=["a package that is gone", "undisturbed", "no call", "first call", "reading", "upload"],
)
def test_a_child_waits_for_no_thread_of_its_parent(server, program):
    run(program, server.url)


@pytest.mark.parametrize(
    ("kind", "module"),
    [
        ("sync", "concurrent.futures.thread"),
        ("sync", "runtime.core.context"),
        ("sync", "sqlite3"),
        ("sync", "httpx2"),
        ("async", "concurrent.futures.thread"),
        ("async", "anyio"),
        ("async", "anyio._backends._asyncio"),
    ],
)
def test_a_process_can_be_forked_while_a_thread_makes_its_first_client(server, tmp_path, kind, module):
    # Python calls this module's hook after a fork that began before the hook was there, and prints its error.
    silent = module != "concurrent.futures.thread"
    run(CONSTRUCTION, server.url, str(tmp_path), module, kind, silent=silent)


@pytest.mark.parametrize("module", ["pydantic", "pydantic.main"])
def test_a_process_can_be_forked_while_a_thread_imports_the_package(module):
    run(PACKAGE, "", module)


def test_a_call_imports_nothing_that_a_fork_does_not_import_before(server, tmp_path):
    assert [] == run(EVERY_CALL, server.url, str(tmp_path)).split()
