"""Every snippet of ``docs/money.md``, executed in order, and what it prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.paths import ROOT, SPECS
from tests.serving import free_port

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

SNIPPETS = re.findall(r"^```python\n(.*?)^```$", (ROOT / "docs/money.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
FOLDER = SPECS / "pixeldojo"
CALLBACKS = 1
"""The snippet that sends one request for each job."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[RunningEmulator]:
    faults, job_seconds = request.param
    options = Options(rate_limit=0, job_seconds=job_seconds, credits=1e6, faults=faults)
    with running_emulator(load_provider(FOLDER / "provider.toml"), read_snapshot(FOLDER), options) as server:
        yield server


def run(number: int, server: RunningEmulator, folder: Path) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "generated/pixeldojo-sdk/src"),
        "PIXELDOJO_API_KEY": server.api_key,
        "PIXELDOJO_BASE_URL": server.base_url,
    }
    code = SNIPPETS[number].replace("8765", str(free_port()))
    command = [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", code]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("number", "printed", "paid"),
    [
        (0, r"done: job_\w+ for [\d.]+\n", 1),
        (1, r"(done: job_\w+\n){4}", 4),
        (2, r"first (\[.*\])\nagain \1\n", 4),
        (4, r"1 credit .*\nnot sent: .* on top of 2 is more than 2 after 2.*\n", 2),
        (6, r"(?s)(?=.*0 job_)(?=.*1 job_).*", 2),
    ],
)
@pytest.mark.parametrize("server", [((), 0.1)], indirect=True, ids=["as documented"])
def test_a_snippet_prints_what_it_is_about(server, tmp_path, number, printed, paid):
    assert re.fullmatch(printed, run(number, server, tmp_path))
    assert paid == len(server.log.of("submit"))
    assert number != CALLBACKS or paid == len(server.log)


@pytest.mark.parametrize("server", [((), 6)], indirect=True, ids=["long jobs"])
def test_every_interrupted_job_that_is_paid_for_is_continued(server, tmp_path):
    continued = re.findall(r"continued: (job_\w+)\n", run(5, server, tmp_path))
    assert 0 < len(set(continued)) == len(server.log.of("submit")) <= 8


@pytest.mark.parametrize("server", [(("truncated-json:1@submit",), 0.1)], indirect=True, ids=["answers cut short"])
def test_an_uncertain_submission_is_resolved_and_paid_for_once(server, tmp_path):
    printed = run(3, server, tmp_path)
    assert "uncertain: " in printed
    candidate = re.search(r"may be one of \['(\w+)'\]", printed)
    assert candidate
    assert f"now it is a job: {candidate[1]}\n" in printed
    assert 1 == len(server.log.of("submit"))


def test_every_snippet_is_tested():
    assert 7 == len(SNIPPETS)
