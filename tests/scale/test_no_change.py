"""A run that has nothing to do: it notices every change there is."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.scale.conftest import Workshop

from schemaloom.cache import up_to_date
from schemaloom.ir.model import Model
from schemaloom.pipeline import generate as pipeline
from schemaloom.pipeline import package_parts as draft
from schemaloom.render.model_files import ModelPart, model_parts

MODULE = "src/pixeldojo_sdk/models/"


def seen(work: Workshop, monkeypatch: pytest.MonkeyPatch) -> up_to_date.UpToDate | None:
    """The recorded result, if it still holds."""
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", str(work.cache))
    return up_to_date.check(work.specs, work.root / "generated")


def module(work: Workshop) -> Path:
    return min((work.package / MODULE).glob("[a-z]*.py"))


def edit_in_place(work: Workshop) -> None:
    path = module(work)
    before = path.stat()
    path.write_text(path.read_text("utf-8").replace("a", "b", 1), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Workshop], object]] = {
    "an edited module": lambda work: module(work).write_text(module(work).read_text() + "# by hand\n"),
    "a module of the same size and time": edit_in_place,
    "a lost module": lambda work: module(work).unlink(),
    "a stale module": lambda work: shutil.copy(module(work), work.package / MODULE / "stale.py"),
    "a file of the runtime": lambda work: (work.package / "src/pixeldojo_sdk/_runtime/jobs/handles.py").write_text(""),
    "an edited model": lambda work: min((work.specs / "models").iterdir()).write_text("{}"),
    "a lost model": lambda work: min((work.specs / "models").iterdir()).unlink(),
    "other settings": lambda work: (work.specs / "provider.toml").write_text("name = 'x'"),
    "lost names": lambda work: (work.specs / "names.json").unlink(),
    "an interrupted replacement": lambda work: (work.root / "generated" / ".pixeldojo-sdk.schemaloom-undo").write_text(
        "{}"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_noticed(work: Workshop, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    assert seen(work, monkeypatch)
    CHANGES[change](work)

    assert seen(work, monkeypatch) is None


@pytest.mark.parametrize("options", [[], ["--check"]])
def test_a_hit_prints_what_a_rendering_prints(work: Workshop, options: list[str]) -> None:
    hit = work.run(*options)
    rendered = work.run(*options, SCHEMALOOM_CACHE_DIR="")

    assert (rendered.returncode, rendered.stdout, rendered.stderr) == (hit.returncode, hit.stdout, hit.stderr)


def test_one_changed_model_renders_that_model_alone(known: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", str(known.cache))
    path = min((known.specs / "models").iterdir())
    document = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**document, "description": "Something else."}), "utf-8")
    rendered: list[str] = []

    def watched(models: Iterable[Model], *others: Any, **options: Any) -> Iterator[ModelPart]:
        listed = list(models)
        rendered.extend(model.id for model in listed)
        return model_parts(listed, *others, **options)

    monkeypatch.setattr(draft, "model_parts", watched)
    result = pipeline.generate("pixeldojo", specs=known.root / "specs", out=known.root / "generated")

    assert [document["id"]] == rendered
    assert 2 == len(result.difference.paths)  # the module and the catalogue
