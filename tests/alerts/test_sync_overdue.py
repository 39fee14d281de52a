"""``sync --notify`` from the outside: a job that fails for too long is reported, and so is that it works again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.alerts.receiving import Receiver
from tests.sync.catalogue import FIRST, PROVIDER, snapshot, write_provider
from tests.sync.workspace import Workspace

from schemaloom.alerts.heartbeat import SyncHealth
from schemaloom.alerts.state import AlertState, StateFile, read_state, write_state
from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # a plugin of apprise imports it


def test_a_job_that_fails_for_too_long_is_reported_once(receiver: Receiver, tmp_path: Path) -> None:
    write_provider(tmp_path)
    provider = load_provider(tmp_path / "specs" / PROVIDER / "provider.toml")
    models = {"sketch": FIRST["sketch"]}
    state = tmp_path / ".schemaloom" / "alerts.json"
    long_ago = datetime.now(UTC) - timedelta(hours=49)

    def titles_after(workspace: Workspace, code: int) -> list[str]:
        done = workspace.run(
            "sync", PROVIDER, "--base-url", workspace.server.base_url, "--rate", "0",
            SCHEMALOOM_NOTIFY=f"json://{receiver.address}",
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        titles = [json.loads(request.body)["title"] for request in receiver.requests]
        receiver.requests.clear()
        return titles

    with running_emulator(provider, snapshot(models), Options(rate_limit=0)) as server:
        workspace = Workspace(tmp_path, server)
        assert titles_after(workspace, 0) == ["paintbox: drift (1 new)"]
        recorded = read_state(state).providers[PROVIDER]
        assert recorded.health is not None
        assert recorded.health.last_good > long_ago
        stale = AlertState(subjects=recorded.subjects, health=SyncHealth(last_good=long_ago))
        write_state(state, StateFile(providers={PROVIDER: stale}))
        server.snapshot = snapshot({})
        assert titles_after(workspace, 3) == [f"paintbox: no good sync since {long_ago:%Y-%m-%d %H:%M} UTC"]
        assert titles_after(workspace, 3) == []
        server.snapshot = snapshot(models)
        assert titles_after(workspace, 0) == ["paintbox: syncs succeed again"]


def test_an_empty_list_of_targets_is_none(tmp_path: Path) -> None:
    write_provider(tmp_path)
    provider = load_provider(tmp_path / "specs" / PROVIDER / "provider.toml")
    with running_emulator(provider, snapshot({"sketch": FIRST["sketch"]}), Options(rate_limit=0)) as server:
        done = Workspace(tmp_path, server).run(
            "sync", PROVIDER, "--base-url", server.base_url, "--rate", "0", "--dry-run", SCHEMALOOM_NOTIFY=""
        )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / ".schemaloom").exists()
