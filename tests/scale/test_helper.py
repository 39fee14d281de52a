"""The second process: with it, without it, and whenever it is lost, a run leads to the same package."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.scale.conftest import PROVIDER, Workshop, lay_out

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a helper")

STARTED = "helper started"
WITH_HELPER = f"""
import os, signal, sys, time
from schemaloom.pipeline import helper, package_parts as draft
helper.FEWEST = 1
os.sched_getaffinity = lambda _: {{0, 1}}  # also where the tests have one processor
class Watched(helper.Helper):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        print({STARTED!r}, self._process, file=sys.stderr, flush=True)
def then(name, act):
    real = getattr(helper.Helper, name)
    setattr(Watched, name, lambda self, *arguments: (act(self), real(self, *arguments))[1])
draft.Helper = Watched
"""
RUN = f"""
sys.argv = ["schemaloom", "generate", {PROVIDER!r}]
from schemaloom.cli import main
main()
"""
LOST = "then({!r}, lambda self: os.kill(self._process, signal.SIGKILL))"


def with_helper(work: Workshop, step: str = "") -> subprocess.CompletedProcess[str]:
    """A run that is helped, however small its catalogue is; `step` is done on the way."""
    return subprocess.run(
        [sys.executable, "-c", f"{WITH_HELPER}{step}{RUN}"],
        cwd=work.root,
        env={**os.environ, "SCHEMALOOM_CACHE_DIR": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def bare(tmp_path: Path) -> Workshop:
    """A workspace that has specs only."""
    return lay_out(tmp_path / "bare")


@pytest.mark.parametrize("lost_at", [None, "digests", "order", "ask", "answer", "finished"])
def test_a_run_that_is_helped_makes_the_same_package_even_if_the_helper_is_lost(
    made: Workshop, bare: Workshop, lost_at: str | None
) -> None:
    done = with_helper(bare, LOST.format(lost_at) if lost_at else "")

    assert (0, 1) == (done.returncode, done.stderr.count(STARTED)), done.stderr
    assert made.files() == bare.files()


def test_what_is_wrong_with_a_model_of_its_share_is_said_in_the_same_words(bare: Workshop) -> None:
    path = sorted((bare.specs / "models").iterdir())[1]
    document = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**document, "surprise": 1}), "utf-8")
    helped = with_helper(bare)
    alone = bare.run("--check")

    assert (3, 3) == (helped.returncode, alone.returncode)
    assert alone.stderr == helped.stderr.partition("\n")[2]
    assert "surprise" in alone.stderr


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_it_ends_with_the_run(bare: Workshop, end: signal.Signals) -> None:
    waiting = "then('order', lambda _: time.sleep(60))"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{WITH_HELPER}{waiting}{RUN}"],
        cwd=bare.root,
        env={**os.environ, "SCHEMALOOM_CACHE_DIR": ""},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr
    helper = int(process.stderr.readline().removeprefix(STARTED))
    time.sleep(0.3)  # by then it waits for its order
    assert _is_running(helper)
    process.send_signal(end)
    process.communicate(timeout=30)

    until = time.monotonic() + 10
    while _is_running(helper) and time.monotonic() < until:
        time.sleep(0.02)
    assert not _is_running(helper)


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
