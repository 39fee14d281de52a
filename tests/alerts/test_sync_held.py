"""``sync --notify`` when something is held back: the alert names it, once, and everything else is released."""

from __future__ import annotations

import json
from pathlib import Path

from tests.alerts.receiving import Receiver
from tests.sync.catalogue import PROVIDER, Models, model, snapshot, with_properties, write_provider
from tests.sync.workspace import Workspace

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider

SIX = {f"pen-{number}": with_properties(model(f"pen-{number}"), ink={}, nib={}) for number in range(6)}


def test_what_a_guard_holds_back_is_reported_and_the_rest_is_released(receiver: Receiver, tmp_path: Path) -> None:
    write_provider(tmp_path)
    provider = load_provider(tmp_path / "specs" / PROVIDER / "provider.toml")
    with running_emulator(provider, snapshot(SIX), Options(rate_limit=0)) as server:
        workspace = Workspace(tmp_path, server)

        def synced(models: Models) -> tuple[int, list[tuple[str, str]]]:
            """The exit code, and kind and text of each alert."""
            server.snapshot = snapshot(models)
            done = workspace.run(
                "sync", PROVIDER, "--base-url", server.base_url, "--rate", "0",
                SCHEMALOOM_NOTIFY=f"webhook+http://{receiver.address}/", SCHEMALOOM_WEBHOOK_SECRET="s",
            )  # fmt: skip
            alerts = [json.loads(request.body) for request in receiver.requests]
            receiver.requests.clear()
            return done.returncode, [(alert["kind"], alert["text"]) for alert in alerts]

        synced(SIX)
        two = {name: SIX[name] for name in ("pen-0", "pen-1")} | {"brush": model("brush")}
        code, alerts = synced(two)
        assert (code, [kind for kind, _ in alerts]) == (3, ["drift", "held"])
        assert "Model brush was added" in alerts[0][1]
        held = "4 models at once are no longer listed (guard: 3); kept: pen-2, pen-3, pen-4, pen-5"
        assert alerts[1][1] == held
        assert workspace.version == "0.1.1"
        assert synced(two) == (3, [])

        emptied = {
            **SIX,
            "brush": model("brush"),
            "pen-1": with_properties(SIX["pen-1"], prompt=None, ink=None, nib=None),
        }
        code, [(kind, text)] = synced(emptied)
        assert (code, kind) == (0, "held")
        assert text == "implausible changes are believed only if the next look finds them too: pen-1"
