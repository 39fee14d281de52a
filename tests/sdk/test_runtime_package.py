"""What importing costs, what a catalogue gives, what type checkers see."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.users_mypy import run_mypy

from runtime.async_client import AsyncClient
from runtime.client import Client
from runtime.core.errors import ModelRetired, SDKError, UnknownModel
from runtime.core.price import Price
from runtime.jobs.account_jobs import AsyncJobs, Jobs
from runtime.jobs.handles import AsyncJob, Job
from runtime.models.catalogue import Catalogue

TEMPLATES = Path(__file__).parents[2] / "templates"


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=TEMPLATES, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize(
    "module",
    [
        "client",
        "core.errors",
        "models.catalogue",
        "core.profile",
        "models.result",
        "files.outputs",
        "files.file",
    ],
)
def test_importing_brings_neither_httpx2_nor_pydantic(module):
    slow = "{'httpx2', 'httpx', 'pydantic', 'asyncio', 'anyio'}"
    assert "[]" == python(f"import sys, runtime.{module}; print(sorted({slow} & set(sys.modules)))")


def test_importing_the_client_brings_nothing_slow_of_the_standard_library():
    slow = "{'dataclasses', 'logging', 'json', 'urllib.parse', 'importlib.resources', 'difflib', 'email'}"
    modules = "runtime.client, runtime.core.errors, runtime.models.catalogue, runtime.core.profile"
    assert "[]" == python(f"import sys, {modules}; print(sorted({slow} & set(sys.modules)))")


MODEL = """
class Painter:
    __digest__ = "abc"
"""


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    package = tmp_path / "paint_sdk"
    (package / "models").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "models" / "__init__.py").touch()
    (package / "models" / "painter.py").write_text(MODEL)
    entry = {
        "name": "Painter",
        "description": "Paints.",
        "modality": "image",
        "price": {"amount": 1.5, "unit": "image", "by_resolution": {"1 MP": 1.5}},
        "capabilities": ["Image to Image"],
        "documents": ["https://paint.example/painter"],
        "parameters": ["prompt"],
        "module": "painter",
        "class": "Painter",
    }
    models = {"painter-1": entry, "painter-2": {**entry, "price": None}}
    (package / "catalogue.json").write_text(json.dumps({"models": models}))
    monkeypatch.syspath_prepend(tmp_path)
    yield Catalogue("paint_sdk")
    for name in [name for name in sys.modules if name.startswith("paint_sdk")]:
        del sys.modules[name]


def test_a_catalogue_is_a_mapping_of_data(catalogue):
    model = catalogue["painter-1"]
    assert ["painter-1", "painter-2"] == list(catalogue)
    assert ("Painter", "image", ("Image to Image",)) == (model.name, model.modality, model.capabilities)
    assert Price(1.5, "image", {"1 MP": 1.5}) == model.price
    assert catalogue["painter-2"].price is None
    assert "painter-1" in catalogue
    assert "painter-3" not in catalogue
    assert catalogue.get("painter-3") is None


def test_only_loading_imports_a_model(catalogue):
    model = catalogue["painter-1"]
    assert "paint_sdk.models.painter" not in sys.modules
    assert ("Painter", "abc") == (model.load().__name__, model.digest)
    assert "paint_sdk.models.painter" in sys.modules


def test_an_unknown_model_names_its_neighbours(catalogue):
    with pytest.raises(UnknownModel) as caught:
        catalogue["painter1"]
    assert "no model 'painter1' in the catalogue; did you mean 'painter-1' or 'painter-2'?" == str(caught.value)
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, SDKError)


def test_a_retired_model_names_its_version_and_a_replacement():
    error = ModelRetired("old-1", since="2.0.0", replaced_by="new-1")
    assert "model 'old-1' was retired in 2.0.0; use 'new-1' instead" == str(error)


def surface(kind: type) -> dict[str, object]:
    names = [name for name in dir(kind) if not name.startswith("_")]
    return {
        name: list(inspect.signature(member).parameters) if callable(member := getattr(kind, name)) else None
        for name in names
    }


@pytest.mark.parametrize(("one", "other"), [(Client, AsyncClient), (Job, AsyncJob), (Jobs, AsyncJobs)])
def test_both_twins_have_the_same_surface(one, other):
    assert surface(one) == surface(other)


CALLS = """
import sys
sys.path.insert(0, {folder!r})
from sdk_sample import AsyncStudio, Painting, Studio

def blocking(client: Studio) -> None:
    reveal_type(client.run(Painting(prompt="x")).output)
    reveal_type(client.jobs.get("job_1", Painting))
    client.run(prompt="x")  # type: ignore[call-arg]

async def asynchronous(client: AsyncStudio) -> None:
    reveal_type((await client.submit(Painting(prompt="x"))).result)
"""


def test_type_checkers_infer_the_output_of_a_request(tmp_path):
    (tmp_path / "calls.py").write_text(CALLS.format(folder=str(Path(__file__).parent)))
    done = run_mypy("calls.py", folder=tmp_path, MYPYPATH=f"{TEMPLATES}:{Path(__file__).parent}")
    assert 'Revealed type is "runtime.files.outputs.ImageOutput"' in done.stdout
    assert 'Revealed type is "runtime.jobs.handles.Job[runtime.files.outputs.ImageOutput]"' in done.stdout
    assert "runtime.models.result.Result[runtime.files.outputs.ImageOutput]" in done.stdout
    assert "Success" in done.stdout, done.stdout
