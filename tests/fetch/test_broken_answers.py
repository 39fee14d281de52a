"""A bad answer about one model, or about all: the last good content stays."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pytest
from starlette.requests import Request
from starlette.responses import Response

from schemaloom.errors import GuardTripped, SourceError

from .conftest import LATER, SCHEMA, Api, Folder, reply

BETA = "/api/v1/models/beta/schema"


def deep(levels: int) -> dict[str, object]:
    schema: dict[str, object] = {"type": "string"}
    for _ in range(levels - 1):
        schema = {"type": "array", "items": schema}
    return {"type": "object", "properties": {"deep": {"$ref": "#/deep"}}, "deep": schema}


def always(status: int, body: bytes = b"", **headers: str) -> Callable[[Request], Response]:
    return lambda _: Response(body, status_code=status, headers=headers)


def schema(content: object) -> Callable[[Request], Response]:
    return always(200, json.dumps({"schema": content}).encode())


BAD = {
    "gone": always(404),
    "expired": always(410),
    "refused": always(403),
    "server error": always(500),
    "teapot": always(418),
    "no content": always(204),
    "html": always(200, b"<!doctype html><title>Just a moment</title>"),
    "truncated": always(200, b'{"schema": {"type": "object", "prope'),
    "not UTF-8": always(200, b'{"schema": "\xff\xfe"}'),
    "a list": always(200, b"[1, 2]"),
    "a list as schema": schema([1, 2]),
    "a text as schema": schema("see the documentation"),
    "null as schema": schema(None),
    "no schema": always(200, b"{}"),
    "empty schema": schema({}),
    "schema of a string": schema({"type": "string"}),
    "dangling $ref": schema({"type": "object", "properties": {"a": {"$ref": "#/$defs/Nothing"}}}),
    "remote $ref": schema({"type": "object", "properties": {"a": {"$ref": "https://evil.example/schema.json"}}}),
    "file $ref": schema({"type": "object", "properties": {"a": {"$ref": "file:///etc/passwd"}}}),
    "too deep to read": schema(deep(200)),
    "too deep to store": schema(deep(126)),
    "brackets without end": always(200, b'{"schema": ' + b"[" * 100_000),
    "too large": always(200, b'{"schema": {"type": "object", "title": "' + b"x" * 300_000 + b'"}}'),
    "gzip bomb": always(200, gzip.compress(b" " * 30_000_000), **{"content-encoding": "gzip"}),
    "gzip twice": always(200, gzip.compress(gzip.compress(b"{}")), **{"content-encoding": "gzip, gzip"}),
    "gzip cut short": always(200, gzip.compress(b'{"schema": {}}')[:-9], **{"content-encoding": "gzip"}),
    "not gzip": always(200, b'{"schema": {}}', **{"content-encoding": "gzip"}),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_schema_leaves_the_last_good_one(folder: Folder, api: Api, kind: str) -> None:
    folder.fetch()
    before = folder.files()
    api.schemas["beta"] = None
    api.faults[BETA] = BAD[kind]
    api.items["alpha"]["name"] = "Renamed"  # the others go on

    report = folder.fetch()

    assert [problem.model for problem in report.problems] == ["beta"]
    assert (report.changed, report.removed) == (("alpha",), ())
    assert folder.files()["models/beta.json"] == before["models/beta.json"]

    del api.faults[BETA]
    api.add("beta")
    api.items["alpha"]["name"] = "Alpha"
    assert folder.fetch().problems == ()
    assert folder.files() == before


DANGLING = ("dangling $ref", "remote $ref", "file $ref")


@pytest.mark.parametrize("kind", DANGLING)
def test_a_reference_that_cannot_be_followed_costs_its_place_only(folder: Folder, api: Api, kind: str) -> None:
    api.faults[BETA] = BAD[kind]

    assert folder.fetch().problems == ()
    first = folder.snapshot().by_id()["beta"].input
    assert first is not None
    assert "$ref" in first["properties"]["a"]  # type: ignore[index, call-overload, operator]

    assert folder.fetch().unchanged == ("alpha", "beta", "owner/gamma")
    del api.faults[BETA]
    assert folder.fetch().changed == ("beta",)
    api.faults[BETA] = BAD[kind]
    assert [problem.model for problem in folder.fetch().problems] == ["beta"]
    assert folder.snapshot().by_id()["beta"].input == SCHEMA


@pytest.mark.parametrize("kind", [*(kind for kind in BAD if kind not in DANGLING), "not modified"])
def test_a_new_model_with_a_bad_schema_is_kept_without_one(folder: Folder, api: Api, kind: str) -> None:
    api.schemas["beta"] = None
    api.faults[BETA] = BAD.get(kind, always(304))

    report = folder.fetch()

    assert {problem.model for problem in report.problems} == {"beta"}
    assert folder.snapshot().by_id()["beta"].input is None
    assert folder.snapshot().by_id()["beta"].name == "Beta"


def test_a_number_that_json_does_not_have_costs_its_place_only(folder: Folder, api: Api) -> None:
    body = (
        b'{"schema": {"type": "object", "properties": {"scale": {"type": "number", "default": NaN, "maximum": 1e400}}}}'
    )
    api.faults[BETA] = always(200, body)

    report = folder.fetch()

    assert report.problems == ()
    scale = {"type": "number", "default": "NaN", "maximum": "Infinity"}
    assert folder.snapshot().by_id()["beta"].input == {"type": "object", "properties": {"scale": scale}}


def test_not_modified_is_believed_only_if_it_was_asked_for(folder: Folder, api: Api) -> None:
    api.faults[BETA] = always(304)

    report = folder.fetch()

    assert report.not_modified == 0
    assert "answered 304" in report.problems[0].message


@pytest.mark.parametrize("kind", ["server error", "html", "dangling $ref"])
def test_a_broken_first_place_gives_way_to_the_second_only_for_a_new_model(folder: Folder, api: Api, kind: str) -> None:
    other_words = {"type": "object", "properties": {"text": {"type": "string"}}}
    for model in ("alpha", "beta"):
        api.faults[f"/api/v1/models/{model}"] = lambda request: reply({"requestSchema": other_words}, request)
    api.faults[BETA] = BAD[kind]
    folder.fetch()
    api.faults["/api/v1/models/alpha/schema"] = BAD[kind]

    folder.fetch()

    assert folder.snapshot().by_id()["beta"].input == other_words
    assert folder.snapshot().by_id()["alpha"].input == SCHEMA


@pytest.mark.parametrize(
    "answer",
    [
        always(404),
        always(401),
        always(500),
        always(200, b"<html>"),
        always(200, b'{"models": ['),
        always(200, b'{"models": {}}'),
        always(200, b'{"data": []}'),
        always(200, b'{"models": []}'),
        always(302, location="http://127.0.0.1:9/models"),
    ],
    ids=["404", "401", "500", "html", "truncated", "not a list", "no list", "empty", "redirect"],
)
def test_an_unusable_model_list_ends_the_run_and_writes_nothing(
    folder: Folder, api: Api, answer: Callable[[Request], Response]
) -> None:
    folder.fetch()
    before = folder.files()
    api.faults["/api/v1/models"] = answer
    api.schemas["beta"] = {"type": "object"}

    with pytest.raises(SourceError) as raised:
        folder.fetch(today=LATER)

    assert raised.value.exit_code == 3
    assert folder.files() == before


def test_a_refused_connection_ends_the_run(folder: Folder) -> None:
    with pytest.raises(SourceError, match="no answer"):
        folder.fetch(base_url="http://127.0.0.1:9/api/v1")


def test_a_server_that_dies_on_the_way_ends_the_run(folder: Folder, api: Api) -> None:
    for number in range(12):
        api.add(f"model-{number}")

    class Cut(Response):
        async def __call__(self, scope, receive, send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"99")]})
            await send({"type": "http.response.body", "body": b"{", "more_body": False})

    for model in api.items:
        for path in (f"/api/v1/models/{model}", f"/api/v1/models/{model}/schema"):
            api.faults[path] = lambda _: Cut()

    with pytest.raises(SourceError, match="cannot be reached"):
        folder.fetch()

    assert folder.files().keys() == {"provider.toml"}


@pytest.mark.parametrize("item", [None, 7, "alpha", [], {}, {"apiId": ""}, {"apiId": 7}, {"apiId": "x" * 2000}])
def test_a_malformed_list_item_is_reported_and_removes_nothing(folder: Folder, api: Api, item: object) -> None:
    folder.fetch()
    before = folder.files()
    del api.items["beta"]
    items = [*api.items.values(), item]
    api.faults["/api/v1/models"] = lambda request: reply({"models": items}, request)

    report = folder.fetch()
    again = folder.fetch()

    assert [(problem.model, problem.pointer) for problem in report.problems] == [("", "/models/2"), ("beta", "")]
    assert again.problems == report.problems
    assert {path for path in folder.files() if path.startswith("models/")} == {
        path for path in before if path.startswith("models/")
    }


def test_a_list_with_problems_is_read_again_to_report_them_again(folder: Folder, api: Api) -> None:
    items = [*api.items.values(), {}]
    api.faults["/api/v1/models"] = lambda request: reply({"models": items}, request)

    first, second = folder.fetch(), folder.fetch()

    assert len(first.problems) == 1
    assert second.problems == first.problems


def test_facts_of_the_wrong_type_are_reported_and_not_taken(folder: Folder, api: Api) -> None:
    folder.fetch()
    before = folder.snapshot().models
    api.items["alpha"] |= {
        "name": ["x"],
        "capabilities": [1],
        "creditCost": {"default": "2", "unit": 3, "byResolution": [2]},
    }

    report = folder.fetch()

    assert folder.snapshot().models == before
    assert [problem.pointer for problem in report.problems] == [
        "/capabilities",
        "/creditCost/amount",
        "/creditCost/byResolution",
        "/creditCost/unit",
        "/name",
    ]


def test_an_id_listed_twice_is_reported(folder: Folder, api: Api) -> None:
    twice = [*api.items.values(), api.items["alpha"] | {"name": "Impostor"}]
    api.faults["/api/v1/models"] = lambda request: reply({"models": twice}, request)

    report = folder.fetch()

    assert [problem.model for problem in report.problems] == ["alpha"]
    assert folder.snapshot().by_id()["alpha"].name == "Alpha"


@pytest.mark.parametrize("answer", [always(404), always(500), always(200, b"[]"), always(200, b'{"swagger": "2.0"}')])
def test_a_bad_openapi_document_leaves_the_last_good_one(
    folder: Folder, api: Api, answer: Callable[[Request], Response]
) -> None:
    folder.fetch()
    before = folder.files()
    api.faults["/api/openapi"] = answer

    report = folder.fetch()

    assert [problem.model for problem in report.problems] == [""]
    assert folder.files() == before


class TestMassRemoval:
    @pytest.fixture
    def twenty(self, folder: Folder, api: Api) -> Folder:
        for number in range(17):
            api.add(f"model-{number:02}")
        folder.fetch()
        return folder

    def test_up_to_three_models_may_go(self, twenty: Folder, api: Api) -> None:
        for number in range(3):
            del api.items[f"model-{number:02}"]

        first, second = twenty.fetch(), twenty.fetch()

        assert first.missing == second.removed == ("model-00", "model-01", "model-02")
        assert first.removed == ()
        second.check_guard()

    def test_more_are_kept_loudly_every_time_while_changes_go_through(self, twenty: Folder, api: Api) -> None:
        for number in range(4):
            del api.items[f"model-{number:02}"]
        api.add("new")
        api.items["alpha"]["name"] = "Renamed"

        first, second = twenty.fetch(), twenty.fetch()

        assert (first.added, first.changed, first.removed) == (("new",), ("alpha",), ())
        assert first.withheld == second.withheld == ("model-00", "model-01", "model-02", "model-03")
        assert len(twenty.snapshot().models) == 21
        with pytest.raises(GuardTripped, match="model-03") as raised:
            second.check_guard()
        assert raised.value.exit_code == 3

    def test_a_person_may_allow_them(self, twenty: Folder, api: Api) -> None:
        for number in range(17):
            del api.items[f"model-{number:02}"]

        report = twenty.fetch(allow_removals=True)

        assert len(report.removed) == 17
        report.check_guard()
        assert len(twenty.snapshot().models) == 3

    def test_models_that_come_back_are_as_they_were(self, twenty: Folder, api: Api) -> None:
        before = twenty.files()
        listed = dict(api.items)
        api.items = {"alpha": listed["alpha"]}
        twenty.fetch()
        api.items = listed

        report = twenty.fetch()

        assert (report.withheld, report.problems) == ((), ())
        assert twenty.files() == before
