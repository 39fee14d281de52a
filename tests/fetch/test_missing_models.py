"""A model that is not listed once has not gone: most of them are back in the next list."""

from __future__ import annotations

import json
from datetime import timedelta

from .conftest import DAY, LATER, Api, Folder


def test_one_list_without_a_model_leaves_a_note_and_the_next_one_removes_it(folder: Folder, api: Api) -> None:
    folder.fetch()
    del api.items["beta"]

    first = folder.fetch()
    noted = folder.lock()
    second = folder.fetch(today=LATER)

    assert (first.missing, first.removed, first.changed) == (("beta",), (), ())
    assert "no longer listed; kept" in first.problems[0].message
    assert noted["missing"] == {"beta": DAY.isoformat()}
    assert (second.missing, second.removed) == ((), ("beta",))
    assert "missing" not in folder.lock()


def test_a_model_is_removed_after_the_days_of_the_settings(folder: Folder, api: Api) -> None:
    folder.configure(**{"removal_days = 0": "removal_days = 3"})
    folder.fetch()
    del api.items["beta"]

    found = [folder.fetch(today=DAY + timedelta(days)) for days in (0, 1, 2, 3)]

    assert [report.missing for report in found] == [("beta",)] * 3 + [()]
    assert found[3].removed == ("beta",)


def test_a_clock_that_goes_back_removes_nothing(folder: Folder, api: Api) -> None:
    folder.fetch(today=LATER)
    del api.items["beta"]
    folder.fetch(today=LATER)

    assert folder.fetch(today=DAY).missing == ("beta",)


def test_a_model_that_no_package_has_needs_no_second_list(folder: Folder, api: Api) -> None:
    folder.fetch()
    (folder.path / "names.json").write_text(json.dumps({"models": {"alpha": {}, "owner/gamma": {}}}))
    del api.items["beta"]

    assert folder.fetch().removed == ("beta",)


def test_a_model_that_is_back_leaves_no_trace(folder: Folder, api: Api) -> None:
    folder.fetch()
    before = folder.files()
    item = api.items.pop("beta")
    folder.fetch()
    api.items["beta"] = item
    api.items = dict(sorted(api.items.items()))

    report = folder.fetch(today=LATER)
    del api.items["beta"]

    assert (report.missing, report.removed, report.problems) == ((), (), ())
    assert folder.files() == before
    assert folder.fetch().missing == ("beta",), "and the count begins anew"


def test_the_same_short_list_is_read_again_although_other_models_changed(folder: Folder, api: Api) -> None:
    folder.fetch()
    del api.items["beta"]
    api.items["alpha"]["name"] = "New"

    assert folder.fetch().missing == ("beta",)
    assert folder.fetch().removed == ("beta",)


def test_an_incomplete_list_neither_begins_nor_ends_the_wait(folder: Folder, api: Api) -> None:
    folder.fetch()
    item = api.items.pop("beta")
    api.items["broken"] = {"name": "no id"}
    assert (folder.fetch().missing, folder.fetch().removed) == ((), ())
    del api.items["broken"]
    assert folder.fetch().missing == ("beta",)
    api.items["broken"] = {"name": "no id"}
    assert folder.fetch().removed == ()
    assert folder.lock()["missing"] == {"beta": DAY.isoformat()}
    api.items = {**api.items, "beta": item}
    folder.fetch()
    assert "missing" not in folder.lock()


def test_allow_removals_removes_it_at_once(folder: Folder, api: Api) -> None:
    folder.fetch()
    del api.items["beta"]

    assert folder.fetch(allow_removals=True).removed == ("beta",)


def test_a_model_under_its_confirmed_new_id_is_not_missing(folder: Folder, api: Api) -> None:
    folder.fetch()
    del api.items["beta"]
    (folder.path / "renames.toml").write_text('[models]\nbeta = "delta"\n')
    assert folder.fetch().missing == ("beta",), "the new id is not listed"
    api.items["beta"] = {"apiId": "beta", "name": "Beta"}
    folder.fetch()
    del api.items["beta"]
    api.add("delta")

    report = folder.fetch()

    assert (report.added, report.removed, report.missing) == (("delta",), ("beta",), ())
