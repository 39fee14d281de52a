"""Schemas that the list and the OpenAPI document carry: they spare requests, and never have the last word."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.pipeline.fetch import fetch
from schemaloom.pipeline.fetch_report import FetchReport
from schemaloom.settings.provider import parse_provider
from schemaloom.snapshot.layout import Snapshot, read_snapshot
from schemaloom.snapshot.model import ModelDocument
from schemaloom.sources.api.catalogue import is_recheck_due

from .conftest import DAY, PROVIDER, QUICK, SCHEMA, Api, Folder

LIST = '{ answer = "list", pointer = "/requestSchema" }'
OPENAPI = '{ answer = "openapi", pointer = "/components/schemas/{id}" }'
PLACES = {"list": LIST, "openapi": OPENAPI}
OTHER = {"type": "object", "properties": {"prompt": {"type": "string"}, "strength": {"type": "number"}}}
NEXT_DAY = next(
    day
    for day in (DAY + dt.timedelta(days=n) for n in range(1, 60))
    if not any(is_recheck_due(model, day) for model in ("alpha", "beta", "owner/gamma"))
)
"""A later day on which none of the models would be looked at anew anyway."""


def carrying(folder: Folder, place: str) -> None:
    folder.configure(**{'volatile = ["/runCount"': f'carried = [{place}]\nvolatile = ["/runCount"'})


def carry(api: Api, place: str, model: str, schema: Any) -> None:
    """Let the list or the OpenAPI document carry this schema of a model."""
    if place == "list":
        api.items[model]["requestSchema"] = schema
        return
    schemas = api.openapi.setdefault("components", {}).setdefault("schemas", {})
    if isinstance(schema, dict) and "$defs" in schema:  # there references count from the top of the document
        schemas |= schema["$defs"]
        rest = {key: part for key, part in schema.items() if key != "$defs"}
        schema = json.loads(json.dumps(rest).replace("#/$defs/", "#/components/schemas/"))
    schemas[model] = schema


def asked(api: Api) -> list[str]:
    """The models whose own places were asked."""
    return sorted(path.removeprefix("/api/v1/models/") for path in api.paths() if path.startswith("/api/v1/models/"))


@pytest.fixture(params=["list", "openapi"])
def place(request: pytest.FixtureRequest, folder: Folder, api: Api) -> str:
    """Where every schema is besides its own place."""
    carrying(folder, PLACES[request.param])
    for model in api.items:
        carry(api, request.param, model, SCHEMA)
    return request.param


def test_what_was_seen_to_agree_and_has_not_changed_is_not_asked_again(folder: Folder, api: Api, place: str) -> None:
    first = folder.fetch()
    before = folder.files()

    second = folder.fetch(today=NEXT_DAY)

    assert (first.requests, second.requests) == (5, 2)
    assert second.unchanged == ("alpha", "beta", "owner/gamma")
    assert folder.files() == before


def test_only_what_is_new_or_carried_differently_is_asked(folder: Folder, api: Api, place: str) -> None:
    folder.fetch()
    api.add("delta")
    carry(api, place, "delta", SCHEMA)
    api.schemas["beta"] = OTHER
    carry(api, place, "beta", OTHER)

    report = folder.fetch(today=NEXT_DAY)

    assert asked(api) == ["beta/schema", "delta/schema"]
    assert (report.added, report.changed) == (("delta",), ("beta",))
    assert folder.fetch(today=NEXT_DAY).requests == 2


def test_the_models_own_place_has_the_last_word_and_is_asked_while_they_disagree(
    folder: Folder, api: Api, place: str
) -> None:
    carry(api, place, "beta", OTHER)
    folder.fetch()
    assert folder.snapshot().by_id()["beta"].input == SCHEMA
    before = folder.files()

    folder.fetch(today=NEXT_DAY)

    assert asked(api) == ["beta/schema"]
    assert folder.files() == before


def test_that_they_began_to_disagree_is_remembered(folder: Folder, api: Api, place: str) -> None:
    folder.fetch()
    carry(api, place, "beta", OTHER)
    folder.fetch(today=NEXT_DAY)
    assert asked(api) == ["beta/schema"]

    carry(api, place, "beta", SCHEMA)
    api.schemas["beta"] = OTHER
    report = folder.fetch(today=NEXT_DAY)

    assert (asked(api), report.changed) == (["beta/schema"], ("beta",))


def test_a_broken_own_place_is_no_agreement(folder: Folder, api: Api, place: str) -> None:
    folder.fetch()
    api.schemas["beta"] = OTHER
    carry(api, place, "beta", OTHER)
    api.faults["/api/v1/models/beta/schema"] = lambda _: _status(500)

    broken = folder.fetch(today=NEXT_DAY)
    api.faults.clear()
    report = folder.fetch(today=NEXT_DAY)

    assert [problem.model for problem in broken.problems] == ["beta"]
    assert (asked(api), report.changed) == (["beta/schema"], ("beta",))


def test_a_new_model_whose_own_place_is_broken_has_what_is_carried_for_now(
    folder: Folder, api: Api, place: str
) -> None:
    carry(api, place, "beta", OTHER)
    api.faults["/api/v1/models/beta/schema"] = lambda _: _status(500)

    folder.fetch()
    assert folder.snapshot().by_id()["beta"].input == OTHER
    api.faults.clear()
    folder.fetch(today=NEXT_DAY)

    assert folder.snapshot().by_id()["beta"].input == SCHEMA


def test_where_the_model_has_no_own_place_what_is_carried_is_the_schema(folder: Folder, api: Api, place: str) -> None:
    api.schemas["beta"] = None

    report = folder.fetch()
    again = folder.fetch(today=NEXT_DAY)

    assert folder.snapshot().by_id()["beta"].input == SCHEMA
    assert (report.problems, again.problems, again.requests) == ((), (), 2)


@pytest.mark.parametrize("odd", ["text", [], {"title": "x"}, {"$ref": "#/nowhere"}, {"type": "string"}, None])
def test_what_cannot_be_used_counts_as_not_carried(folder: Folder, api: Api, place: str, odd: Any) -> None:
    carry(api, place, "beta", odd)

    assert folder.fetch().problems == ()
    folder.fetch(today=NEXT_DAY)

    assert asked(api) == ["beta/schema"]
    assert folder.snapshot().by_id()["beta"].input == SCHEMA


def test_volatile_parts_of_what_is_carried_do_not_count(folder: Folder, api: Api, place: str) -> None:
    folder.fetch()
    carry(api, place, "beta", SCHEMA | {"$comment": "built on Monday"})

    assert folder.fetch(today=NEXT_DAY).requests == 2


def test_an_edited_file_is_asked_for(folder: Folder, api: Api, place: str) -> None:
    folder.fetch()
    path = folder.path / "models" / "beta.json"
    path.write_text(path.read_text().replace("prompt", "text"))

    folder.fetch(today=NEXT_DAY)

    assert asked(api) == ["beta/schema"]
    assert folder.snapshot().by_id()["beta"].input == SCHEMA


def test_in_time_every_agreement_is_looked_at_anew(folder: Folder, api: Api, place: str) -> None:
    folder.fetch()
    api.schemas["beta"] = OTHER  # and the other place goes on telling the old story
    day = next(day for n in range(1, 400) if is_recheck_due("beta", day := DAY + dt.timedelta(days=n)))

    report = folder.fetch(today=day)

    assert report.changed == ("beta",)
    assert folder.fetch(today=day).unchanged == ("alpha", "beta", "owner/gamma")


def test_about_one_in_32_is_looked_at_on_any_day() -> None:
    due = sum(is_recheck_due(f"model-{n}", DAY) for n in range(3200))

    assert 60 < due < 140


def test_a_catalogue_without_own_places_is_read_from_the_list_alone(folder: Folder, api: Api) -> None:
    carrying(folder, LIST)
    text = (folder.path / "provider.toml").read_text()
    start, end = text.index("schemas = ["), text.index("carried =")
    (folder.path / "provider.toml").write_text(text[:start] + text[end:])
    carry(api, "list", "alpha", SCHEMA)

    report = folder.fetch()

    assert report.requests == 2
    assert folder.snapshot().by_id()["alpha"].input == SCHEMA
    assert [problem.model for problem in report.problems] == ["beta", "owner/gamma"]


@pytest.mark.parametrize("trusted", ["", ", trusted = true"])
def test_an_implausible_change_of_what_is_carried_waits_for_a_second_look(
    folder: Folder, api: Api, trusted: str
) -> None:
    carrying(folder, LIST.replace(" }", f"{trusted} }}"))
    rich = {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(6)}}
    for model in api.items:
        carry(api, "list", model, rich)
        api.schemas[model] = rich
    folder.fetch()
    poor = {"type": "object", "properties": {"p0": {"type": "string"}}}
    carry(api, "list", "beta", poor)
    api.schemas["beta"] = poor

    reports = [folder.fetch(today=NEXT_DAY) for _ in range(2)]

    assert [(report.changed, report.implausible) for report in reports] == [((), ("beta",)), (("beta",), ())]
    assert folder.snapshot().by_id()["beta"].input == poor


@pytest.mark.parametrize("trusted", ["", ", trusted = true"])
def test_what_else_an_item_holds_does_not_make_its_schema_another(folder: Folder, api: Api, trusted: str) -> None:
    carrying(folder, LIST.replace(" }", f"{trusted} }}"))
    for model in api.items:
        carry(api, "list", model, SCHEMA)
    folder.fetch()
    sources = {model: entry["carried_from"] for model, entry in folder.lock()["models"].items()}
    api.items["beta"] |= {"name": "Another", "requests": 17}
    carry(api, "list", "alpha", {**SCHEMA, "unknown": 1})
    api.schemas["alpha"] = {**SCHEMA, "unknown": 1}

    report = folder.fetch(today=NEXT_DAY)

    assert report.changed == ("alpha", "beta")
    now = {model: entry["carried_from"] for model, entry in folder.lock()["models"].items()}
    assert [model for model in now if now[model] != sources[model]] == ["alpha"]


def test_the_same_part_of_an_item_is_read_again_when_another_fact_names_its_place(folder: Folder, api: Api) -> None:
    folder.configure(
        **{
            'volatile = ["/runCount"': 'facts = { kind = "/kind" }\n'
            'carried = [{ answer = "list", pointer = "/by/{kind}", trusted = true }]\nvolatile = ["/runCount"'
        }
    )
    for model in api.items:
        api.items[model] |= {"kind": "one", "by": {"one": SCHEMA, "two": OTHER}}
    folder.fetch()
    api.items["beta"]["kind"] = "two"

    folder.fetch(today=NEXT_DAY)

    assert folder.snapshot().by_id()["beta"].input == OTHER


def _status(code: int) -> Any:
    from starlette.responses import Response

    return Response(status_code=code)


CATALOGUE = Snapshot(
    models=tuple(
        ModelDocument(
            id=f"owner/m{n}",
            name=f"M{n}",
            input=SCHEMA | {"title": f"{n}"},
            parameter_order=tuple(SCHEMA["properties"]),
        )
        for n in range(5)
    ),
    openapi={"openapi": "3.1.0", "info": {"title": "Acme", "version": "1"}, "paths": {}},
)


class TestWithTheEmulator:
    """The emulator carries schemas where the description names them."""

    @pytest.fixture(params=[LIST, OPENAPI], ids=["list", "openapi"])
    def server(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningEmulator]:
        text = PROVIDER.replace("volatile =", f"carried = [{request.param}]\nvolatile =") % {"paging": ""}
        (tmp_path / "acme").mkdir()
        (tmp_path / "acme" / "provider.toml").write_text(text)
        with running_emulator(parse_provider(text.encode(), where=""), CATALOGUE, Options(rate_limit=0)) as server:
            yield server

    def fetch(self, server: RunningEmulator, folder: Path, day: dt.date) -> FetchReport:
        return fetch(folder, today=day, environ={}, base_url=server.base_url, rate=0, patience=QUICK)

    def test_a_second_run_asks_for_nothing_but_the_list_and_the_document(
        self, server: RunningEmulator, tmp_path: Path
    ) -> None:
        quiet = next(
            day
            for n in range(1, 60)
            if not any(is_recheck_due(model.id, day := DAY + dt.timedelta(days=n)) for model in CATALOGUE.models)
        )
        first = self.fetch(server, tmp_path / "acme", DAY)
        second = self.fetch(server, tmp_path / "acme", quiet)

        assert (first.requests, second.requests) == (7, 2)
        assert [model.input for model in read_snapshot(tmp_path / "acme").models] == [
            model.input for model in CATALOGUE.models
        ]
