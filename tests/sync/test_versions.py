"""Which version comes next, and what makes it so."""

from __future__ import annotations

import itertools
import json
import tomllib
from datetime import timedelta

import pytest
from tests.sync.catalogue import model, with_properties
from tests.sync.conftest import SMALL
from tests.sync.workspace import DAY, Workspace

from schemaloom.cli.summary import summary
from schemaloom.drift.change import Bump
from schemaloom.errors import UsageError
from schemaloom.pipeline.drift import all_rules
from schemaloom.pipeline.fetch import fetch
from schemaloom.release.version import Version, part_to_raise, says_it_breaks

ADDED = {**SMALL, "gouache": model("gouache")}
CUT = {**SMALL, "sketch": with_properties(SMALL["sketch"], size={"enum": ["small"]})}


@pytest.mark.parametrize(("version", "found", "asked", "expected"), [
    ("1.2.3", Bump.MAJOR, Bump.NONE, "2.0.0"),
    ("1.2.3", Bump.MINOR, Bump.NONE, "1.3.0"),
    ("1.2.3", Bump.PATCH, Bump.NONE, "1.2.4"),
    ("1.2.3", Bump.NONE, Bump.NONE, "1.2.3"),
    ("0.2.3", Bump.MAJOR, Bump.NONE, "0.3.0"),
    ("0.2.3", Bump.MINOR, Bump.NONE, "0.2.4"),
    ("0.2.3", Bump.PATCH, Bump.NONE, "0.2.4"),
    ("0.2.3", Bump.PATCH, Bump.MAJOR, "1.0.0"),
    ("0.2.3", Bump.NONE, Bump.MINOR, "0.3.0"),
    ("1.2.3", Bump.MAJOR, Bump.PATCH, "2.0.0"),
    ("9.10.99", Bump.PATCH, Bump.NONE, "9.10.100"),
])  # fmt: skip
def test_the_next_version(version: str, found: Bump, asked: Bump, expected: str) -> None:
    before = Version.parse(version)

    assert expected == str(before.raised(part_to_raise(before, found, asked)))


@pytest.mark.parametrize(("version", "asked"), [
    ("0.2.3", {Bump.MINOR, Bump.MAJOR}),
    ("1.2.3", {Bump.MAJOR}),
])  # fmt: skip
def test_a_number_that_says_so_may_break(version: str, asked: set[Bump]) -> None:
    assert asked == {bump for bump in Bump if says_it_breaks(Version.parse(version), bump)}


@pytest.mark.parametrize("version", [Version(0, 1, 2), Version(3, 0, 7)])
def test_more_can_only_raise(version: Version) -> None:
    for found, asked in itertools.product(Bump, Bump):
        made = version.raised(part_to_raise(version, found, asked))

        assert made >= version.raised(part_to_raise(version, found)) >= version
        assert (made == version) == (found is asked is Bump.NONE)


@pytest.mark.parametrize("text", ["1.2", "1.2.3rc1", "v1.2.3", "1.02.3", "1.2.3\n", "", "1.2.3.4", "-1.2.3", "١.٢.٣"])
def test_no_other_form_is_a_version(text: str) -> None:
    with pytest.raises(ValueError, match="not a version"):
        Version.parse(text)


def test_before_1_0_a_break_raises_the_second_number(workspace: Workspace) -> None:
    workspace.sync_here(CUT)

    assert "0.2.0" == workspace.version


def test_the_version_stands_in_one_place_and_is_copied_from_there(workspace: Workspace) -> None:
    workspace.sync_here(ADDED)

    assert "0.1.1" == tomllib.loads((workspace.package / "pyproject.toml").read_text())["project"]["version"]
    assert 'version="0.1.1"' in (workspace.package / "src" / "paintbox_sdk" / "_profile.py").read_text()
    assert 0 == workspace.run("generate", "paintbox", "--check").returncode


def test_one_raised_by_hand_is_the_one_that_is_raised(workspace: Workspace) -> None:
    path = workspace.package / "pyproject.toml"
    path.write_text(path.read_text().replace('"0.1.0"', '"1.4.0"'))

    assert "1.5.0" == workspace.sync_here(ADDED).generated.version


def test_one_that_is_no_version_is_the_users_mistake(workspace: Workspace) -> None:
    path = workspace.package / "pyproject.toml"
    path.write_text(path.read_text().replace('"0.1.0"', '"1.4"'))

    with pytest.raises(UsageError, match=r"not a version X\.Y\.Z: '1\.4'"):
        workspace.sync_here(ADDED)


def test_a_package_that_comes_out_differently_is_a_patch(workspace: Workspace) -> None:
    path = workspace.package / "README.md"
    path.write_text(path.read_text() + "\nby hand\n")

    made = workspace.sync_here()

    assert ("0.1.1", Bump.PATCH) == (workspace.version, made.report().raised)
    assert "Generated anew by schemaloom" in workspace.entry()


def test_what_was_fetched_apart_from_the_package_is_not_passed_over(workspace: Workspace) -> None:
    """Findings are those between two snapshots; of an older package it is only known that there are some."""
    workspace.server.snapshot = workspace.server.snapshot.__class__(models=(*SMALL.values(), model("gouache")))
    fetch(workspace.specs, today=DAY, environ={}, base_url=workspace.server.base_url, rate=0)

    made = workspace.sync_here()

    assert (Bump.NONE, Bump.MINOR, "0.2.0") == (made.drift.bump, made.report().raised, workspace.version)
    assert "changed by other means" in workspace.entry()
    told = [*summary(made.report(), all_rules(), dry_run=False)]
    assert "  Perhaps breaking: the specs were also changed by other means since the release before." == told[1]
    assert workspace.sync_here().release is None


def test_asking_for_1_0_needs_no_change(workspace: Workspace) -> None:
    workspace.sync_here(asked=Bump.MAJOR)

    assert "1.0.0" == workspace.version
    assert "The version was raised on request." in workspace.entry()


def test_provenance_names_what_the_package_is_made_from_and_no_moment(workspace: Workspace) -> None:
    path = workspace.package / "src" / "paintbox_sdk" / "provenance.json"
    before = json.loads(path.read_bytes())
    workspace.sync_here(today=DAY + timedelta(days=30), asked=Bump.PATCH)
    again = json.loads(path.read_bytes())
    workspace.sync_here(ADDED)
    after = json.loads(path.read_bytes())

    assert {"schema_version", "generator", "snapshot", "templates"} == before.keys()
    assert before == again
    assert {"snapshot"} == {key for key in after if after[key] != before[key]}
