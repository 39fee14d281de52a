"""An emulator of pixeldojo, its package's tools, and a large catalogue."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pixeldojo_sdk
import pytest
from benchmarks.corpus import catalogue as made_up
from pixeldojo_sdk._runtime.models.catalogue import Catalogue

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator
from schemaloom.testing import emulated
from tests.generated_package import impatient
from tests.paths import SPECS

KEY = "sk-live-4f1e0f9c77a24b6d"


class AsyncPixelDojo(cast("Any", impatient(pixeldojo_sdk.AsyncPixelDojo))):
    """Polls without the provider's pauses."""


@pytest.fixture(scope="session")
def _emulator() -> Iterator[RunningEmulator]:
    options = Options(job_seconds=0.04, rate_limit=0, api_key=KEY)
    with emulated("pixeldojo", specs=SPECS, options=options) as running:
        yield running


@pytest.fixture
def emulator(_emulator: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> RunningEmulator:
    _emulator.faults.clear()
    monkeypatch.setenv("PIXELDOJO_API_KEY", KEY)
    monkeypatch.setenv("PIXELDOJO_BASE_URL", _emulator.base_url)
    return _emulator


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    """The 70 models of pixeldojo among 4,000 made-up ones."""
    folder = tmp_path_factory.mktemp("large") / "large_sdk"
    folder.mkdir()
    (folder / "__init__.py").touch()
    models = json.loads(Path(pixeldojo_sdk.__file__).with_name("catalogue.json").read_bytes())["models"]
    for document in made_up(4000, 0.5).models:
        models[document.id] = {
            "name": document.name,
            "description": document.description,
            "modality": document.modality,
            "price": {"amount": 1, "unit": document.modality, "by_resolution": {}},
            "capabilities": [],
            "documents": [],
            "parameters": list(document.parameter_order),
            "module": "",
            "class": "",
        }
    (folder / "catalogue.json").write_text(json.dumps({"models": models}))
    sys.path.insert(0, str(folder.parent))
    yield Catalogue("large_sdk")
    sys.path.remove(str(folder.parent))


@pytest.fixture
def large_client(large: Catalogue) -> Any:
    """What `Tools` needs of a client: its profile."""
    del large
    profile = AsyncPixelDojo.profile
    return SimpleNamespace(profile=profile._replace(package=profile.package._replace(module="large_sdk")))
