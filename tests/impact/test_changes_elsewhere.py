"""Programs of several files, run with a recording client: what one file changes is not proved by another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemaloom.impact.report import ImpactReport
from tests.impact.sides import impact_of, model, write_code, write_side

Json = dict[str, Any]
STRING, INTEGER, OBJECT = {"type": "string"}, {"type": "integer"}, {"type": "object"}


def request(*sizes: str, **limits: int) -> Json:
    properties = {"p": STRING, "n": {**INTEGER, **limits}, "size": {"enum": [*sizes]}, "opts": OBJECT}
    return {"type": "object", "properties": properties}


OLD, NEW = request("s", "m", "l"), request("s", "m", maximum=4)
CLIENT = """
import json, os, sys, traceback

def run(ref, input):
    root = os.path.join(os.path.realpath("."), "")
    frames = [frame for frame in traceback.extract_stack() if os.path.realpath(frame.filename).startswith(root)]
    places = [[os.path.realpath(frame.filename).removeprefix(root), frame.lineno] for frame in frames]
    print("sent", json.dumps([input, places]))
"""


def _programs() -> dict[str, dict[str, str]]:
    """The files of each program by its name; ``app.py`` is run."""
    text = (Path(__file__).parent / "programs.txt").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    for program in text.split("=== ")[1:]:
        name, *files = program.split("--- ")
        found[name.strip()] = {path: code for path, _, code in (file.partition("\n") for file in files)}
    return found


PROGRAMS = _programs()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a client library that prints what it is given, and where it is called."""
    return write_code(tmp_path_factory.mktemp("client"), {"replicate.py": CLIENT})


def run(app: Path, client: Path) -> list[tuple[Json, list[tuple[str, int]]]]:
    """What a program sends, each with the places in its files that lead to the call, the outermost first."""
    path = os.pathsep.join(map(str, (app, client)))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "app.py"], cwd=app, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    sent = [json.loads(line.removeprefix(b"sent ")) for line in done.stdout.splitlines()]
    return [(payload, [(path, line) for path, line in places]) for payload, places in sent]


def judge(app: Path, folder: Path) -> ImpactReport:
    """The report about a program."""
    old, new = (write_side(folder / side, model("acme/m", schema)) for side, schema in (("old", OLD), ("new", NEW)))
    return impact_of(old, new, app)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_verdict_holds_for_what_the_program_sends(name: str, client: Path, tmp_path: Path) -> None:
    app = write_code(tmp_path / "app", PROGRAMS[name])
    found = {(site.path, site.line): site.judgement.verdict.value for site in judge(app, tmp_path).sites}
    was, is_now = Draft202012Validator(OLD), Draft202012Validator(NEW)
    sent = run(app, client)
    assert sent
    for payload, places in sent:
        assert was.is_valid(payload)
        (verdict,) = [found[place] for place in places if place in found][:1]
        assert verdict in ({"unaffected", "may-break"} if is_now.is_valid(payload) else {"breaks", "may-break"})


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name.startswith("proved: ")])
def test_code_that_changes_nothing_is_proved(name: str, tmp_path: Path) -> None:
    app = write_code(tmp_path / "app", PROGRAMS[name])
    assert {site.judgement.verdict.value for site in judge(app, tmp_path).sites} <= {"breaks", "unaffected"}
