"""``schemaloom show``, ``log PROVIDER MODEL`` and `schemaloom.history`, judged by git itself."""

from __future__ import annotations

import json
import random
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.drift.repositories import PROMPT, SEED, Repository, write_snapshot
from tests.history.conftest import Run
from tests.history.year import FIRST_DAY, NAME

from schemaloom.errors import UsageError
from schemaloom.history import History, open_history
from schemaloom.history.changes import entries_of_all
from schemaloom.history.index import read_index
from schemaloom.snapshot.file_names import file_name


def git(root: Path, *arguments: str) -> bytes | None:
    """Output of git; None if it fails."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def git_show(root: Path, model: str, day: str) -> bytes | None:
    """The model's file in the last commit of a day or before it, as git finds it."""
    found = git(root, "rev-list", "-1", "--first-parent", f"--before={day}T23:59:59Z", "HEAD")
    assert found is not None
    return git(root, "show", f"{found.decode().strip()}:specs/{NAME}/models/{file_name(model)}")


def test_show_at_a_date_is_what_git_shows(half_year: Path, schemaloom: Run) -> None:
    rng = random.Random(3)
    models = open_history(half_year / "specs" / NAME).models()
    gone = 0
    for _ in range(100):
        model, day = rng.choice(models), f"{FIRST_DAY + timedelta(days=rng.randrange(180)):%Y-%m-%d}"
        code, out, err = schemaloom(half_year, "show", NAME, model, "--at", day, "--json")
        wanted = git_show(half_year, model, day)
        assert (code, out.encode()) == ((0, wanted) if wanted is not None else (2, b"")), (model, day)
        gone += wanted is None
        assert wanted is not None or f"there was no {model} at {day}" in err
    assert gone < 20


def test_show_takes_revisions_and_moments(half_year: Path) -> None:
    history = open_history(half_year / "specs" / NAME)
    model = history.model(history.models()[7])
    path = f"specs/{NAME}/{model.path}"
    for revision in ("HEAD", "HEAD~30", "main~150"):
        assert model.read(revision) == git(half_year, "show", f"{revision}:{path}")
    first = f"{FIRST_DAY:%Y-%m-%d}"
    assert model.read(f"{first}T05:37+01:00") == model.read(first) is not None
    with pytest.raises(UsageError, match=f"the history begins on {first}"):
        model.read(f"{first}T04:36Z")


@pytest.mark.parametrize(("at", "words"), [
    ("2025-02-30", "no such date: 2025-02-30"),
    ("yesterday", "no such revision: yesterday"),
    ("--all", "not a revision of git"),
])  # fmt: skip
def test_what_is_no_date_and_no_revision_is_refused(half_year: Path, schemaloom: Run, at: str, words: str) -> None:
    model = open_history(half_year / "specs" / NAME).models()[0]

    code, out, err = schemaloom(half_year, "show", NAME, model, f"--at={at}")

    assert (code, out) == (2, "")
    assert words in err
    assert "YYYY-MM-DD" in err


def test_the_changes_of_one_model_are_those_of_the_whole_log(half_year: Path) -> None:
    history = open_history(half_year / "specs" / NAME)
    whole: dict[str, list[tuple[str, Any]]] = {}
    for entry in history.entries:
        for change in entry.report.changes:
            whole.setdefault(change.model, []).append((entry.commit, change))
    assert sum(map(len, whole.values())) > 300

    for model in history.models():
        own = [(entry.commit, change) for entry in history.model(model).entries() for change in entry.report.changes]
        assert own == whole.get(model, []), model


def test_a_cached_history_is_the_one_that_is_computed(half_year: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, packages = half_year / "specs" / NAME, half_year / "generated"
    first, second = read_index(folder, packages), read_index(folder, packages)
    found, again = entries_of_all(first), entries_of_all(second)
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", "")

    assert first == second == read_index(folder, packages)
    assert found == again == entries_of_all(first)


@pytest.fixture
def project(tmp_path: Path) -> Repository:
    """Five days of a catalogue with package versions; a parameter is gone for one of them."""
    made = Repository(tmp_path / "project")
    folder, package = made.root / "specs" / "pixel", made.root / "generated" / "pixel-sdk" / "pyproject.toml"
    package.parent.mkdir(parents=True)
    with_seed = {"m": {"prompt": PROMPT, "seed": SEED}}
    for day, (models, version) in enumerate([
        (with_seed, "0.16.0"),
        ({"m": {"prompt": PROMPT}}, "0.17.0"),
        (with_seed, "0.17.0"),
        ({**with_seed, "n": {"seed": SEED}}, "0.18.0"),
        ({"m": {"prompt": PROMPT, "seed": {**SEED, "maximum": 9}}}, "0.18.0"),
    ]):  # fmt: skip
        write_snapshot(folder, models)
        package.write_text(f'[project]\nversion = "{version}"\n')
        commit_on(made, f"day-{day}", f"2026-02-0{day + 1}T04:00:00Z")
    return made


def commit_on(made: Repository, tag: str, date: str) -> None:
    made.git("add", "--all")
    made.git("-c", "user.name=a", "commit", "--quiet", "-m", tag, "--date", date)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_COMMITTER_DATE", date)
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--amend", "--no-edit"],
            cwd=made.root, check=True,
        )  # fmt: skip
    made.git("tag", tag)


def history_of(made: Repository) -> History:
    return open_history(made.root / "specs" / "pixel")


def test_each_change_names_the_version_that_was_released_with_it(project: Repository) -> None:
    commits = history_of(project).commits

    # What came back on the third day was first released a day later.
    assert [commit.version for commit in commits] == ["0.16.0", "0.17.0", "0.18.0", "0.18.0", ""]
    entries = history_of(project).entries
    assert [entry.version_before for entry in entries] == ["", "0.16.0", "0.17.0", "0.17.0", "0.18.0"]
    own = history_of(project).model("m").entries()
    assert [entry.version_before for entry in own] == ["", "0.16.0", "0.17.0", "0.18.0"]


def test_what_came_back_is_marked(project: Repository, schemaloom: Run) -> None:
    code, out, err = schemaloom(project.root, "log", "pixel", "m", "--pointer", "seed")

    assert (code, err) == (0, "")
    lines = [line.strip() for line in out.splitlines() if "Parameter" in line]
    assert lines == [
        "breaking   Parameter seed: maximum set to 9 [input.bound.set]",
        "safe       Parameter seed was added [input.property.added-optional]; removed 1 day before (2026-02-02)",
        "breaking   Parameter seed was removed [input.property.removed]; came back 1 day later (2026-02-03)",
    ]
    assert "0.16.0 → 0.17.0  day-1" in out
    content = json.loads(schemaloom(project.root, "log", "pixel", "m", "--format", "json")[1])
    back, gone = content["entries"][1], content["entries"][2]
    assert [*gone["reversed_by"].values()] == [back["commit"]]
    assert [*back["reverses"].values()] == [gone["commit"]]


@pytest.mark.parametrize(("since", "subjects"), [
    ("2026-02-03", ["day-4", "day-3", "day-2"]),
    ("2026-02-05", ["day-4"]),
    ("2026-02-06", []),
])  # fmt: skip
def test_since_counts_from_the_beginning_of_a_day(
    project: Repository, schemaloom: Run, since: str, subjects: list[str]
) -> None:
    content = json.loads(schemaloom(project.root, "log", "pixel", "--since", since, "--format", "json")[1])

    assert [entry["subject"] for entry in content["entries"]] == subjects


def test_a_parameter_is_there_since_it_last_came(project: Repository, schemaloom: Run) -> None:
    since = history_of(project).model("m").parameters()

    assert {name: commit.subject for name, commit in since.items()} == {"prompt": "day-0", "seed": "day-2"}
    out = schemaloom(project.root, "show", "pixel", "m")[1]
    assert "seed       integer           2026-02-03 0.18.0  at most 9\n" in out
    assert {**history_of(project).model("m").parameters("day-1")}.keys() == {"prompt"}


def test_one_parameter_is_shown_with_what_happened_to_it(project: Repository, schemaloom: Run) -> None:
    code, out, _ = schemaloom(project.root, "show", "pixel", "m", "seed", "--at", "2026-02-03")

    assert code == 0
    assert out.startswith('{\n  "type": "integer"\n}\n2026-02-03  ')
    assert [line[:10] for line in out.splitlines()[3:]] == ["2026-02-03", "2026-02-02", "2026-02-01"]
    assert schemaloom(project.root, "show", "pixel", "m", "/input/properties/seed/maximum", "--json")[1] == "9\n"
    code, _, err = schemaloom(project.root, "show", "pixel", "m", "sed")
    assert code == 2
    assert "m has no /input/properties/sed" in err


def test_a_removed_model_is_refused_and_still_shown_as_it_was(project: Repository, schemaloom: Run) -> None:
    code, _, err = schemaloom(project.root, "show", "pixel", "n")

    assert (code, "n is no longer there" in err) == (2, True)
    assert "n: n" in schemaloom(project.root, "show", "pixel", "n", "--at", "day-3")[1]
    code, _, err = schemaloom(project.root, "show", "pixel", "nn")
    assert (code, "no such model: nn" in err) == (2, True)


def test_the_index_is_rebuilt_when_the_branch_moves(project: Repository) -> None:
    folder = project.root / "specs" / "pixel"
    before = history_of(project).commits
    write_snapshot(folder, {"new": {}})
    project.commit("new")
    assert [commit.subject for commit in history_of(project).commits] == [*(c.subject for c in before), "new"]

    project.git("reset", "--quiet", "--hard", "day-1")

    assert history_of(project).commits[:2] == history_of(project).commits
    assert len(history_of(project).commits) == 2


def test_a_removed_model_names_its_likely_successor_in_its_own_log_too(project: Repository) -> None:
    parameters = {"prompt": PROMPT, "seed": {**SEED, "maximum": 9}}
    for model in ("grand-canvas-video-pro", "grand-canvas-video-pro-2"):
        write_snapshot(project.root / "specs" / "pixel", {model: parameters})
        project.commit(model)

    (_, change), *_ = history_of(project).model("grand-canvas-video-pro").changes()

    assert "renamed? -> grand-canvas-video-pro-2" in change.message
    assert change in history_of(project).entries[-1].report.changes


def test_a_renamed_model_keeps_the_history_of_its_former_id(project: Repository) -> None:
    folder = project.root / "specs" / "pixel"
    write_snapshot(folder, {"now": {"prompt": PROMPT}}, renames=b'[models]\nm = "now"\n')
    project.commit("rename")

    changes = history_of(project).model("now").changes()

    assert [change.rule for _, change in changes][-2:] == ["input.property.added-optional", "input.property.removed"]
    assert "model.renamed" in {change.rule for _, change in changes}


def test_a_parameter_is_there_since_before_its_model_was_renamed(project: Repository, schemaloom: Run) -> None:
    folder = project.root / "specs" / "pixel"
    parameters = {"prompt": PROMPT, "seed": {**SEED, "maximum": 9}, "steps": SEED}
    write_snapshot(folder, {"now": parameters}, renames=b'[models]\nm = "then"\nthen = "now"\n')
    project.commit("rename")

    since = history_of(project).model("now").parameters()

    assert {name: commit.subject for name, commit in since.items()} == {
        "prompt": "day-0", "seed": "day-2", "steps": "rename",
    }  # fmt: skip
    out = schemaloom(project.root, "show", "pixel", "now", "prompt")[1]
    assert out.splitlines()[-1].startswith("2026-02-01")
    assert schemaloom(project.root, "show", "pixel", "m", "--at", "day-4", "--json")[0] == 0
