"""A workspace with a small catalogue, for one test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.catalogue import FIRST, snapshot, write_provider
from tests.sync.workspace import Workspace

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import load_provider

SMALL = {name: FIRST[name] for name in ("sketch", "poster", "etching", "mural")}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    folder = tmp_path_factory.mktemp("provider")
    write_provider(folder)
    provider = load_provider(folder / "specs" / "paintbox" / "provider.toml")
    with running_emulator(provider, snapshot(SMALL), Options(rate_limit=0, job_seconds=0.02)) as server:
        yield server


@pytest.fixture
def workspace(tmp_path: Path, server: RunningEmulator) -> Workspace:
    """Specs and package of the small catalogue at version 0.1.0, as a first sync leaves them."""
    server.snapshot = snapshot(SMALL)
    server.faults.clear()
    write_provider(tmp_path)
    found = Workspace(tmp_path, server)
    found.sync_here()
    return found
