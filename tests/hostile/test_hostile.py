"""A sample of the hostile cases; ``python -m tests.hostile --cases 10000`` runs as many as one likes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.hostile.classes import CLASSES, Class, Stage, draw
from tests.hostile.oracles import faults_of_package, faults_of_run
from tests.hostile.running import run_class, stage
from tests.hostile.sandbox import Bounds, run
from tests.hostile.schemas import giants
from tests.hostile.texts import RUN

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="runs commands in forks")

CASES = 120
SEED = 20


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("hostile")) as found:
        yield found


@pytest.mark.parametrize("each", [each for each in CLASSES if each.name != "giants"], ids=lambda each: each.name)
def test_no_hostile_case_runs_escapes_hangs_or_breaks(place: Stage, each: Class) -> None:
    share = each.share / sum(other.share for other in CLASSES)

    tally = run_class(each, place, max(3, round(CASES * share)), SEED)

    assert tally.faults == []


@pytest.mark.parametrize("name", sorted(giants(1_000)))
def test_what_is_large_or_multiplies_is_bounded(place: Stage, name: str) -> None:
    (each,) = (each for each in CLASSES if each.name == "giants")

    assert each.judge(place, [(name, 50, True)]) == []
    assert each.judge(place, [(name, 50, False)]) == []


def test_the_same_through_a_process_as_a_user_starts_it(place: Stage) -> None:
    (each,) = (each for each in CLASSES if each.name == "schemas")
    place.workspace.reset()
    for index, case in enumerate(draw(each.cases, 30, SEED + 1)):
        place.workspace.model(f"m{index}.json", {"id": f"m{index}", **case})

    command = [sys.executable, "-m", "schemaloom", "generate", "acme"]
    done = subprocess.run(command, cwd=place.workspace.work, capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, [line for line in done.stderr.splitlines() if "Traceback" in line]) == (0, [])
    assert faults_of_package(place.workspace, place.workspace.package, place.log) == []
    assert place.workspace.disturbed() == []


@pytest.mark.parametrize(
    ("program", "seen"),
    [
        (RUN, "canary"),
        ("open('/etc/passwd')", "open: '/etc/passwd'"),
        ("__import__('os').system('true')", "os.system"),
        ("__import__('subprocess').run(['true'])", "subprocess.Popen"),
        ("__import__('pathlib').Path('../escape').write_text('x')", "changed around"),
        ("__import__('socket').create_connection(('127.0.0.1', 9))", "socket.connect"),
        ("bytes(4_000_000_000)", "exit 98"),
        ("print('\\x1b[2J')", "printed"),
        ("__import__('sys').exit(4)", "exit 4"),
        ("1 / 0", "traceback"),
    ],
)
def test_the_watch_sees_what_must_not_happen(place: Stage, program: str, seen: str) -> None:
    place.workspace.reset()

    outcome = run(lambda: exec(program), place.workspace.work, Bounds(writable=()), place.log)

    assert [fault for fault in faults_of_run(outcome, place.workspace) if seen in fault]
