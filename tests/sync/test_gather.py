"""``[release] every``: changes that break no caller wait for each other, and all others are released at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.sync.catalogue import Models, model, with_properties
from tests.sync.conftest import SMALL
from tests.sync.workspace import DAY, Workspace

from schemaloom.cli.summary import summary
from schemaloom.drift.change import Bump
from schemaloom.files.read import read_tree
from schemaloom.pipeline.next_version import NextVersion
from schemaloom.pipeline.unchanged import Unchanged
from schemaloom.release.package_on_disk import release_day

ADDED = {**SMALL, "gouache": model("gouache")}
PAPER = {**SMALL, "sketch": with_properties(SMALL["sketch"], paper={"type": "string"})}
CUT = {**ADDED, "sketch": with_properties(SMALL["sketch"], size={"enum": ["small"]})}


@pytest.fixture
def weekly(workspace: Workspace) -> Workspace:
    path = workspace.specs / "provider.toml"
    path.write_text(f'{path.read_text()}\n[release]\nevery = "7d"\n')
    workspace.sync_here()
    return workspace


def after(days: int, workspace: Workspace, models: Models, **options: object) -> NextVersion:
    return workspace.next_version(models, today=DAY + timedelta(days), **options)


def rules(made: NextVersion) -> list[str]:
    return [change.rule for change in made.drift.changes]


def test_safe_changes_wait_for_the_week_to_end_and_what_is_taken_back_is_never_released(weekly: Workspace) -> None:
    before = read_tree(weekly.folder)
    waiting = after(1, weekly, ADDED)

    assert (["model.added"], "0.1.0") == (rules(waiting), weekly.version)
    assert before == read_tree(weekly.folder)
    lines = [*summary(waiting.report(), dry_run=False)]
    assert "paintbox: 0 breaking, 0 dangerous, 1 safe, 0 info; paintbox-sdk stays 0.1.0" == lines[0]
    assert "  These changes wait for the release of 2026-02-08; --bump patch releases them now." == lines[1]

    assert isinstance(weekly.sync_here(SMALL, today=DAY + timedelta(2)), Unchanged)
    assert ["input.property.added-optional"] == rules(after(6, weekly, PAPER))
    after(7, weekly, PAPER)
    assert "0.1.1" == weekly.version
    assert "gouache" not in weekly.entry()
    assert DAY + timedelta(7) == release_day(weekly.package)


def test_a_breaking_change_is_released_at_once_with_all_that_waits(weekly: Workspace) -> None:
    after(1, weekly, ADDED)
    after(2, weekly, CUT)

    assert "0.2.0" == weekly.version
    assert "Model `gouache` was added" in weekly.entry()


def test_what_waits_is_released_on_demand(weekly: Workspace) -> None:
    after(1, weekly, ADDED, requested=Bump.PATCH)

    assert "0.1.1" == weekly.version


def test_a_model_that_is_missing_is_counted_while_others_wait(weekly: Workspace) -> None:
    listed = {name: found for name, found in ADDED.items() if name != "mural"}
    after(1, weekly, listed)
    made = after(2, weekly, listed)

    assert ["model.removed", "model.added"] == rules(made)
    assert "0.2.0" == weekly.version


def test_a_change_that_was_believed_stays_believed_while_it_waits(weekly: Workspace) -> None:
    texts = {name: {"type": "string", "description": f"The {name}."} for name in "abc"}
    described, bare = (
        with_properties(SMALL["sketch"], **properties)
        for properties in (texts, {name: {"type": "string"} for name in texts})
    )
    after(7, weekly, {**SMALL, "sketch": described})
    models = {**SMALL, "sketch": bare}
    weekly.sync_here(models, today=DAY + timedelta(8))
    for day in (9, 10, 11):
        made = after(day, weekly, models)
        assert {"input.description.changed"} <= set(rules(made)), day
        assert () == made.fetched.unread, day
