"""Twelve states of a catalogue, one after the other, through the real command in a real repository."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.alerts.receiving import receiving
from tests.sync.catalogue import FIRST, snapshot, write_provider
from tests.sync.states import STATES, USERS, State
from tests.sync.workspace import Done, Workspace

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

ENTRIES = Path(__file__).parent / "entries"
QUIET = re.compile(r"(?m)^(model list: \d+|schemas: \d+|not all was proven: .*)\n")
"""What every run prints on stderr."""

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # a plugin of apprise imports it


@dataclass(frozen=True)
class Run:
    """One row of the script, played."""

    state: State
    done: Done
    report: dict[str, Any]
    version: str | None
    moved: bool
    """Whether any byte under version control changed."""
    kept: frozenset[str]
    """Models of the snapshot afterwards."""
    entry: str
    """The newest entry of the changelog."""
    alerts: tuple[str, ...]
    """Titles of those that arrived."""
    users: dict[int, str]
    """What went wrong for the programs that were tried: those of this version's line and of the one before."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    return {run.state.name: run for run in played(tmp_path_factory.mktemp("replay"))}


def played(folder: Path, *, gate: bool = False) -> Iterator[Run]:
    write_provider(folder)
    provider = load_provider(folder / "specs" / "paintbox" / "provider.toml")
    pace = Options(rate_limit=0, job_seconds=0.02)
    with running_emulator(provider, snapshot(FIRST), pace) as server, receiving() as receiver:
        workspace = Workspace(folder, server, gate=gate)
        workspace.begin()
        for options in ((), ("--bump", "major")):
            done = workspace.sync(*options)
            assert (0, "") == (done.returncode, QUIET.sub("", done.stderr))
        workspace.commit("1.0.0")
        assert (failed := workspace.tried(USERS[1])) == "", failed
        models = FIRST
        for state in STATES:
            before = workspace.version
            models = state.change(models)
            receiver.requests.clear()
            server.snapshot = snapshot(state.glimpse(models))
            for fault in state.faults:
                server.faults.add(fault)
            if state.confirmed:
                (workspace.specs / "renames.toml").write_text(state.confirmed)
                workspace.commit("confirm")
            done = workspace.sync("--report", "report.json", "--notify", f"json://{receiver.address}")
            server.faults.clear()
            server.snapshot = snapshot(models)
            yield Run(
                state=state,
                done=done,
                report=workspace.report(),
                version=workspace.version,
                moved=workspace.commit(state.name),
                kept=frozenset(read_snapshot(workspace.specs).by_id()),
                entry=workspace.entry(),
                alerts=tuple(json.loads(request.body)["title"] for request in receiver.requests),
                users={} if workspace.version == before else tried_all(workspace),
            )


def tried_all(workspace: Workspace) -> dict[int, str]:
    major, minor, patch = map(int, (workspace.version or "").split("."))
    lines = [major] if (minor, patch) != (0, 0) else [major - 1, major]
    return {line: workspace.tried(USERS[line]) for line in lines}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_each_run_ends_as_the_script_expects(runs: dict[str, Run], state: State) -> None:
    run = runs[state.name]

    assert (state.exit_code, state.version) == (run.done.returncode, run.version)
    assert state.output in run.done.stdout + run.done.stderr
    assert "Traceback" not in run.done.stderr
    assert run.report["exit_code"] == state.exit_code
    for provider in run.report["providers"]:
        assert provider["version"]["new"] == state.version
        assert tuple(provider["models"]["missing"]) == state.missing
        assert tuple(provider["models"]["removed"]) == state.removed


def test_each_drift_is_reported_once(runs: dict[str, Run]) -> None:
    assert {name: run.alerts for name, run in runs.items()} == {state.name: state.alerts for state in STATES}


def test_every_release_has_the_expected_entry_and_nothing_else_has_one(runs: dict[str, Run]) -> None:
    versions = {run.version for run in runs.values()}

    assert {path.stem for path in ENTRIES.glob("*.md")} == versions
    for run in runs.values():
        assert run.entry == (ENTRIES / f"{run.version}.md").read_text("utf-8"), run.state.name


def test_no_model_is_removed_that_was_not_gone_for_good(runs: dict[str, Run]) -> None:
    for run in runs.values():
        assert "mural" in run.kept
        assert ("aquatint" in run.kept) == (run.version is not None and run.version < "3"), run.state.name


def test_runs_that_find_nothing_or_fail_move_no_byte(runs: dict[str, Run]) -> None:
    still = {name for name, run in runs.items() if not run.moved}

    assert still == {"a storm of 429", "an empty list", "half of the schemas 404", "nothing"}


def test_a_flapping_model_leaves_the_lock_as_it_was(runs: dict[str, Run]) -> None:
    gone, back = runs["a model that flaps: gone"], runs["a model that flaps: back"]

    assert gone.moved
    assert back.moved
    assert gone.report["providers"][0]["files"] == {"added": [], "changed": [], "removed": []}


def test_programs_work_through_every_minor_and_patch_of_their_line(runs: dict[str, Run]) -> None:
    released = {run.version: run.users for run in runs.values() if run.users}

    assert sorted(version for version in released if version) == [
        *("1.1.0", "1.2.0", "2.0.0", "2.1.0", "2.2.0", "3.0.0", "3.0.1"),
    ]
    for version, users in released.items():
        assert users[int((version or "0")[0])] == "", version


@pytest.mark.parametrize(("name", "model", "broken"), [
    ("an enum cut", "sketch", "Sketch"),
    ("a removal, confirmed", "aquatint", "Aquatint"),
])  # fmt: skip
def test_a_major_release_names_what_breaks_those_before(
    runs: dict[str, Run], name: str, model: str, broken: str
) -> None:
    run = runs[name]
    old = min(run.users)

    assert broken in run.users[old]
    breaking = [line for line in run.entry.splitlines() if line.startswith("- **Breaking:** ")]
    assert any(f"`{model}`" in line for line in breaking), run.entry


def test_entries_carry_the_day_of_the_run(runs: dict[str, Run], tmp_path_factory: pytest.TempPathFactory) -> None:
    newest = runs["a text edit"].report["providers"][0]["changelog"].splitlines()[0]

    assert re.fullmatch(r"## \[3\.0\.1\] - (\d{4}-\d\d-\d\d)", newest)
    assert date.fromisoformat(newest[-10:])
