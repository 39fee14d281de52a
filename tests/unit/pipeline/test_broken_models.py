"""One broken model among many: the others are generated, and the broken one is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.command_line import run_command
from tests.generated_package import generated
from tests.paths import SPECS

from schemaloom.pipeline.generate import generate
from schemaloom.render import model_files

COUNT = 12
GOOD = {"type": "object", "properties": {"prompt": {"type": "string"}}, "required": ["prompt"]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Specs of many models."""
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", "")
    specs = tmp_path / "specs" / "pixeldojo"
    (specs / "models").mkdir(parents=True)
    (specs / "provider.toml").write_bytes((SPECS / "pixeldojo" / "provider.toml").read_bytes())
    for number in range(COUNT):
        write(tmp_path, f"m{number}", json.dumps({"id": f"m{number}", "name": f"M{number}", "input": GOOD}))
    return tmp_path


def write(folder: Path, model: str, document: str) -> None:
    (folder / "specs" / "pixeldojo" / "models" / f"{model}.json").write_text(document, "utf-8")


def run(folder: Path) -> tuple[int, str]:
    """Exit code and stderr of ``schemaloom generate``."""
    paths = ["--specs", str(folder / "specs"), "--out", str(folder / "generated")]
    done = run_command(folder, "generate", "pixeldojo", *paths)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "document",
    [
        "{",
        '{"id": "m7", "name": "M7", "unknown": 1}',
        '{"id": "other", "name": "M7"}',
        "[]",
        '{"id": "m7", "id": "m7"}',
    ],
)
def test_a_model_that_cannot_be_read_keeps_its_last_module(folder: Path, document: str) -> None:
    assert 0 == run(folder)[0]
    write(folder, "m7", document)
    write(folder, "m8", json.dumps({"id": "m8", "name": "M8", "description": "New.", "input": GOOD}))
    code, output = run(folder)

    assert 3 == code
    assert "error: m7: the model cannot be generated" in output
    assert "specs/pixeldojo/models/m7.json" in output
    assert f"1 of {COUNT} models could not be generated: m7" in output
    with generated("pixeldojo", specs=folder / "specs", out=folder / "generated") as (package, made):
        assert ("m7",) == made.broken
        assert COUNT == len(package.catalogue)
        assert "prompt" in package.catalogue["m7"].load().model_fields
        assert "New." == package.catalogue["m8"].description


@pytest.mark.parametrize("name", ["Big", "b", "%zz"])
@pytest.mark.parametrize("is_known", [True, False])
def test_a_document_with_another_file_name_is_named_with_its_place(folder: Path, name: str, *, is_known: bool) -> None:
    document = json.dumps({"id": "Big", "name": "Big", "input": GOOD})
    if is_known:
        write(folder, "%42ig", document)
        assert 0 == run(folder)[0]
        (folder / "specs" / "pixeldojo" / "models" / "%42ig.json").unlink()
    write(folder, name, document)
    code, output = run(folder)

    assert 3 == code
    assert "error: Big: the model cannot be generated: model 'Big' belongs in %42ig.json" in output
    assert f"models/{name}.json); rename it to %42ig.json" in output
    with generated("pixeldojo", specs=folder / "specs", out=folder / "generated") as (package, made):
        assert ("Big",) == made.broken
        assert COUNT + 1 == len(package.catalogue)
        assert is_known == ("prompt" in package.catalogue["Big"].load().model_fields)


@pytest.mark.parametrize("document", [json.dumps({"id": "m7", "name": "M7", "input": GOOD}), "{"])
def test_a_file_that_is_no_models_own_changes_no_model(folder: Path, document: str) -> None:
    write(folder, "M7", document)
    code, output = run(folder)

    assert 3 == code
    assert "models/M7.json" in output
    with generated("pixeldojo", specs=folder / "specs", out=folder / "generated") as (package, _):
        assert COUNT == len(package.catalogue)
        assert "prompt" in package.catalogue["m7"].load().model_fields


def test_a_new_model_that_cannot_be_read_is_untyped(folder: Path) -> None:
    write(folder, "new", "{")
    with generated("pixeldojo", specs=folder / "specs", out=folder / "generated") as (package, made):
        assert ("new",) == made.broken
        assert {} == package.catalogue["new"].load().model_fields
        assert COUNT + 1 == len(package.catalogue)


def test_a_model_that_cannot_be_rendered_is_untyped_or_keeps_its_module(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = model_files.module_view

    def failing(plan: model_files.ModelPlan, *others: object) -> object:
        if plan.model.id in {"m7", "new"} and plan.model.request:
            raise RecursionError("too deep")
        return view(plan, *others)  # type: ignore[arg-type]  passed on as they came

    assert 0 == run(folder)[0]
    write(folder, "new", json.dumps({"id": "new", "name": "New", "input": GOOD}))
    monkeypatch.setattr(model_files, "module_view", failing)
    made = generate("pixeldojo", specs=folder / "specs", out=folder / "generated")
    modules = {path: content for path, content in made.files.items() if path.startswith("src/pixeldojo_sdk/models/m")}

    assert ("m7", "new") == made.broken
    assert COUNT == len(modules)
    assert b"prompt: str" in modules["src/pixeldojo_sdk/models/m7.py"]
    assert b"prompt" not in made.files["src/pixeldojo_sdk/models/new.py"]
