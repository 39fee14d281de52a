"""``schemaloom log`` over real repositories: what happened when, and to which model."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.documented import documented
from tests.drift.report_samples import HOSTILE
from tests.drift.repositories import PROMPT, SEED, Repository, write_snapshot

from schemaloom.cli import main
from schemaloom.errors import UsageError
from schemaloom.git.log import read_head, read_history
from schemaloom.history import open_history
from schemaloom.history.formats.json import SCHEMA
from schemaloom.history.log import Log
from schemaloom.history.log import read_log as log_of

Run = Callable[..., tuple[int, str, str]]
FULL: dict[str, dict[str, Any]] = {"m": {"prompt": PROMPT, "seed": SEED}, "other/one": {"prompt": PROMPT}}
LESS = {**FULL, "m": {"prompt": PROMPT}}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Four commits, of which the third changes nothing that matters."""
    made = Repository(tmp_path / "project")
    folder = write_snapshot(made.root / "specs" / "pixel", FULL)
    made.commit("begin")
    write_snapshot(folder, LESS)
    (made.root / "README.md").write_text("beside it")
    made.commit("lose-seed")
    (folder / "lock.json").write_text("{}")
    made.commit("lock-only")
    write_snapshot(folder, {**LESS, "new": {"prompt": PROMPT}})
    made.commit("add-new")
    return made


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def runs(root: Path, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(root)
        monkeypatch.setattr(sys, "argv", ["schemaloom", "log", *arguments])
        with pytest.raises(SystemExit) as caught:
            main()
        output = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, output.out, output.err

    return runs


def read_log(folder: Path) -> Log:
    return log_of(open_history(folder))


def logged(root: Path) -> list[tuple[str, list[tuple[str, str]]]]:
    """Subject of each entry, newest first, with rule and model of its changes."""
    log = read_log(root / "specs" / "pixel")
    return [(entry.subject, [(change.rule, change.model) for change in entry.report.changes]) for entry in log.entries]


def test_each_commit_that_changed_something_is_an_entry(repository: Repository) -> None:
    assert logged(repository.root) == [
        ("add-new", [("model.added", "new")]),
        ("lose-seed", [("input.property.removed", "m")]),
        ("begin", []),
    ]
    log = read_log(repository.root / "specs" / "pixel")
    assert log.provider == "pixel"
    assert [entry.models for entry in log.entries] == [3, 2, 2]
    assert [entry.first for entry in log.entries] == [False, False, True]
    assert not log.shallow
    (change,) = log.entries[1].report.changes
    assert change.proof == "witness"


def test_models_have_a_history_of_their_own(repository: Repository) -> None:
    known = read_log(repository.root / "specs" / "pixel").by_model()
    assert {model: [entry.subject for entry, _ in changes] for model, changes in known.items()} == {
        "m": ["lose-seed"],
        "new": ["add-new"],
    }


def test_a_merge_is_one_change_as_the_branch_saw_it(repository: Repository) -> None:
    folder = repository.root / "specs" / "pixel"
    repository.git("checkout", "--quiet", "-b", "side", "begin")
    write_snapshot(folder, {**FULL, "one": {}})
    repository.commit("side-1")
    write_snapshot(folder, {**FULL, "one": {}, "two": {}})
    repository.commit("side-2")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "-m", "merge-side", "side")
    assert logged(repository.root)[:2] == [
        ("merge-side", [("model.added", "one"), ("model.added", "two")]),
        ("add-new", [("model.added", "new")]),
    ]


def test_a_folder_that_went_and_came_back(repository: Repository) -> None:
    folder = repository.root / "specs" / "pixel"
    shutil.rmtree(folder)
    repository.commit("gone")
    write_snapshot(folder, FULL)
    repository.commit("back")
    log = read_log(folder)
    assert [(entry.subject, entry.first) for entry in log.entries[:2]] == [("back", True), ("gone", False)]
    assert {change.rule for change in log.entries[1].report.changes} >= {"model.removed"}


def test_changes_of_the_control_plane_belong_to_the_catalogue(repository: Repository) -> None:
    path = repository.root / "specs" / "pixel" / "provider.toml"
    path.write_text(path.read_text().replace("https://example.com/api", "https://api.example.com"))
    repository.commit("moved")
    assert logged(repository.root)[0] == ("moved", [("provider.base-url-changed", "")])


def test_a_snapshot_that_could_not_be_read_does_not_hide_the_others(repository: Repository) -> None:
    folder = repository.root / "specs" / "pixel"
    (folder / "models" / "m.json").write_text("{")
    repository.commit("broken")
    write_snapshot(folder, FULL)
    repository.commit("mended")
    entries = read_log(folder).entries
    found = [[change.rule for change in entry.report.changes if change.model == "m"] for entry in entries[:2]]
    assert found == [["model.unreadable"]] * 2
    assert all("models/m.json" in entry.report.changes[-1].message for entry in entries[:2])


def test_a_link_in_history_is_not_followed(repository: Repository) -> None:
    path = repository.root / "specs" / "pixel" / "models" / "new.json"
    path.unlink()
    path.symlink_to("/etc/passwd")
    repository.commit("link")
    assert logged(repository.root)[0] == ("link", [("model.removed", "new")])


def test_acknowledgements_are_applied_and_their_end_is_no_news(repository: Repository) -> None:
    folder = repository.root / "specs" / "pixel"
    entry = '[[acknowledged]]\nrule = "model.removed"\nmodel = "*"\npointer = ""\nreason = "x"\nexpires = 2999-01-01\n'
    write_snapshot(folder, LESS, acknowledged=entry.encode())
    repository.commit("acknowledge")
    (change,) = read_log(folder).entries[0].report.changes
    assert (change.rule, change.acknowledged) == ("model.removed", True)
    write_snapshot(folder, {**LESS, "x": {}})
    repository.commit("unused")
    assert logged(repository.root)[0] == ("unused", [("model.added", "x")])
    write_snapshot(folder, LESS)
    repository.commit("covered-by-the-file-of-then")
    (change,) = read_log(folder).entries[0].report.changes
    assert (change.rule, change.acknowledged) == ("model.removed", True)


def test_a_shallow_clone_is_reported(repository: Repository, tmp_path: Path, run: Run) -> None:
    clone = tmp_path / "clone"
    command = ["git", "clone", "--quiet", "--depth", "2", f"file://{repository.root}", str(clone)]
    subprocess.run(command, check=True)
    code, out, _ = run(clone, "pixel")
    assert code == 0
    assert "The clone is shallow: older commits are missing; run git fetch --unshallow" in out
    log = read_log(clone / "specs" / "pixel")
    assert [(entry.subject, len(entry.report.changes)) for entry in log.entries] == [("add-new", 1), ("lock-only", 0)]
    assert "shallow" in run(clone, "pixel", "--format", "html")[1]


def test_the_users_settings_and_hooks_do_not_disturb(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting in ("log.showSignature=true", "log.showRoot=false", "color.ui=always", "log.date=relative",
                    "diff.relative=true", "diff.renames=copies", "log.decorate=full"):  # fmt: skip
        repository.git("config", *setting.split("="))
    Repository(tmp_path / "elsewhere").commit("x")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere" / ".git"))
    assert [subject for subject, _ in logged(repository.root)] == ["add-new", "lose-seed", "begin"]
    assert read_log(repository.root / "specs" / "pixel").entries[-1].models == 2


def test_only_changed_files_are_listed(repository: Repository) -> None:
    folder = repository.root / "specs" / "pixel"
    commits = read_history(folder, read_head(folder))
    assert [sorted(commit.changed) for commit in commits] == [
        ["models/m.json", "models/other~one.json", "provider.toml"],
        ["models/m.json"],
        ["lock.json"],
        ["models/new.json"],
    ]


@pytest.mark.parametrize(
    ("place", "words"),
    [("none", "no such folder (none)"), ("plain", "git failed: fatal: not a git repository"),
     ("empty", "there is no history"), ("uncommitted", "was never committed")],
)  # fmt: skip
def test_what_has_no_history_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_snapshot(Path("plain"), FULL)
    Repository(tmp_path / "empty")
    Repository(tmp_path / "other").commit("x")
    write_snapshot(Path("other/specs"), FULL)
    with pytest.raises(UsageError) as caught:
        read_log(Path({"uncommitted": "other/specs"}.get(place, place)))
    assert words in str(caught.value)


def test_text_names_dates_commits_and_models(repository: Repository, run: Run) -> None:
    code, out, err = run(repository.root, "pixel")
    commit = repository.git("rev-parse", "lose-seed")
    day = repository.git("log", "-1", "--format=%cs", "lose-seed")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "pixel: 3 commits, 3 models now"
    assert (
        f"\n{day}  {commit[:12]}  lose-seed\n  breaking   Parameter seed was removed [input.property.removed] in m\n"
        in out
    )
    assert out.endswith(
        f"By model\n  m\n    {day}  breaking   Parameter seed was removed\n"
        f"  new\n    {day}  safe       Model new was added\n"
    )


def test_json_has_every_change_of_every_commit(repository: Repository, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "log.json"
    assert run(repository.root, "pixel", "--format", "json", "--output", str(target)) == (0, "", "")
    content = documented(json.loads(target.read_bytes()), SCHEMA)
    assert (content["schema_version"], content["provider"], content["folder"]) == (1, "pixel", "specs/pixel")
    newest, middle, oldest = content["entries"]
    assert (newest["bump"], middle["bump"], oldest["bump"]) == ("minor", "major", "none")
    assert oldest["first"] is True
    assert middle["commit"] == repository.git("rev-parse", "lose-seed")
    assert middle["counts"]["breaking"] == 1
    assert middle["changes"][0]["witness"]["seed"] == 1


def test_the_page_is_self_contained_and_links_its_parts(repository: Repository, run: Run) -> None:
    code, out, _ = run(repository.root, "pixel", "--format", "html")
    short = repository.git("rev-parse", "--short=12", "lose-seed")
    assert code == 0
    assert f'<li id="c-{short}" class="breaking">' in out
    assert out.count(f'href="#c-{short}"') == 2  # from the chart and from the model's card
    assert "default-src 'none'" in out
    assert not any(text in out for text in ("<script", "http://", "https://", "@import", "url("))


def test_hostile_words_stay_words(tmp_path: Path, run: Run) -> None:
    made = Repository(tmp_path / "project")
    folder = write_snapshot(made.root / "specs" / "pixel", {"m": {}})
    made.git("add", "--all")
    made.git("commit", "--quiet", "-m", ":100644 100644 a b M\x01\x02 <b>x</b> ##[command]")
    write_snapshot(folder, {"m": {}, **{text[:100]: {} for text in HOSTILE}})
    made.git("add", "--all")
    made.git("commit", "--quiet", "-m", "<script>alert(1)</script>")
    code, out, _ = run(made.root, "pixel", "--format", "html")
    assert code == 0
    assert "<script" not in out
    assert "<img" not in out
    assert "<b>x" not in out
    text = run(made.root, "pixel")[1]
    assert "\x1b" not in text
    assert "##[" not in text
    assert len(documented(json.loads(run(made.root, "pixel", "--format", "json")[1]), SCHEMA)["entries"]) == 2
