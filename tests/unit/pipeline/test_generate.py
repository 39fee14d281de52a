"""``schemaloom generate``, the whole command, over copies of committed specs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.command_line import run_command
from tests.paths import SPECS

from schemaloom.files.read import read_tree
from schemaloom.render.package import HEADER

CHOSEN = ["boogu-image-edit", "gpt-image-2-edit", "p-image-edit"]
MODULES = "src/pixeldojo_sdk/models"
Result = subprocess.CompletedProcess[str]


def run(cwd: Path, *arguments: str) -> Result:
    return run_command(cwd, "generate", *arguments)


def start(cwd: Path, *arguments: str, **environment: str) -> Result:
    """The same in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "schemaloom", "generate", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def copy_specs(root: Path) -> Path:
    """A small catalogue of three committed models."""
    folder = root / "specs" / "pixeldojo"
    (folder / "models").mkdir(parents=True)
    shutil.copy(SPECS / "pixeldojo" / "provider.toml", folder)
    for model in CHOSEN:
        shutil.copy(SPECS / "pixeldojo" / "models" / f"{model}.json", folder / "models")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which the package was generated once; never written to."""
    root = tmp_path_factory.mktemp("made")
    copy_specs(root)
    done = run(root, "pixeldojo")
    assert (0, "") == (done.returncode, done.stderr)
    assert "3 models; files: " in done.stdout
    return root


@pytest.fixture
def work(made: Path, tmp_path: Path) -> Path:
    """A copy of that workspace that a test may change."""
    shutil.copytree(made, tmp_path / "work")
    return tmp_path / "work"


def edit(work: Path, model: str, change: Callable[[dict[str, Any]], None]) -> None:
    path = work / "specs" / "pixeldojo" / "models" / f"{model}.json"
    document = json.loads(path.read_text("utf-8"))
    change(document)
    path.write_text(json.dumps(document), "utf-8")


def touched(diff: str) -> set[str]:
    return {line.removeprefix("+++ b/pixeldojo-sdk/") for line in diff.splitlines() if line.startswith("+++ ")}


def only_line(text: str) -> str:
    assert "Traceback" not in text
    (line,) = text.splitlines()
    return line


def test_a_package_is_complete_and_up_to_date_once_generated(made: Path) -> None:
    files = read_tree(made / "generated" / "pixeldojo-sdk")
    again = run(made, "pixeldojo", "--check")

    assert (0, "") == (again.returncode, again.stderr)
    assert "generated/pixeldojo-sdk is up to date: 3 models\n" == again.stdout
    assert {"pyproject.toml", "README.md", "CHANGELOG.md", f"{MODULES}/boogu_image_edit.py"} <= set(files)
    assert {"boogu-image-edit", "gpt-image-2-edit", "p-image-edit"} == set(
        json.loads((made / "specs" / "pixeldojo" / "names.json").read_text())["models"]
    )


def test_generating_again_touches_no_file(work: Path) -> None:
    def times() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in work.rglob("*") if path.is_file()}

    before = times()
    again = run(work, "pixeldojo")

    assert (0, "generated/pixeldojo-sdk: 3 models; files: nothing to change\n") == (again.returncode, again.stdout)
    assert before == times()


def test_a_changed_enum_touches_the_module_of_its_model_only(work: Path) -> None:
    def widen(document: dict[str, Any]) -> None:
        document["input"]["properties"]["aspect_ratio"]["enum"].append("21:9")

    edit(work, "p-image-edit", widen)
    before = read_tree(work)
    stale = run(work, "pixeldojo", "--check")

    assert 1 == stale.returncode
    assert {f"{MODULES}/p_image_edit.py"} == touched(stale.stdout)
    assert '"21:9"' in stale.stdout
    assert "is stale: 0 added, 1 changed, 0 removed; run: schemaloom generate pixeldojo" in only_line(stale.stderr)
    assert before == read_tree(work), "a check writes nothing"

    assert 0 == run(work, "pixeldojo").returncode
    assert 0 == run(work, "pixeldojo", "--check").returncode


def test_a_changed_price_touches_what_shows_it(work: Path) -> None:
    edit(work, "p-image-edit", lambda document: document["price"].update(amount=7.25))
    stale = run(work, "pixeldojo", "--check")

    listing = {"README.md", "src/pixeldojo_sdk/catalogue.json"}
    assert {f"{MODULES}/p_image_edit.py", *listing} == touched(stale.stdout)
    assert 2 == len(re.findall(r'^[-+]"p-image-edit": \{', stale.stdout, re.MULTILINE)), "one line of the catalogue"


def test_a_new_model_adds_its_module_and_renames_nothing(work: Path) -> None:
    source = work / "specs" / "pixeldojo" / "models" / "p-image-edit.json"
    document = json.loads(source.read_text("utf-8"))
    source.with_name("%50-image-edit.json").write_text(json.dumps({**document, "id": "P-image-edit"}))
    stale = run(work, "pixeldojo", "--check")

    assert 1 == stale.returncode
    listing = {"README.md", "examples/example_p_image_edit_2.py", "src/pixeldojo_sdk/catalogue.json"}
    assert {f"{MODULES}/p_image_edit_2.py", *listing} == touched(stale.stdout)
    assert "names.json is stale" in only_line(stale.stderr)


def test_a_generated_file_that_was_edited_is_stale_and_is_restored(work: Path) -> None:
    path = work / "generated" / "pixeldojo-sdk" / MODULES / "boogu_image_edit.py"
    right = path.read_text("utf-8")
    path.write_text(right + "\n# by hand\n", "utf-8")
    stale = run(work, "pixeldojo", "--check")

    assert (1, {f"{MODULES}/boogu_image_edit.py"}) == (stale.returncode, touched(stale.stdout))
    assert "\n-# by hand\n" in stale.stdout
    assert 0 == run(work, "pixeldojo").returncode
    assert right == path.read_text("utf-8")


def test_stale_files_of_ours_are_removed_and_foreign_files_stay(work: Path) -> None:
    folder = work / "generated" / "pixeldojo-sdk"
    ours, theirs = folder / MODULES / "retired.py", folder / MODULES / "mine.py"
    ours.write_text(f"# {HEADER}\n")
    theirs.write_text(f"{'#' * 300}\n# {HEADER}\n")
    stale = run(work, "pixeldojo", "--check")

    assert "0 added, 0 changed, 1 removed" in only_line(stale.stderr)
    assert 0 == run(work, "pixeldojo").returncode
    assert (False, True) == (ours.exists(), theirs.exists())


def test_a_removed_model_leaves_a_module_that_raises_and_its_name_taken(work: Path) -> None:
    (work / "specs" / "pixeldojo" / "models" / "p-image-edit.json").unlink()

    assert 0 == run(work, "pixeldojo").returncode
    left = (work / "generated" / "pixeldojo-sdk" / MODULES / "p_image_edit.py").read_text()
    assert left.endswith('\nraise ModelRetired("p-image-edit", since="0.1.0")\n')
    names = json.loads((work / "specs" / "pixeldojo" / "names.json").read_text())["models"]
    assert "0.1.0" == names["p-image-edit"]["retired"]
    assert 0 == run(work, "pixeldojo", "--check").returncode


def test_history_and_version_are_kept(work: Path) -> None:
    folder = work / "generated" / "pixeldojo-sdk"
    (folder / "CHANGELOG.md").write_text("# History\n")
    project = folder / "pyproject.toml"
    project.write_text(project.read_text().replace('version = "0.1.0"', 'version = "3.4.5"'))

    assert 0 == run(work, "pixeldojo").returncode
    assert "# History\n" == (folder / "CHANGELOG.md").read_text()
    assert 'version = "3.4.5"' in project.read_text()
    assert 'version="3.4.5"' in (folder / "src" / "pixeldojo_sdk" / "_profile.py").read_text()


def test_chosen_models_alone_are_generated(work: Path) -> None:
    done = run(work, "pixeldojo", "--models", "p-image-edit, boogu-image-edit", "--out", "elsewhere")
    modules = {path.name for path in (work / "elsewhere" / "pixeldojo-sdk" / MODULES).iterdir()}
    catalogue = json.loads((work / "elsewhere" / "pixeldojo-sdk" / "src/pixeldojo_sdk/catalogue.json").read_text())

    assert 0 == done.returncode
    assert {"__init__.py", "boogu_image_edit.py", "p_image_edit.py"} == modules
    assert {"boogu-image-edit", "p-image-edit"} == set(catalogue["models"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "no such provider (specs/nowhere/provider.toml); schemaloom init"),
        (["pixeldojo", "--models", "x,p-image-edit"], "no such model: x (pixeldojo)"),
        (["pixeldojo", "--models", ", "], "--models names no model"),
        (["pixeldojo", "--specs", "elsewhere"], "no such provider (elsewhere/pixeldojo/provider.toml)"),
    ],
)
def test_a_wrong_argument_is_one_line_and_exit_2(made: Path, arguments: list[str], words: str) -> None:
    done = run(made, *arguments)

    assert 2 == done.returncode
    assert words in only_line(done.stderr)
    assert "" == done.stdout


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("names.json", '{"models": {"p-image-edit": {"module": "../x"}}}', "names.json#/models/p-image-edit"),
        ("lock.json", "[]", "specs/pixeldojo/lock.json"),
    ],
)
def test_broken_specs_are_one_line_with_file_and_place_and_exit_3(
    work: Path, path: str, content: str, words: str
) -> None:
    (work / "specs" / "pixeldojo" / path).write_text(content)
    before = read_tree(work)
    done = run(work, "pixeldojo")

    assert 3 == done.returncode
    assert words in only_line(done.stderr)
    assert before == read_tree(work)


def test_a_schema_that_cannot_be_read_costs_that_schema_only(work: Path) -> None:
    edit(work, "p-image-edit", lambda document: document.update(input={"type": "array"}))
    done = run(work, "pixeldojo")

    assert 0 == done.returncode
    assert "p-image-edit" in done.stderr
    module = work / "generated" / "pixeldojo-sdk" / MODULES / "p_image_edit.py"
    assert "OpenRequest" in module.read_text("utf-8")


def test_bytes_do_not_depend_on_hash_seed_folder_locale_or_clock(tmp_path: Path) -> None:
    trees: list[dict[str, bytes]] = []
    for seed, zone in (("0", "UTC"), ("1", "Asia/Tokyo"), ("random", "America/New_York")):
        root = tmp_path / seed
        shutil.copytree(SPECS / "pixeldojo", root / "specs" / "pixeldojo")
        (root / "specs" / "pixeldojo" / "names.json").unlink()
        done = start(root, "pixeldojo", PYTHONHASHSEED=seed, TZ=zone, LC_ALL="C", COLUMNS="40")
        assert (0, "") == (done.returncode, done.stderr)
        trees.append({path: content for path, content in read_tree(root).items() if "/_runtime/" not in path})

    assert len(trees[0]) > 2 * len(list((SPECS / "pixeldojo" / "models").iterdir()))
    assert trees[0] == trees[1] == trees[2]
