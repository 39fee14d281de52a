"""``sync --notify`` when something is held back: the alert names it, once, and everything else is released."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.alerts.receiving import Receiver
from tests.command_line import GATE, run_command
from tests.sync.catalogue import PROVIDER, PROVIDER_TOML, model, snapshot, with_properties, write_provider
from tests.sync.workspace import Workspace

from schemaloom.alerts.state import read_state
from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import load_provider

SIX = {f"pen-{number}": with_properties(model(f"pen-{number}"), ink={}, nib={}) for number in range(6)}
TWO = {name: SIX[name] for name in ("pen-0", "pen-1")}
GONE = "4 models at once are no longer listed (guard: 3); kept: pen-2, pen-3, pen-4, pen-5"


def started(stack: ExitStack, folder: Path, name: str = PROVIDER) -> RunningEmulator:
    """A server of `SIX` until the stack ends, which the settings in `folder` name."""
    write_provider(folder, PROVIDER_TOML.replace(PROVIDER, name), name)
    settings = folder / "specs" / name / "provider.toml"
    server = stack.enter_context(running_emulator(load_provider(settings), snapshot(SIX), Options(rate_limit=0)))
    settings.write_text(settings.read_text("utf-8").replace(f"https://api.{name}.example/v1", server.base_url), "utf-8")
    return server


def synced(
    folder: Path, receiver: Receiver, *providers: str, missing: Sequence[str] = GATE
) -> tuple[int, list[tuple[str, str, str]]]:
    """The exit code, and provider, kind and text of each alert."""
    receiver.requests.clear()
    environment = {"SCHEMALOOM_NOTIFY": f"webhook+http://{receiver.address}/", "SCHEMALOOM_WEBHOOK_SECRET": "s"}
    done = run_command(folder, "sync", *(providers or [PROVIDER]), "--rate", "0", missing=missing, **environment)
    alerts = [json.loads(request.body) for request in receiver.requests]
    return done.returncode, [(alert["provider"], alert["kind"], alert["text"]) for alert in alerts]


def test_what_a_guard_holds_back_is_reported_and_the_rest_is_released(receiver: Receiver, tmp_path: Path) -> None:
    with ExitStack() as stack:
        server = started(stack, tmp_path)
        workspace = Workspace(tmp_path, server)
        synced(tmp_path, receiver)
        server.snapshot = snapshot({**TWO, "brush": model("brush")})
        code, alerts = synced(tmp_path, receiver)
        assert (code, [kind for _, kind, _ in alerts]) == (3, ["drift", "held"])
        assert "Model brush was added" in alerts[0][2]
        assert alerts[1][2] == GONE
        assert workspace.version == "0.1.1"
        assert synced(tmp_path, receiver) == (3, [])

        emptied = with_properties(SIX["pen-1"], prompt=None, ink=None, nib=None)
        server.snapshot = snapshot({**SIX, "brush": model("brush"), "pen-1": emptied})
        code, [(_, kind, text)] = synced(tmp_path, receiver)
        assert (code, kind) == (0, "held")
        assert text == "implausible changes are believed only if the next look finds them too: pen-1"


def test_a_provider_gets_its_own_alert_and_every_guard_is_in_it(receiver: Receiver, tmp_path: Path) -> None:
    new = {f"new-{number}": model(f"new-{number}") for number in range(60)}
    with ExitStack() as stack:
        server, other = started(stack, tmp_path), started(stack, tmp_path, "crayons")
        synced(tmp_path, receiver, PROVIDER, "crayons")
        server.snapshot = snapshot({**TWO, **new})
        code, alerts = synced(tmp_path, receiver, PROVIDER, "crayons")
        assert (code, [(provider, kind) for provider, kind, _ in alerts]) == (3, [(PROVIDER, "held")])
        assert alerts[0][2].startswith("60 new models at once (guard: 50); not added: new-0, ")
        assert alerts[0][2].endswith(GONE)

        server.snapshot, other.snapshot = snapshot({}), snapshot(SIX)
        assert synced(tmp_path, receiver, PROVIDER, "crayons") == (3, []), "a run that failed knows nothing new"
        server.snapshot, other.snapshot = snapshot({**TWO, **new}), snapshot(TWO)
        assert synced(tmp_path, receiver, PROVIDER, "crayons") == (3, [("crayons", "held", GONE)])


def test_a_package_that_fails_its_proof_is_reported_at_once_and_once(receiver: Receiver, tmp_path: Path) -> None:
    with ExitStack() as stack:
        server = started(stack, tmp_path)
        workspace = Workspace(tmp_path, server)
        workspace.sync_here()
        # As an earlier generator wrote it, whose function had one parameter more.
        module = workspace.package / "src" / "paintbox_sdk" / "_runtime" / "models" / "data_uri.py"
        text = module.read_text("utf-8")
        module.write_text(text.replace("max_bytes: int", "before: int = 0, max_bytes: int"), "utf-8")
        server.snapshot = snapshot({**SIX, "brush": model("brush")})
        only_griffe = ("mypy", "basedpyright")
        code, [(_, kind, words)] = synced(tmp_path, receiver, missing=only_griffe)
        assert (code, kind) == (4, "held")
        assert words.startswith("nothing was released: the new package does not pass its checks: griffe: paintbox_sdk.")
        assert synced(tmp_path, receiver, missing=only_griffe) == (4, [])


def test_an_alert_is_recorded_before_it_is_sent_and_again_once_it_was_accepted(
    receiver: Receiver, tmp_path: Path
) -> None:
    """So that a kill loses none, and repeats one at most."""
    waiting: list[int] = []
    state = tmp_path / ".schemaloom" / "alerts.json"
    receiver.before_answer = lambda: waiting.append(len(read_state(state).pending))
    with ExitStack() as stack:
        server = started(stack, tmp_path)
        synced(tmp_path, receiver)
        server.snapshot = snapshot({**TWO, "brush": model("brush")})
        synced(tmp_path, receiver)
    assert waiting == [1, 2, 1]
