"""Reading a side from git's history, without a checkout."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.drift.repositories import PROMPT, SEED, Repository, write_snapshot

from schemaloom.errors import SnapshotError, UsageError
from schemaloom.git import revision as history
from schemaloom.pipeline.spec_files import SpecFiles, read_side


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Tag v1: models a and b, v2: model a changed and b gone; the work tree is at v2."""
    made = Repository(tmp_path / "project")
    folder = made.root / "specs" / "pixel"
    write_snapshot(folder, {"a": {"prompt": PROMPT, "seed": SEED}, "b/c": {"prompt": PROMPT}})
    (folder / "notes.md").write_text("not a part of it")
    made.commit("v1")
    write_snapshot(folder, {"a": {"prompt": PROMPT}})
    made.commit("v2")
    monkeypatch.chdir(made.root)
    return made


def side(text: str, other: str = "specs/pixel") -> SpecFiles:
    return read_side(text, other=other, root=Path())


def test_a_revision_means_the_folder_of_the_other_side(repository: Repository) -> None:
    found = side("git:v1")
    assert sorted(found.files) == ["models/a.json", "models/b~c.json", "provider.toml"]
    assert b'"seed"' in found.files["models/a.json"]
    assert (found.label, found.folder) == ("git:v1", "specs/pixel")


def test_history_and_disk_give_the_same_bytes(repository: Repository) -> None:
    assert side("git:v2").files == side("specs/pixel", "git:v2").files


def test_bytes_are_those_of_the_commit_whatever_they_are(repository: Repository) -> None:
    raw = b'{"a": "\r\n\0\xff\n100644 blob 3\n'
    (repository.root / "specs/pixel/openapi.json").write_bytes(raw)
    repository.commit("v3")
    assert side("git:v3").files["openapi.json"] == raw


def test_a_folder_can_be_named(repository: Repository) -> None:
    expected = side("git:v1").files
    assert side("git:v1:specs/pixel", "elsewhere").files == expected
    assert side("git:v1:specs//pixel/", "elsewhere").files == expected
    assert side("git:v1", "git:v2:specs/pixel").files == expected


def test_a_named_folder_counts_from_the_root_and_with_a_dot_from_here(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.root / "specs")
    assert side("git:v1:specs/pixel").files == side("git:v1:./pixel").files


def test_a_snapshot_may_be_the_whole_repository(tmp_path: Path) -> None:
    made = Repository(tmp_path / "catalogue")
    write_snapshot(made.root, {"a": {}})
    made.commit("v1")
    found = side("git:v1", str(made.root))
    assert (sorted(found.files), found.folder) == (["models/a.json", "provider.toml"], "")


@pytest.mark.parametrize("revision", ["HEAD~1", "v2^", "main~1"])
def test_any_spelling_of_a_commit_will_do(repository: Repository, revision: str) -> None:
    assert side(f"git:{revision}").files == side("git:v1").files


def test_nothing_in_the_work_tree_or_its_index_is_touched(repository: Repository) -> None:
    index = (repository.root / ".git/index").stat()
    (repository.root / "specs/pixel/models/a.json").write_text("edited")
    side("git:v1")
    assert (repository.root / "specs/pixel/models/a.json").read_text() == "edited"
    assert (repository.root / ".git/index").stat().st_mtime_ns == index.st_mtime_ns
    assert not (repository.root / "specs/pixel/models/b~c.json").exists()


def test_the_variables_of_a_hook_do_not_lead_elsewhere(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repository(tmp_path / "other")
    other.commit("v1")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git/index"))
    assert "models/a.json" in side("git:v1").files


@pytest.mark.parametrize(
    ("text", "other", "words"),
    [
        ("git:v9", "specs/pixel", "no such revision: v9"),
        ("git:v1:specs/gone", "specs/pixel", "the revision has no such folder (git:v1:specs/gone"),
        ("git:v1:../..", "specs/pixel", "no such folder (git:v1:../.."),
        ("git:--output=x", "specs/pixel", "not a revision of git"),
        ("git:v1:--help", "specs/pixel", "not a revision of git"),
        ("git:", "specs/pixel", "not a revision of git"),
        ("git:v1:", "specs/pixel", "holds no snapshot"),
        ("git:v1\nv2", "specs/pixel", "not a revision of git"),
        ("git:v1", "git:v2", "which folder at git:v1?"),
        ("git:v1", "specs/none", "no such folder (specs/none)"),
        ("git:v1:specs", "specs/pixel", "holds no snapshot"),
        ("specs", "git:v1", "holds no snapshot"),
        ("specs/none", "git:v1", "no such snapshot folder"),
    ],
)
def test_a_side_that_is_not_there_is_refused(repository: Repository, text: str, other: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        side(text, other)
    assert words in str(caught.value)
    assert not (repository.root / "x").exists()


def test_a_folder_outside_any_repository_is_refused(tmp_path: Path) -> None:
    folder = write_snapshot(tmp_path / "specs", {"a": {}})
    with pytest.raises(UsageError, match="git failed: fatal: not a git repository"):
        side("git:v1", str(folder))


def test_a_symbolic_link_in_history_is_not_followed(repository: Repository) -> None:
    path = repository.root / "specs/pixel/models/z.json"
    path.symlink_to("/etc/passwd")
    repository.commit("v3")
    with pytest.raises(SnapshotError, match=r"not a plain file \(git:v3/models/z.json\)"):
        side("git:v3")


def test_sizes_are_bounded_before_anything_is_read(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_BYTES", 10)
    for text in ("git:v1", "specs/pixel"):
        with pytest.raises(SnapshotError, match="larger than"):
            side(text)


def test_a_file_that_cannot_be_read_is_named(repository: Repository) -> None:
    (repository.root / "specs/pixel/models/z.json").symlink_to("nowhere")
    with pytest.raises(SnapshotError, match=r"cannot be read: No such file or directory \(.*models/z\.json\)"):
        side("specs/pixel")
