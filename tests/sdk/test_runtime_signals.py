"""A signal whose handler raises, in one call after another: what was paid for is named and counted."""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import FrameType

import pytest
from raw_server import Arrived, Part, RawServer, raw_server, reply
from sdk_sample import KEY, Painting, Studio

FOX = Painting(prompt="a fox")


@pytest.fixture
def server() -> Iterator[RawServer]:
    def answer(request: Arrived) -> Iterator[Part]:
        if request.method == "POST":
            yield reply({"jobId": f"job_{request.number}", "status": "completed", "creditCost": 3}, 202)

    with raw_server(answer) as server:
        yield server


def jobs_in(ledger: Path) -> list[str]:
    with closing(sqlite3.connect(ledger)) as database:
        return [job for (job,) in database.execute("SELECT job_id FROM submission")]


def interrupt(call: Callable[[], object], position: int, *, since: Callable[[], bool]) -> bool | None:
    """Receive a signal `position` calls into the runtime; return whether it ended `call`, None if that got less far.

    Python handles a signal where a function begins or goes on, and where a built-in one has ended.
    """
    left = position

    def handle(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    def profile(frame: FrameType, event: str, _: object) -> None:
        nonlocal left
        if event in {"call", "c_return"} and "/runtime/" in frame.f_code.co_filename and since():
            left -= 1
            if left == 0:
                sys.setprofile(None)
                signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, handle)
    sys.setprofile(profile)
    try:
        call()
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(None)
        signal.signal(signal.SIGINT, before)
    return None if left > 0 else False


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("has_ledger", [False, True], ids=["", "ledger"])
@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.submit(FOX),
        lambda client: client.run(FOX),
        lambda client: client.run_many([FOX]),
    ],
    ids=["submit", "run", "run_many"],
)
def test_a_signal_in_any_call_after_a_submission_has_arrived_loses_neither_job_nor_cost(
    server, tmp_path, call, has_ledger
):
    for position in itertools.count(1, 5 if has_ledger else 2):
        path = tmp_path / f"{position}.sqlite" if has_ledger else None
        before = len(server.arrived)
        with Studio(KEY, base_url=server.url, ledger=path) as client:
            ended = interrupt(lambda: call(client), position, since=lambda: len(server.arrived) > before)  # noqa: B023
            if ended is None:
                break
            if not ended:
                continue  # Python drops what is raised while it deletes a generator
            job = f"job_{len(server.arrived)}"
            assert (position, (job,), 3) == (position, client.jobs.interrupted, client.spent)
            assert path is None or [job] == jobs_in(path)
    assert position > 50


def test_a_second_ctrl_c_states_of_each_submission_of_a_batch_that_it_may_be_paid_for(caplog):
    handled = 0

    def handle(number: int, frame: object) -> None:
        nonlocal handled
        handled += 1
        raise KeyboardInterrupt

    def answer(request: Arrived) -> Iterator[Part]:
        yield 60.0

    def press() -> None:
        server.wait_for(3)
        for times in (0, 1):
            time.sleep(0.1)
            os.kill(os.getpid(), signal.SIGINT)
            while handled == times:
                time.sleep(0.001)

    before = signal.signal(signal.SIGINT, handle)
    try:
        with raw_server(answer) as server, Studio(KEY, base_url=server.url) as client:
            threading.Thread(target=press).start()
            with pytest.raises(KeyboardInterrupt):
                client.run_many([FOX, FOX, FOX])
    finally:
        signal.signal(signal.SIGINT, before)
    assert caplog.text.count("a job may have been started") == 3
