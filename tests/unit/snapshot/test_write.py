"""What replacing a tree touches, and what it refuses."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from schemaloom.errors import UsageError
from schemaloom.files import atomic_tree as write
from schemaloom.files.atomic_tree import Tree, replace_tree, replace_trees


def is_json(path: str) -> bool:
    return path.endswith(".json")


@pytest.fixture(params=["exchange", "renames"], autouse=True)
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "renames":
        monkeypatch.setattr(write, "exchange", lambda one, other: False)


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    assert replace_tree(tmp_path / "x" / "y", {"a/b.json": b"1"}, is_json) is True

    assert content(tmp_path / "x") == {"y/a/b.json": b"1"}


def test_owned_files_are_pruned_with_the_folders_they_leave_empty_and_others_stay(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_tree(folder, {"old/a.json": b"1", "b.json": b"2"}, is_json)
    (folder / "notes.txt").write_bytes(b"mine")
    (folder / "empty").mkdir()
    (folder / "link").symlink_to("nowhere")

    replace_tree(folder, {"b.json": b"3"}, is_json)

    assert sorted(path.name for path in folder.iterdir()) == ["b.json", "empty", "link", "notes.txt"]
    assert (folder / "b.json").read_bytes() == b"3"
    assert (folder / "link").readlink() == Path("nowhere")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_unchanged_and_foreign_files_are_the_same_files_as_before(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_tree(folder, {"same.json": b"1", "other.json": b"2"}, is_json)
    (folder / "notes.txt").write_bytes(b"mine")
    names = ("same.json", "notes.txt")
    before = [((folder / name).stat().st_ino, (folder / name).stat().st_mtime_ns) for name in names]

    replace_tree(folder, {"same.json": b"1", "other.json": b"3"}, is_json)

    assert [((folder / name).stat().st_ino, (folder / name).stat().st_mtime_ns) for name in names] == before


def test_nothing_is_touched_when_nothing_changed(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_tree(folder, {"a.json": b"1"}, is_json)
    before = folder.stat()

    assert replace_tree(folder, {"a.json": b"1"}, is_json) is False

    assert (folder.stat().st_ino, folder.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_modes_of_files_and_folders_stay(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_tree(folder, {"sub/a.json": b"1", "b.json": b"1"}, is_json)
    (folder / "b.json").chmod(0o640)
    (folder / "sub").chmod(0o750)
    folder.chmod(0o711)

    replace_tree(folder, {"sub/a.json": b"2", "b.json": b"2"}, is_json)

    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "sub", folder / "b.json")]
    assert modes == [0o711, 0o750, 0o640]


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "", ".", "a//b", "./a", "a/"])
def test_a_path_that_is_not_below_the_folder_is_an_error(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="not a path below"):
        replace_tree(tmp_path / "out", {path: b"x"}, is_json)

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_through_a_symbolic_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "models").symlink_to(outside)

    with pytest.raises(UsageError, match="cannot replace"):
        replace_tree(folder, {"models/a.json": b"1"}, is_json)

    assert list(outside.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "outside"]


def test_a_linked_file_is_replaced_and_its_target_left_alone(tmp_path: Path) -> None:
    (tmp_path / "target.json").write_bytes(b"outside")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.json").symlink_to(tmp_path / "target.json")

    replace_tree(folder, {"a.json": b"1"}, is_json)

    assert (folder / "a.json").read_bytes() == b"1"
    assert (tmp_path / "target.json").read_bytes() == b"outside"


def test_a_folder_that_is_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")

    replace_tree(tmp_path / "out", {"a.json": b"1"}, is_json)

    assert (tmp_path / "out").is_symlink()
    assert content(tmp_path / "real") == {"a.json": b"1"}


def test_of_several_folders_none_changes_unless_all_can(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    for folder in (good, bad):
        replace_tree(folder, {"a.json": b"1"}, is_json)
    (bad / "b.json").mkdir()
    (bad / "b.json" / "mine").write_bytes(b"")

    with pytest.raises(UsageError):
        replace_trees([Tree(good, {"a.json": b"2"}, is_json), Tree(bad, {"b.json": b"2"}, is_json)])

    assert content(good) == {"a.json": b"1"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad", "good"]


def test_an_interrupt_in_the_middle_leaves_the_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    replace_tree(folder, {"a.json": b"1"}, is_json)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(write, "_swap", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_tree(folder, {"a.json": b"2"}, is_json)

    assert content(tmp_path) == {"out/a.json": b"1"}


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
def test_a_disk_that_takes_a_part_of_a_file_only_leaves_the_old(tmp_path: Path) -> None:
    folder = tmp_path / "specs"
    replace_tree(folder, {"a.json": b"old"}, is_json)
    code = (
        "import resource, sys; from pathlib import Path; from schemaloom.files.atomic_tree import replace_tree\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))  # as a full disk does, it takes the beginning\n"
        "replace_tree(Path(sys.argv[1]), {'a.json': b'x' * 10_000}, lambda _: False)"
    )
    done = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "UsageError: " in done.stderr
    assert {"a.json": b"old"} == content(tmp_path / "specs")
    assert ["specs"] == [path.name for path in tmp_path.iterdir()]


def test_two_writers_take_turns(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    trees = [{f"{writer}-{n}.json": bytes([writer]) for n in range(20)} for writer in range(4)]
    threads = [threading.Thread(target=replace_tree, args=(folder, tree, is_json)) for tree in trees for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert content(folder) in trees
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
