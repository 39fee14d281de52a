"""A run that has nothing to do: it notices every change there is, and imports next to nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.scale.conftest import Workshop

from schemaloom.cache import up_to_date as settled
from schemaloom.ir.model import Model
from schemaloom.pipeline import generate as pipeline
from schemaloom.pipeline import package_parts as draft
from schemaloom.render.model_files import ModelPart, model_parts

HEAVY = {"click", "pydantic", "jinja2", "httpx", "datamodel_code_generator", "json", "pathlib", "re", "typing"}
MODULE = "src/pixeldojo_sdk/models/"


def seen(work: Workshop, monkeypatch: pytest.MonkeyPatch) -> settled.Settled | None:
    """What the short way says, in this process."""
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", str(work.memory))
    return settled.settled("pixeldojo", specs=str(work.root / "specs"), out=str(work.root / "generated"))


def module(work: Workshop) -> Path:
    return min((work.package / MODULE).glob("[a-z]*.py"))


CHANGES: dict[str, Callable[[Workshop], object]] = {
    "an edited module": lambda work: module(work).write_text(module(work).read_text() + "# by hand\n"),
    "a module of the same size": lambda work: module(work).write_text(module(work).read_text().replace("a", "b", 1)),
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


def test_a_change_that_keeps_size_and_time_is_noticed_by_the_files_own_clock(
    work: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once files have rested they are not read again, so this is what edits must not slip through."""
    monkeypatch.setattr(settled, "_COARSEST", 0)
    assert seen(work, monkeypatch)
    assert (work.memory / "seen").is_dir()
    assert seen(work, monkeypatch), "the second look reads no content"
    path = module(work)
    before = path.stat()
    time.sleep(0.05)
    path.write_text(path.read_text("utf-8").replace("a", "b", 1), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert before.st_size == path.stat().st_size
    assert seen(work, monkeypatch) is None


def test_files_that_have_not_rested_are_read(work: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settled, "_COARSEST", 3_600_000_000_000)

    assert seen(work, monkeypatch)
    assert not (work.memory / "seen").exists()


@pytest.mark.parametrize("options", [[], ["--check"]])
def test_the_short_way_says_what_the_long_way_says(work: Workshop, options: list[str]) -> None:
    short = work.run(*options)
    long = work.run(*options, SCHEMALOOM_CACHE_DIR="")

    assert (long.returncode, long.stdout, long.stderr) == (short.returncode, short.stdout, short.stderr)


def test_the_short_way_imports_nothing_slow(work: Workshop) -> None:
    code = (
        "import sys; before = set(sys.modules); sys.argv = ['schemaloom', 'generate', 'pixeldojo'];"
        "from schemaloom.cli import main; main();"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=work.root,
        env={**os.environ, "SCHEMALOOM_CACHE_DIR": str(work.memory)},
        capture_output=True,
        text=True,
        check=True,
    )
    said, imported = done.stdout.splitlines()

    assert "nothing to change" in said
    assert set() == HEAVY & set(imported.split())


def test_one_changed_model_renders_that_model_alone(known: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", str(known.memory))
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
