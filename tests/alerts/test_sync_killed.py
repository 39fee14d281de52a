"""``sync --notify`` that is killed after it has written: the next run sends the alert, though it finds no drift."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from tests.alerts.receiving import Receiver
from tests.command_line import SCHEMALOOM_ALONE
from tests.sync.catalogue import FIRST, PROVIDER, snapshot, write_provider
from tests.sync.workspace import Workspace

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider

OLD = {name: FIRST[name] for name in ("sketch", "poster")}
NEW = {"sketch": FIRST["sketch"], "mural": FIRST["mural"]}

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # a plugin of apprise imports it


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="kills a group of processes")
def test_an_alert_is_sent_by_the_next_run(receiver: Receiver, tmp_path: Path) -> None:
    write_provider(tmp_path)
    provider = load_provider(tmp_path / "specs" / PROVIDER / "provider.toml")
    with running_emulator(provider, snapshot(OLD), Options(rate_limit=0)) as server:
        workspace = Workspace(tmp_path, server)
        workspace.sync_here()
        server.snapshot = snapshot(NEW)
        options = ["--base-url", server.base_url, "--rate", "0", "--allow-removals"]
        options += ["--notify", f"json://{receiver.address}"]
        process = subprocess.Popen(
            [*SCHEMALOOM_ALONE, "sync", PROVIDER, *options],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        receiver.before_answer = lambda: os.killpg(process.pid, signal.SIGKILL)

        assert -signal.SIGKILL == process.wait(60)

        written = workspace.version
        receiver.before_answer = lambda: None
        receiver.requests.clear()
        done = workspace.run("sync", PROVIDER, *options)
        titles = [json.loads(request.body)["title"] for request in receiver.requests]
        again = workspace.run("sync", PROVIDER, *options)

    assert "0.1.0" != written == workspace.version, "the release was complete"
    assert (0, 0) == (done.returncode, again.returncode), done.stderr + again.stderr
    assert "up to date" in done.stdout
    assert ["paintbox: breaking drift (1 new)", "paintbox: drift (1 new)"] == titles
    assert len(titles) == len(receiver.requests), "the third run has nothing to send"
