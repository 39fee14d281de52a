"""The scheduled workflow, run step by step in a scratch repository against a catalogue that changes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.alerts.receiving import Receiver, receiving
from tests.command_line import SCHEMALOOM_ALONE
from tests.workflows.github import Hub, Step

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.pipeline.init import scheduled
from schemaloom.render.scaffold import WORKFLOW, render_provider, render_workflow
from schemaloom.settings.provider import parse_provider
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.model import ModelDocument

BREAKING, UPDATE = "schemaloom/breaking/paintbox", "schemaloom/update/paintbox"


def model(name: str, **properties: Any) -> ModelDocument:
    schema = {"type": "object", "properties": {"prompt": {"type": "string"}, **properties}, "required": ["prompt"]}
    return ModelDocument.from_json({"id": name, "name": name.title(), "modality": "image", "input": schema}, where=name)


BRUSH = model("brush", seed={"type": "integer"}, size={"enum": ["small", "large"]})
PEN = model("pen")


def catalogue(*models: ModelDocument) -> Snapshot:
    return Snapshot(models=models)


@pytest.fixture(scope="module")
def api() -> Iterator[RunningEmulator]:
    provider = parse_provider(render_provider("paintbox", base_url="https://api.example.com/v1"), where="paintbox")
    with running_emulator(provider, catalogue(BRUSH), Options(rate_limit=0)) as server:
        yield server


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """Where alerts go."""
    with receiving() as found:
        yield found


@pytest.fixture(scope="module")
def hub(api: RunningEmulator, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """A repository begun with `schemaloom init`, and with a first package."""
    secrets = {
        "PAINTBOX_API_KEY": api.api_key,
        "SCHEMALOOM_TOKEN": "t",
        "SCHEMALOOM_NOTIFY": f"webhook+http://{receiver.address}/",
        "SCHEMALOOM_WEBHOOK_SECRET": "s",
    }
    hub = Hub(tmp_path_factory.mktemp("hub"), secrets)
    hub.environ["SCHEMALOOM_CACHE_DIR"] = str(hub.folder / "cache")
    hub.install("schemaloom", SCHEMALOOM_ALONE[-1])  # each proof of a version takes seconds, and has tests of its own
    seed = hub.folder / "seed"
    hub.git("init", "--quiet", "--initial-branch=main", str(seed), cwd=hub.folder)
    schemaloom(hub, seed, "init", "paintbox", "--base-url", api.base_url)
    # What the tests run is installed already; `init --schemaloom SOURCE` asks a registry.
    (seed / WORKFLOW).write_bytes(render_workflow(scheduled(seed), install=["schemaloom --version"]))
    described = seed / "specs/paintbox/provider.toml"
    described.write_text(described.read_text().replace("requests_per_minute = 60", "requests_per_minute = 60000"))
    # What sync would write, without its checks of the whole package, which take their time.
    schemaloom(hub, seed, "fetch", "paintbox")
    schemaloom(hub, seed, "generate", "paintbox")
    hub.push(seed)
    return hub


def schemaloom(hub: Hub, folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "schemaloom", *arguments]
    done = subprocess.run(command, cwd=folder, env=hub.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def regenerated(hub: Hub) -> dict[str, Step]:
    steps = hub.run(WORKFLOW)
    assert [(step.name, step.output) for step in steps if step.code] == []
    return {step.name: step for step in steps}


def writes(hub: Hub) -> list[str]:
    """What `gh` was asked to change, besides labels."""
    return [" ".join(call[:3]) for call in hub.calls() if call[0] == "pr" and call[1] != "list"]


def test_a_day_without_change_proposes_nothing(hub: Hub) -> None:
    before = hub.branches()

    steps = regenerated(hub)

    assert list(steps) == [
        "Install schemaloom",
        "Fetch the catalogue and regenerate the package",
        "Report what changed",
        "Pack the proposal",
        "Fail if anything was held back",
        "Keep one pull request for each proposal",
    ]
    assert (hub.branches(), hub.pulls(), writes(hub)) == (before, [], [])


def test_a_catalogue_changes_for_the_better_and_for_the_worse_and_back(
    hub: Hub, api: RunningEmulator, receiver: Receiver
) -> None:
    main = hub.branches()["main"]

    api.snapshot = catalogue(BRUSH, PEN)
    steps = regenerated(hub)

    assert hub.branches().keys() == {"main", UPDATE}
    [update] = hub.pulls()
    assert (update["branch"], update["base"], update["title"]) == (UPDATE, "main", "Regenerate paintbox: 0.1.1")
    assert update["labels"] == ["schemaloom", "drift:update"]
    assert update["body"].startswith("## Drift of `paintbox`")
    assert "pen" in update["body"]
    assert steps["Report what changed"].summary.strip() == update["body"].strip()
    assert "::notice file=specs/paintbox/models/pen.json" in steps["Report what changed"].output
    assert hub.git("rev-parse", f"{UPDATE}^") == main
    changed = hub.git("diff", "--name-only", "main", UPDATE).splitlines()
    assert {"specs/paintbox/models/pen.json", "generated/paintbox-sdk/src/paintbox_sdk/models/pen.py"} <= set(changed)
    assert {path.split("/")[0] for path in changed} == {"specs", "generated"}
    assert writes(hub) == ["pr create --head"]

    alerts = len(receiver.requests)
    assert alerts > 0
    after = hub.branches()
    regenerated(hub)

    assert len(receiver.requests) == alerts
    assert (hub.branches(), hub.pulls(), writes(hub)) == (after, [update], [])

    api.snapshot = catalogue(model("brush", size={"enum": ["small", "large"]}), PEN)
    steps = regenerated(hub)

    assert hub.branches().keys() == {"main", BREAKING}
    update, breaking = hub.pulls()
    assert (update["state"], breaking["state"]) == ("CLOSED", "OPEN")
    assert breaking["title"] == "Regenerate paintbox: 0.2.0 (breaking)"
    assert breaking["labels"] == ["schemaloom", "drift:breaking"]
    assert {word for word in ("seed", "pen") if word in breaking["body"]} == {"seed", "pen"}
    assert BREAKING in update["comment"]
    assert "::error file=specs/paintbox/models/brush.json" in steps["Report what changed"].output
    assert '"seed"' not in hub.git("show", f"{BREAKING}:specs/paintbox/models/brush.json")
    assert writes(hub) == ["pr create --head", "pr close 1"]

    [news] = receiver.requests[alerts:]
    assert "Parameter seed was removed" in news.body.decode()

    before, pulls = hub.branches(), hub.pulls()
    api.faults.add("error=403@list")
    steps = {step.name: step for step in hub.run(WORKFLOW)}
    api.faults.clear()

    # Drift that is unknown is not "no drift": what was proposed stays.
    assert steps["Fetch the catalogue and regenerate the package"].code == 3
    assert steps.keys() & {"Report what changed", "Pack the proposal"} == set()
    assert (hub.branches(), hub.pulls(), writes(hub)) == (before, pulls, [])

    api.snapshot = catalogue(BRUSH)
    regenerated(hub)

    assert hub.branches() == {"main": main}
    assert [pull["state"] for pull in hub.pulls()] == ["CLOSED", "CLOSED"]
    assert writes(hub) == ["pr close 2"]


def test_what_a_guard_holds_back_holds_up_nothing_else(hub: Hub, api: RunningEmulator, receiver: Receiver) -> None:
    alerts = len(receiver.requests)
    better = model("brush", seed={"type": "integer"}, size={"enum": ["small", "large"]}, ink={"type": "string"})
    api.snapshot = catalogue(better, *(model(f"new-{number}") for number in range(60)))
    steps = {step.name: step for step in hub.run(WORKFLOW)}

    assert {name: step.code for name, step in steps.items() if step.code} == {"Fail if anything was held back": 3}
    assert "60 new models at once" in steps["Fetch the catalogue and regenerate the package"].output
    assert [pull["title"] for pull in hub.pulls() if pull["state"] == "OPEN"] == ["Regenerate paintbox: 0.1.1"]
    assert '"ink"' in hub.git("show", f"{UPDATE}:specs/paintbox/models/brush.json")
    assert "60 new models at once" in "".join(request.body.decode() for request in receiver.requests[alerts:])
