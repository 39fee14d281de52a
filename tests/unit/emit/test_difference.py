"""What separates a tree in memory from the tree on disk, and how that is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemaloom.errors import SchemaloomError
from schemaloom.files.diff import compare, unified_diff
from schemaloom.files.format_python import format_python
from schemaloom.files.read import read_tree


def ours(_: str, content: bytes) -> bool:
    return content.startswith(b"# ours")


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_added_changed_and_removed_files_are_distinguished_and_foreign_ones_left_out(tmp_path: Path) -> None:
    write(tmp_path, same="1\n", changed="1\n", gone="# ours\n", foreign="theirs\n", __pycache____x="# ours\n")
    difference = compare(read_tree(tmp_path), {"same": b"1\n", "changed": b"2\n", "a/new": b"3\n"}, ours)

    assert (("a/new",), ("changed",), ("gone",)) == (difference.added, difference.changed, difference.removed)
    assert ("a/new", "changed", "gone") == difference.paths
    assert difference


def test_equal_trees_do_not_differ(tmp_path: Path) -> None:
    write(tmp_path, a="1\n")

    assert not compare(read_tree(tmp_path), {"a": b"1\n"}, ours)
    assert not compare(read_tree(tmp_path / "missing"), {}, ours)


def test_links_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, a="1\n")
    (tmp_path / "link").symlink_to(tmp_path / "a")

    assert {"a": b"1\n"} == read_tree(tmp_path)


def test_a_diff_reads_as_git_writes_it(tmp_path: Path) -> None:
    write(tmp_path, changed="1\n2\n", gone="# ours\n", ragged="x")
    files = {"changed": b"1\n3\n", "new": b"n\n", "ragged": b"y"}
    difference = compare(read_tree(tmp_path), files, ours)

    assert unified_diff(tmp_path, files, difference, label="sdk") == (
        "--- a/sdk/changed\n+++ b/sdk/changed\n@@ -1,2 +1,2 @@\n 1\n-2\n+3\n"
        "--- a/sdk/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-# ours\n"
        "--- /dev/null\n+++ b/sdk/new\n@@ -0,0 +1 @@\n+n\n"
        "--- a/sdk/ragged\n+++ b/sdk/ragged\n@@ -1 +1 @@\n"
        "-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n"
    )


def test_formatting_touches_python_only_and_ignores_any_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ruff.toml").write_text("line-length = 20\n[format]\nquote-style = 'single'\n")
    monkeypatch.chdir(tmp_path)
    files = {"a/b.py": b"x = {'a':1,  'b': 2, 'c': 3}\n", "c.md": b"x  =  1\n", "py.typed": b""}
    done = format_python(files)

    assert {**files, "a/b.py": b'x = {"a": 1, "b": 2, "c": 3}\n'} == done
    assert done == format_python(done)
    assert {"c.md": b"x  =  1\n"} == format_python({"c.md": b"x  =  1\n"})


def test_python_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(SchemaloomError, match=r"ruff refused the generated code: .*a/b\.py"):
        format_python({"a/b.py": b"x = (\n", "c.py": b"x = 1\n"})
