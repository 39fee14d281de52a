"""What looks like a fault of the source is not believed at the first look, or only with a flag."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from schemaloom.errors import GuardTripped, SourceError

from .conftest import SCHEMA, Api, Folder

NAMES = ("prompt", "seed", "size", "style", "steps", "strength")
RICH: dict[str, Any] = {
    "type": "object",
    "properties": {name: {"type": "string", "description": f"The {name}."} for name in NAMES},
}


def changed(**properties: Any) -> dict[str, Any]:
    return {**RICH, "properties": properties}


WITHDRAWN: dict[str, Callable[[], Response]] = {
    "404": lambda: Response(status_code=404),
    "an error with status 200": lambda: JSONResponse({"error": "not available"}),
    "null": lambda: JSONResponse({"schema": None}),
    "an object that names nothing": lambda: JSONResponse({"schema": {"type": "object"}}),
}


@pytest.mark.parametrize("answer", WITHDRAWN)
def test_schemas_that_are_all_withdrawn_are_an_unhealthy_source_each_time(
    folder: Folder, api: Api, answer: str
) -> None:
    folder.fetch()
    before = folder.files()
    for model in api.items:
        path = f"/api/v1/models/{model}/schema"
        api.faults[path] = lambda _: WITHDRAWN[answer]()

    for _ in range(3):
        with pytest.raises(SourceError, match="3 of 3 models could not be read"):
            folder.fetch()
    assert folder.files() == before


def test_one_withdrawn_schema_is_a_warning_and_kept(folder: Folder, api: Api) -> None:
    folder.fetch()
    before = folder.snapshot().by_id()["beta"]
    api.schemas["beta"] = None

    report = folder.fetch()

    assert report.unread == ("beta",)
    assert "its schema is not published; the last good schema is kept" in str(report.problems[0])
    assert folder.snapshot().by_id()["beta"] == before


IMPLAUSIBLE: dict[str, dict[str, Any]] = {
    "all parameters gone": changed(),
    "most parameters gone": changed(prompt=RICH["properties"]["prompt"], seed=RICH["properties"]["seed"]),
    "every description gone": changed(**{name: {"type": "string"} for name in NAMES}),
    "every parameter replaced": changed(**{f"new_{name}": schema for name, schema in RICH["properties"].items()}),
    "every type changed": changed(**{name: {"type": "array", "description": "x"} for name in NAMES}),
    "every type changed that is stated": changed(
        **{name: {"description": "x"} | ({"type": "array"} if name != "seed" else {}) for name in NAMES}
    ),
}


class TestImplausibleSchemas:
    """An implausible change of one model waits for a second look."""

    @pytest.mark.parametrize("change", IMPLAUSIBLE)
    def test_it_is_believed_at_the_second_look(self, folder: Folder, api: Api, change: str) -> None:
        api.add("beta", RICH)
        folder.fetch()
        api.add("beta", IMPLAUSIBLE[change])

        first = folder.fetch()
        held = folder.lock()["held"]
        second = folder.fetch()

        assert (first.changed, first.unread, held) == ((), ("beta",), ["beta"])
        assert "believed if the next look finds it too; the last good schema is kept" in str(first.problems[0])
        assert (second.changed, second.problems) == (("beta",), ())
        assert folder.snapshot().by_id()["beta"].input == IMPLAUSIBLE[change]
        assert "held" not in folder.lock()

    @pytest.mark.parametrize("root", [
        {"$ref": "#/$defs/Input", "$defs": {"Input": RICH}},
        {"allOf": [{"type": "object"}, {"anyOf": [RICH, {"type": "object"}]}]},
    ], ids=["$ref", "allOf"])  # fmt: skip
    def test_parameters_are_found_below_the_root(self, folder: Folder, api: Api, root: dict[str, Any]) -> None:
        api.add("beta", root)
        folder.fetch()
        api.add("beta", json.loads(json.dumps(root).replace('"properties"', '"patternProperties"')))

        assert (folder.fetch().changed, folder.fetch().changed) == ((), ("beta",))

    def test_a_result_that_loses_its_properties_waits_too(self, folder: Folder, api: Api) -> None:
        api.results["beta"] = RICH
        folder.fetch()
        api.results["beta"] = {"type": "object"}

        assert (folder.fetch().changed, folder.fetch().changed) == ((), ("beta",))

    def test_one_that_was_wrong_for_one_fetch_leaves_no_trace(self, folder: Folder, api: Api) -> None:
        api.add("beta", RICH)
        folder.fetch()
        before = folder.files()
        api.add("beta", changed())
        folder.fetch()
        api.add("beta", RICH)
        folder.fetch()
        assert folder.files() == before
        api.add("beta", changed())

        assert folder.fetch().changed == (), "and the count begins anew"

    def test_a_change_that_keeps_half_of_the_parameters_is_applied_at_once(self, folder: Folder, api: Api) -> None:
        api.add("beta", RICH)
        folder.fetch()
        api.add("beta", changed(**{name: RICH["properties"][name] for name in NAMES[:3]}))

        assert folder.fetch().changed == ("beta",)

    def test_a_person_may_accept_it(self, folder: Folder, api: Api) -> None:
        api.add("beta", RICH)
        folder.fetch()
        api.add("beta", changed())

        assert folder.fetch(allow_removals=True).changed == ("beta",)


class TestAdditions:
    """A catalogue does not double overnight."""

    def test_too_many_are_not_added_and_the_way_back_is_open(self, folder: Folder, api: Api) -> None:
        folder.fetch()
        known = dict(api.items)
        for number in range(60):
            api.add(f"new-{number:02}")

        report = folder.fetch()

        assert (len(report.held_back), report.added) == (60, ())
        with pytest.raises(GuardTripped, match=r"60 new models at once \(guard: 50\); not added: new-00, "):
            report.check_guard()
        api.items = known
        back = folder.fetch()
        assert (back.removed, back.missing, back.held_back) == ((), (), ())

    def test_allow_additions_adds_them(self, folder: Folder, api: Api) -> None:
        folder.fetch()
        for number in range(60):
            api.add(f"new-{number:02}")

        assert len(folder.fetch(allow_additions=True).added) == 60

    def test_an_id_in_another_case_is_not_another_model(self, folder: Folder, api: Api) -> None:
        folder.fetch()
        for model in list(api.items):
            api.add(model.upper())

        report = folder.fetch()

        assert (report.added, len(report.problems)) == ((), 3)
        assert "differs from that of a listed model in case alone" in report.problems[0].message
        for model in [model for model in api.items if model.isupper()]:
            del api.items[model]
        assert (folder.fetch().removed, folder.fetch().missing) == ((), ())


def test_an_emptied_openapi_document_waits_for_a_second_look(folder: Folder, api: Api) -> None:
    whole = {"openapi": "3.1.0", "info": {"title": "Acme", "version": "1"}, "paths": {"/models": {"get": {}}}}
    api.openapi = whole
    folder.fetch()
    api.openapi = {**whole, "paths": {}}

    first = folder.fetch()
    kept = folder.snapshot().openapi
    folder.fetch()

    assert "most operations are gone" in first.problems[0].message
    assert (kept, folder.snapshot().openapi) == (whole, api.openapi)


def test_a_schema_that_names_nothing_is_no_schema(folder: Folder, api: Api) -> None:
    api.add("beta", {"type": "object", "title": "Input"})

    report = folder.fetch()

    assert "the schema names no parameter; the model has no schema" in str(report.problems[0])
    assert folder.snapshot().by_id()["beta"].input is None
    assert SCHEMA == folder.snapshot().by_id()["alpha"].input
