"""The same specs give the same bytes: cold or step by step, in any order, with any cache or none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.scale.conftest import RARE, Workshop, lay_out


def edit(work: Workshop, change: Callable[[dict[str, Any]], object]) -> str:
    """Change one model's document; gives its id."""
    path = sorted((work.specs / "models").iterdir())[5]
    document = json.loads(path.read_text("utf-8"))
    change(document)
    path.write_text(json.dumps(document), "utf-8")
    return str(document["id"])


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a text": lambda document: document.update(description="Says something else."),
    "a price": lambda document: document["price"].update(amount=77),
    "a new shape": lambda document: document["input"]["properties"].update(added={**RARE, "minimum": 1}),
    "no parameters": lambda document: document.pop("input"),
    "another kind of result": lambda document: document.update(modality="text"),
    "nothing but spaces": lambda _: None,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_step_leads_where_a_cold_run_leads(known: Workshop, change: str) -> None:
    edit(known, CHANGES[change])
    known.run()

    assert known.cold() == known.files()


def test_models_that_come_and_go_leave_what_the_names_remember(known: Workshop) -> None:
    path = sorted((known.specs / "models").iterdir())[3]
    document = path.read_bytes()
    before = known.files()
    path.unlink()
    known.run()
    without = known.files()
    path.write_bytes(document)
    known.run()

    assert without != before
    assert before == known.files()


def test_what_was_edited_by_hand_is_made_again_although_its_model_is_known(known: Workshop) -> None:
    before = known.files()
    module = min(path for path in before if "/models/" in path and "__" not in path)
    for path in (module, "src/pixeldojo_sdk/__init__.py"):
        file = known.package / path
        file.write_text(file.read_text("utf-8") + "# by hand\n", "utf-8")
    known.run()

    assert before == known.files()


def test_another_provider_toml_renders_every_model_again(known: Workshop) -> None:
    toml = known.specs / "provider.toml"
    toml.write_text(toml.read_text("utf-8").replace('currency = "credit"', 'currency = "dime"'), "utf-8")
    known.run()

    assert known.cold() == known.files()


def test_neither_hash_seed_nor_the_order_of_files_nor_the_place_counts(made: Workshop, tmp_path: Path) -> None:
    other = lay_out(tmp_path / "elsewhere" / "deeper", reverse=True)
    other.start(PYTHONHASHSEED="4711", TZ="Asia/Tokyo", LC_ALL="C")

    assert made.files() == other.files()


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda content: content[: len(content) // 2],
    "empty": lambda _: b"",
    "one byte flipped": lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
    "another's words": lambda content: content.replace(b"str", b"int").replace(b"1000", b"9999"),
    "no text": lambda content: b"\xff\xfe" + content,
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_entry_is_a_miss(known: Workshop, damage: str) -> None:
    for path in known.cache.rglob("*"):
        if path.is_file():
            path.write_bytes(DAMAGED[damage](path.read_bytes()))
    edit(known, CHANGES["a new shape"])
    known.run()

    assert known.cold() == known.files()


def test_an_entry_of_another_generator_or_in_a_folder_that_others_can_write_is_a_miss(work: Workshop) -> None:
    expected = work.files()
    shapes = work.cache / "shapes" / "annotations"
    content = json.loads(shapes.read_bytes()[64:])
    lies = json.dumps(dict.fromkeys(content, "list[str]")).encode()
    shapes.write_bytes(shapes.read_bytes()[:64] + lies)  # the sum is of other words, as another generator's would be
    shutil.rmtree(work.cache / "parts")
    work.package.joinpath("README.md").unlink()
    work.run()
    assert expected == work.files()

    work.cache.chmod(0o777)
    work.package.joinpath("README.md").unlink()
    before = {path: path.stat().st_mtime_ns for path in work.cache.rglob("*")}
    work.run()
    assert expected == work.files()
    assert before == {path: path.stat().st_mtime_ns for path in work.cache.rglob("*")}


def test_without_a_cache_all_works_and_nothing_is_kept(work: Workshop, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    done = work.run(SCHEMALOOM_CACHE_DIR="", HOME=str(home), XDG_CACHE_HOME=str(home / "cache"))

    assert "nothing to change" in done.stdout
    assert [] == list(home.iterdir())


def test_the_cache_is_where_the_system_keeps_caches(work: Workshop, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    code = (
        "import os, sys; del os.environ['SCHEMALOOM_CACHE_DIR']; sys.argv = ['schemaloom', 'generate', 'pixeldojo'];"
        "from schemaloom.cli import main; main()"
    )
    environment = {**os.environ, "SCHEMALOOM_CACHE_DIR": "", "XDG_CACHE_HOME": str(home), "HOME": str(home)}
    environment["LOCALAPPDATA"] = str(home)
    done = subprocess.run([sys.executable, "-c", code], cwd=work.root, env=environment, check=True, capture_output=True)

    assert b"nothing to change" in done.stdout
    assert {"packages", "parts", "shapes"} == {path.name for path in next(home.rglob("schemaloom")).iterdir()}
