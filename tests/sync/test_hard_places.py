"""``sync`` where machines and people make it hard: each place ends in a whole run, or in one line and no change."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.command_line import Done
from tests.sync.catalogue import PROVIDER, model, snapshot, write_provider
from tests.sync.conftest import SMALL
from tests.sync.workspace import DAY, Workspace

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider

MORE = {**SMALL, "gouache": model("gouache")}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workspace]:
    """A synced workspace in a folder with a space, quotes and unicode; the catalogue has a new model since."""
    folder = tmp_path / 'it\'s a "Büro" 画'
    write_provider(folder)
    provider = load_provider(folder / "specs" / PROVIDER / "provider.toml")
    with running_emulator(provider, snapshot(SMALL), Options(rate_limit=0)) as server:
        workspace = Workspace(folder, server)
        workspace.sync_here()
        server.snapshot = snapshot(MORE)
        yield workspace


def crlf(workspace: Workspace) -> None:
    for root in (workspace.specs, workspace.package):
        for path in root.rglob("*"):
            if path.is_file():
                path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def behind_a_link(workspace: Workspace) -> None:
    elsewhere = workspace.folder.with_name("elsewhere")
    workspace.specs.rename(elsewhere)
    workspace.specs.symlink_to(elsewhere)


def dirty(workspace: Workspace) -> None:
    subprocess.run(["git", "init", "-q"], cwd=workspace.folder, check=True)
    (workspace.specs / "note.txt").write_text("mine")
    (workspace.package / "note.txt").write_text("mine")


WHOLE: dict[str, tuple[Callable[[Workspace], object], dict[str, str]]] = {
    "a path with a space, quotes and unicode": (lambda _: None, {}),
    "LANG=C": (lambda _: None, {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"}),
    "a checkout with CRLF": (crlf, {}),
    "specs behind a symbolic link": (behind_a_link, {}),
    "a dirty tree with files of people": (dirty, {}),
}


@pytest.mark.parametrize("hard", WHOLE)
def test_a_run_is_whole(place: Workspace, hard: str) -> None:
    prepare, environment = WHOLE[hard]
    prepare(place)

    run = place.start if environment else place.run  # a locale is chosen where a process begins
    done = run("sync", PROVIDER, "--base-url", place.server.base_url, "--rate", "0", **environment)
    again = run("sync", PROVIDER, "--base-url", place.server.base_url, "--rate", "0", **environment)

    assert (0, 0) == (done.returncode, again.returncode), done.stderr + again.stderr
    assert "2 files added" in done.stdout
    assert "up to date" in again.stdout
    assert "0.1.1" == place.version


def merge_markers(workspace: Workspace) -> None:
    (workspace.specs / "names.json").write_text("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n")


def merge_markers_in_the_changelog(workspace: Workspace) -> None:
    path = workspace.package / "CHANGELOG.md"
    text = path.read_text("utf-8")
    path.write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n", "utf-8")


def no_disk(workspace: Workspace) -> None:
    """A generated folder on a file system without room for it."""
    (workspace.folder / "generated").rename(workspace.folder.with_name("old"))
    (workspace.folder / "generated").symlink_to("/dev/full")


REFUSED: dict[str, tuple[Callable[[Workspace], object], int, str]] = {
    "merge markers in names.json": (merge_markers, 3, "names.json); resolve the conflict"),
    "merge markers in the changelog": (
        merge_markers_in_the_changelog,
        2,
        "the changelog has merge markers",
    ),
    "no folder to write to": (no_disk, 2, "generated"),
}


@pytest.mark.parametrize("hard", REFUSED)
def test_a_run_is_refused_in_one_line_and_changes_nothing(place: Workspace, hard: str) -> None:
    prepare, code, words = REFUSED[hard]
    prepare(place)
    before = {path: path.read_bytes() for path in place.specs.rglob("*") if path.is_file()}

    done = place.sync()

    assert code == done.returncode, done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("error: ")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert before == {path: path.read_bytes() for path in place.specs.rglob("*") if path.is_file()}


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("folder", ["specs", "generated"])
def test_a_folder_that_may_not_be_written_is_refused_in_one_line(place: Workspace, folder: str) -> None:
    """As another user's files are."""
    (place.folder / folder).chmod(0o555)
    before = place.stamps()

    done = place.sync()
    (place.folder / folder).chmod(0o755)

    assert 2 == done.returncode, done.stderr
    assert "cannot replace the folder: Permission denied" in done.stderr
    assert before == place.stamps()


def test_a_clock_a_year_back_changes_no_release(place: Workspace) -> None:
    place.sync_here(today=DAY - timedelta(365))

    assert "0.1.1" == place.version


def test_two_syncs_at_once_make_one_release(place: Workspace) -> None:
    done: list[Done] = []
    command = ("sync", PROVIDER, "--base-url", place.server.base_url, "--rate", "0")
    threads = [threading.Thread(target=lambda: done.append(place.start(*command))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [0] * 4 == [one.returncode for one in done], [one.stderr for one in done]
    assert "0.1.1" == place.version
    assert 1 == sum("2 files added" in one.stdout for one in done)
    assert 3 == sum("up to date" in one.stdout for one in done)


def test_a_report_without_a_folder_is_refused_before_anything_is_written(place: Workspace) -> None:
    before = place.stamps()

    done = place.sync("--report", "missing/report.json")

    assert (2, before) == (done.returncode, place.stamps())
    assert "no such folder" in done.stderr
