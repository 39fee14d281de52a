"""Every fault of the emulator, and then a search for the key in everything that was left behind."""

from __future__ import annotations

import asyncio
import inspect
import io
import logging
import pickle
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pixeldojo_sdk import AsyncPixelDojo, PixelDojo
from pixeldojo_sdk._profile import PROFILE
from pixeldojo_sdk._runtime.core.retry_policy import RetryPolicy
from pixeldojo_sdk.models.qwen_image_max import QwenImageMax
from pixeldojo_sdk.types import Exchange, Hooks
from tests.paths import SPECS

from schemaloom.emulator.faults.spec import KINDS
from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

sys.path.insert(0, str(Path(__file__).parent))

from recording_proxy import Recorder, recording

KEY = "pd_live_0123456789abcdefghijklmnopqrstuv"
QUICK = PROFILE._replace(api=PROFILE.api._replace(poll_seconds=(0.01, 0.02), requests_per_minute=None))
RETRIES = RetryPolicy(attempts=2, first_pause=0.001, longest_pause=0.002, longest_retry_after=0.01)
VALUES = {
    "latency": ["0.01"],
    "error": ["400", "401", "402", "403", "404", "410", "422", "429", "500", "502", "504"],
    "rate-limit": ["1"],
    "job-status": ["ODD"],
}
FAULTS = [
    f"{kind}{f'={value}' if value else ''}:2@{route}"
    for kind in KINDS
    for value in VALUES.get(kind, [""])
    for route in (["submit"] if kind.startswith("job-") else ["submit", "job", "jobs", "schema", "files"])
]


class QuickPixelDojo(PixelDojo):
    profile = QUICK
    retries = RETRIES


class QuickAsyncPixelDojo(AsyncPixelDojo):
    profile = QUICK
    retries = RETRIES


class Findings:
    """Everything that a run leaves behind, as text, with where it was found."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []

    def add(self, where: str, thing: object) -> None:
        self.texts.append((f"{where}: repr", repr(thing)))
        self.texts.append((f"{where}: attributes", repr(getattr(thing, "__dict__", None))))
        try:
            pickled = pickle.dumps(thing)
        except Exception as error:  # noqa: BLE001  refusing is as good as hiding
            self.texts.append((f"{where}: pickling", f"{error} {vars(error)}"))
        else:
            self.texts.append((f"{where}: pickle", pickled.decode("latin-1")))

    def add_error(self, where: str, error: BaseException) -> None:
        self.add(where, error)
        trace = traceback.TracebackException.from_exception(error, capture_locals=True)
        self.texts.append((f"{where}: traceback", "".join(trace.format())))

    def leaks(self) -> list[str]:
        return sorted({where for where, text in self.texts if KEY in text})


Step = tuple[Callable[[], Any], list[Any]]
"""Something a program does, and where what came of it is kept."""


def steps(client: Any, folder: Path, found: Findings, fault: str) -> Iterator[Step]:
    """What a program does with a client of either kind; each step may fail."""
    request = QwenImageMax(prompt="x", seed=1)
    jobs: list[Any] = []
    results: list[Any] = []
    yield lambda: client.submit(request), jobs
    yield lambda: client.run(request, timeout=0.5), results
    for job in jobs:
        found.add(f"{fault} job", job)
        found.add(f"{fault} info", job.info)
        yield lambda job=job: job.updates(timeout=0.3), []
        yield lambda job=job: job.result(timeout=0.3), results
        yield job.cancel, []
    for result in results:
        found.add(f"{fault} result", result)
        save = result.output.save_all if isinstance(client, PixelDojo) else result.output.asave_all
        yield lambda save=save: save(folder), []
    yield lambda: client.jobs.list(limit=2), []
    yield lambda: client.jobs.get("job_000001", QwenImageMax), []
    yield lambda: client.run_raw("qwen-image-max", {"prompt": 1}, timeout=0.3), []
    yield lambda: client.request("GET", "/models/nope"), []
    yield lambda: client.jobs.parse_webhook(b"{}", {}, QwenImageMax), []


async def full_run(client: Any, faults: list[str], server: RunningEmulator, folder: Path, found: Findings) -> None:
    """Do everything under each fault, and keep what comes of it."""
    found.add("client", client)
    failed = 0
    for fault in faults:
        server.faults.clear()
        server.faults.add(fault)
        for call, kept in steps(client, folder, found, fault):
            try:
                value = call()
                if isinstance(value, AsyncIterator):
                    value = [item async for item in value]
                elif isinstance(value, Iterator):
                    value = list(value)
                kept.append(await value if inspect.isawaitable(value) else value)
            except Exception as error:  # noqa: BLE001  whatever it is, it is searched
                failed += 1
                found.add_error(fault, error)
    assert failed > len(faults)


@pytest.fixture
def server() -> Iterator[RunningEmulator]:
    folder = SPECS / "pixeldojo"
    options = Options(rate_limit=0, job_seconds=0.01, api_key=KEY, credits=10_000)
    with running_emulator(load_provider(folder / "provider.toml"), read_snapshot(folder), options) as running:
        yield running


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the most talkative root logger writes, tracebacks included."""
    root, text = logging.getLogger(), io.StringIO()
    handler, level = logging.StreamHandler(text), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.setLevel(level)
    root.removeHandler(handler)


def scan(server: RunningEmulator, proxy: Recorder, found: Findings, log: io.StringIO, folder: Path) -> None:
    """The search itself."""
    api = server.base_url.removesuffix("/api/v1")
    with_key = {one.origin for one in proxy.captured if KEY.encode() in one.content}
    assert {api} == with_key
    assert {api, server.files_url} == {one.origin for one in proxy.captured}
    for one in proxy.captured:
        assert one.content.count(KEY.encode()) == (one.origin == api)  # in its header, once
    assert [] == found.leaks()
    written = log.getvalue()
    assert "POST /api/v1/models/qwen-image-max/run" in written
    assert KEY not in written
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name.startswith("jobs.sqlite") for path in files)
    assert any(path.suffix == ".png" for path in files)
    assert [] == [path.name for path in files if KEY.encode() in path.read_bytes()]


def test_the_key_is_in_requests_to_the_api_and_nowhere_else(server, log, tmp_path):
    found, seen = Findings(), list[Exchange]()
    with recording() as proxy, httpx.Client(proxy=proxy.url) as http:
        options = {"http_client": http, "ledger": tmp_path / "jobs.sqlite", "hooks": Hooks(seen.append, seen.append)}
        with QuickPixelDojo(KEY, base_url=server.base_url, **options) as client:
            asyncio.run(full_run(client, FAULTS, server, tmp_path / "out", found))
    found.add("hooks", seen)
    scan(server, proxy, found, log, tmp_path)


def test_nor_does_the_asynchronous_twin_leave_it_anywhere(server, log, tmp_path):
    found = Findings()

    async def run(proxy: str) -> None:
        async with httpx.AsyncClient(proxy=proxy) as http:
            options = {"http_client": http, "ledger": tmp_path / "jobs.sqlite"}
            async with QuickAsyncPixelDojo(KEY, base_url=server.base_url, **options) as client:
                await full_run(client, FAULTS[::3], server, tmp_path / "out", found)

    with recording() as proxy:
        asyncio.run(run(proxy.url))
    scan(server, proxy, found, log, tmp_path)
