"""What the job with the right to write does with proposals that were made by hand."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.workflows.github import Hub
from tests.workflows.ours import SCRIPT, rendered

BRANCH = "schemaloom/update/acme"
MODEL = "specs/acme/models/brush.json"
LOCK = "specs/acme/lock.json"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    hub = Hub(tmp_path / "hub")
    seed = tmp_path / "seed"
    hub.git("init", "--quiet", "--initial-branch=main", str(seed), cwd=tmp_path)
    for path, content in {
        MODEL: b"{}\n",
        LOCK: b'{\n  "updated": "2026-01-01"\n}\n',
        "generated/acme-sdk/CHANGELOG.md": b"# Changelog\n",
        "README.md": b"Acme\n",
        SCRIPT: rendered()[SCRIPT],
    }.items():
        (seed / path).parent.mkdir(parents=True, exist_ok=True)
        (seed / path).write_bytes(content)
    hub.push(seed)
    return hub


def propose(hub: Hub, changes: dict[str, str], *, kind: str = "update", provider: str = "acme") -> str:
    """Run the script on one proposal: the new content of some files.  Its output, or that it failed."""
    work = hub.clone("work")
    for path, content in changes.items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_text(content)
    hub.git("add", "--all", cwd=work)
    patch = hub.git("diff", "--cached", "--binary", cwd=work)
    hub.git("reset", "--quiet", "--hard", cwd=work)
    proposal = work / "proposals" / provider
    proposal.mkdir(parents=True)
    (proposal / "change.patch").write_text(patch and f"{patch}\n")
    (proposal / "kind").write_text(f"{kind}\n")
    (proposal / "body.md").write_text(f"what changed: {len(changes)}\n")
    environ = hub.environ | {"GH_TOKEN": "t"}
    done = subprocess.run(
        ["bash", SCRIPT, "proposals"], cwd=work, env=environ, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) == ("::error::" not in done.stdout), done.stderr
    return done.stdout


def dated(day: str, content: str = "{}") -> dict[str, str]:
    """A change that was seen on this day."""
    return {
        MODEL: f"{content}\n",
        LOCK: f'{{\n  "updated": "{day}"\n}}\n',
        "generated/acme-sdk/CHANGELOG.md": f"# Changelog\n\n## [0.2.0] - {day}\n\n- new\n",
    }


def rewrite(hub: Hub, number: int, **facts: Any) -> None:
    """What people do to a pull request on the web."""
    pulls = hub.pulls()
    pulls[number - 1] |= facts
    (hub.folder / "pulls.json").write_text(json.dumps(pulls))


def test_the_day_alone_makes_no_new_proposal(hub: Hub) -> None:
    propose(hub, dated("2026-02-02", '{"a": 1}'))
    before = hub.branches()

    propose(hub, dated("2026-02-03", '{"a": 1}'))
    assert hub.branches() == before

    propose(hub, dated("2026-02-04", '{"a": 2}'))
    assert hub.branches()[BRANCH] != before[BRANCH]
    assert len(hub.pulls()) == 1


def test_a_changed_proposal_has_its_pull_request_described_anew(hub: Hub) -> None:
    propose(hub, {MODEL: '{"a": 1}\n'})
    propose(hub, {MODEL: '{"a": 1}\n', "generated/acme-sdk/pyproject.toml": 'version = "1.2.0"\n'})

    [pull] = hub.pulls()

    assert (pull["title"], pull["body"]) == ("Regenerate acme: 1.2.0", "what changed: 2\n")


def test_a_date_inside_a_model_is_a_change(hub: Hub) -> None:
    propose(hub, {MODEL: '{\n  "default": "2026-02-02"\n}\n'})
    before = hub.branches()

    propose(hub, {MODEL: '{\n  "default": "2026-02-03"\n}\n'})

    assert hub.branches()[BRANCH] != before[BRANCH]


@pytest.mark.parametrize("changes", [{}, {MODEL: '{"a": 2}\n'}], ids=["withdrawn", "changed"])
def test_a_branch_to_which_a_person_added_is_left_alone(hub: Hub, changes: dict[str, str]) -> None:
    propose(hub, {MODEL: '{"a": 1}\n'})
    work = hub.clone("person", BRANCH)
    (work / "generated/acme-sdk/notes.md").write_text("mine\n")
    hub.push(work, BRANCH)
    before, pulls = hub.branches(), hub.pulls()

    output = propose(hub, changes)

    assert "::warning::schemaloom/update/acme has commits of a person" in output
    assert (hub.branches(), [pull["state"] for pull in hub.pulls()]) == (before, [pull["state"] for pull in pulls])


def test_a_proposal_that_a_person_closed_is_made_again_only_when_it_changes(hub: Hub) -> None:
    propose(hub, {MODEL: '{"a": 1}\n'})
    rewrite(hub, 1, state="CLOSED")

    propose(hub, {MODEL: '{"a": 1}\n'})
    assert [pull["state"] for pull in hub.pulls()] == ["CLOSED"]

    propose(hub, {MODEL: '{"a": 2}\n'})
    assert [pull["state"] for pull in hub.pulls()] == ["CLOSED", "OPEN"]


def test_a_pull_request_of_a_fork_from_a_branch_of_that_name_is_not_ours(hub: Hub) -> None:
    foreign = {"number": 1, "state": "OPEN", "branch": BRANCH, "tip": "0" * 40, "title": "mine", "fork": True}
    (hub.folder / "pulls.json").write_text(json.dumps([foreign]))

    propose(hub, {MODEL: '{"a": 1}\n'})

    assert hub.pulls()[0] == foreign
    assert hub.pulls()[1]["branch"] == BRANCH


def test_what_was_pushed_without_a_pull_request_gets_one(hub: Hub) -> None:
    propose(hub, {MODEL: '{"a": 1}\n'})
    (hub.folder / "pulls.json").write_text("[]")

    propose(hub, {MODEL: '{"a": 1}\n'})

    assert [pull["branch"] for pull in hub.pulls()] == [BRANCH]


def test_no_more_of_a_patch_is_taken_than_specs_and_packages(hub: Hub) -> None:
    others = [".github/workflows/evil.yml", "README.md", "specs/other/provider.toml", SCRIPT]

    propose(hub, {MODEL: '{"a": 1}\n', "generated/acme-sdk/a.py": "", **dict.fromkeys(others, "evil\n")})

    changed = hub.git("diff", "--name-only", "main", BRANCH).splitlines()
    assert changed == ["generated/acme-sdk/a.py", MODEL]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kind": "urgent"}, "not a kind of proposal: urgent"),
        ({"provider": "--force"}, "not a provider's name: --force"),
        ({"provider": "A b"}, "not a provider's name: A b"),
    ],
)
def test_a_proposal_that_is_none_is_refused(hub: Hub, given: dict[str, str], message: str) -> None:
    output = propose(hub, {MODEL: '{"a": 1}\n'}, **given)

    assert f"::error::{message}" in output
    assert hub.branches().keys() == {"main"}


def test_a_run_in_which_no_provider_could_be_read_does_nothing(hub: Hub) -> None:
    work = hub.clone("work")
    (work / "proposals").mkdir()
    environ = hub.environ | {"GH_TOKEN": "t"}

    subprocess.run(["bash", SCRIPT, "proposals"], cwd=work, env=environ, check=True)

    assert (hub.branches().keys(), hub.pulls()) == ({"main"}, [])
