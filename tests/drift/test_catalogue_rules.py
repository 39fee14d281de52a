"""Every rule about models, prices, routes and the provider: where it fires, where it does not, and what fires back."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from tests.drift.comparing import catalogue, model_rules, read, read_for, request
from tests.drift.schema_rows import ROWS
from tests.paths import SPECS

from schemaloom.drift.catalogue.control_plane import ControlPlane, compare_planes
from schemaloom.drift.change import Polarity, Severity
from schemaloom.drift.compare import compare
from schemaloom.drift.rules import RULES
from schemaloom.ir.model import Catalogue, Model
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.model import ModelDocument, Price

Change = dict[str, Any]
BASE = ModelDocument(
    id="m", name="M", input=request(seed={"type": "integer"}), modality="image", price=Price(amount=2, unit="image"),
    capabilities=("edit",), documents=("https://a",), endpoint="https://a/m", parameter_order=("prompt", "seed"),
)  # fmt: skip
OLD = {**request(seed={"type": "integer"}), "deprecated": True}
SIZED = request(size={"type": "object", "properties": {"height": {}, "width": {}}})
ORDER: Change = {"/properties/size": ["width", "height"]}
TURNED: Change = {
    "input": request(size={"type": "object", "properties": {"width": {}, "height": {}}}),
    "property_order": ORDER,
}
RESULT: Change = {"output": {"properties": {"b": {}, "a": {}}}, "output_order": {"": ["b", "a"]}}
OTHER = ModelDocument(id="other", name="Other")

MODEL_ROWS: list[tuple[str, str, Change, Change]] = [
    # what fires there, what fires back, the old facts, the new facts
    ("model.name-changed", "model.name-changed", {}, {"name": "N"}),
    ("model.description-changed", "model.description-changed", {}, {"description": "new"}),
    ("model.fact-changed", "model.fact-changed", {"facts": {"version": "a1"}}, {"facts": {"version": "b2"}}),
    ("model.fact-changed", "model.fact-changed", {}, {"facts": {"version": "b2"}}),
    ("model.documents-changed", "model.documents-changed", {}, {"documents": ("https://b",)}),
    ("model.related-changed", "model.related-changed", {}, {"related": ("other",)}),
    ("model.provenance-changed", "model.provenance-changed", {}, {"provenance": "fetched"}),
    ("model.deprecated", "model.undeprecated", {}, {"input": OLD}),
    ("model.deprecated", "model.undeprecated", {}, {"deprecated": "2026-05-01"}),
    ("model.sunset-changed", "model.sunset-changed", {}, {"sunset": "2027-03-01"}),
    ("schema.withdrawn", "schema.published", {}, {"input": None}),
    ("price.increased", "price.decreased", {}, {"price": Price(amount=3, unit="image")}),
    ("price.increased", "price.decreased", {}, {"price": Price(amount=2, unit="image", by_resolution=(("4k", 9),))}),
    ("price.unit-changed", "price.unit-changed", {}, {"price": Price(amount=2, unit="second")}),
    ("price.withdrawn", "price.published", {}, {"price": None}),
    ("capability.removed", "capability.added", {}, {"capabilities": ()}),
    ("modality.changed", "modality.changed", {}, {"modality": "video"}),
    ("modality.removed", "modality.added", {}, {"modality": None}),
    ("endpoint.changed", "endpoint.changed", {}, {"endpoint": "https://b/m"}),
    ("endpoint.removed", "endpoint.added", {}, {"endpoint": None}),
    ("input.property.reordered", "input.property.reordered", {}, {"parameter_order": ("seed", "prompt")}),
    ("input.property.reordered", "input.property.reordered", {"input": SIZED}, TURNED),
    ("output.property.reordered", "output.property.reordered", {"output": {"properties": {"a": {}, "b": {}}}}, RESULT),
]  # fmt: skip
QUIET: list[tuple[Change, Change]] = [
    ({}, {}),
    ({"capabilities": ("a", "b")}, {"capabilities": ("b", "a")}),
    ({"documents": ("https://a", "https://b")}, {"documents": ("https://b", "https://a")}),
    ({"price": Price(amount=2)}, {"price": Price(amount=2.0)}),
    ({"price": Price(amount=2)}, {"price": Price(amount=2, by_resolution=(("4k", 2),))}),
]


@pytest.mark.parametrize(("there", "back", "old", "new"), MODEL_ROWS, ids=[row[0] for row in MODEL_ROWS])
def test_a_changed_fact_gives_exactly_the_expected_rule_both_ways(
    there: str, back: str, old: Change, new: Change
) -> None:
    before, after = replace(BASE, **old), replace(BASE, **new)
    assert [there] == model_rules([before], [after])
    assert [back] == model_rules([after], [before])


NOTHING = "The request accepts no value any more"
UNTYPED = "The request no longer describes an object{}: its parameters are untyped"
LEADS_NOWHERE = " (the target of $ref does not exist; anything is accepted here)"
ANOTHER_FORM: dict[str, tuple[Any, list[str]]] = {
    "a false schema": ({"enum": []}, [NOTHING]),
    "parts that exclude each other": ({"allOf": [{"type": "string"}, {"type": "object"}]}, [NOTHING]),
    "not anything": ({"not": {}}, [UNTYPED.format(""), NOTHING]),
    "an object that is not anything": ({**request(seed={"type": "integer"}), "not": {}}, [NOTHING]),
    "a string": ({"type": "string"}, ["The request: type changed from object to string", UNTYPED.format("")]),
    "a reference to nothing": ({"$ref": "#/$defs/Nix"}, [UNTYPED.format(LEADS_NOWHERE)]),
    "anything": ({}, [UNTYPED.format("")]),
}


@pytest.mark.parametrize("form", ANOTHER_FORM)
def test_a_request_that_is_no_object_any_more_is_not_called_unpublished(form: str) -> None:
    document, expected = ANOTHER_FORM[form]
    sides = [catalogue(side) for side in (BASE, replace(BASE, input=document))]
    found = [change for change in compare(*sides).changes if change.severity is Severity.BREAKING]
    assert sorted(expected) == sorted(change.message for change in found)
    assert all((change.proof == "witness") == change.rule.startswith("input.") for change in found)
    back = compare(*reversed(sides)).changes
    assert not any("published" in change.message for change in back)
    worked = document in ({"type": "string"}, {}, {"$ref": "#/$defs/Nix"}, {"not": {}})
    assert worked == any(change.severity is Severity.BREAKING for change in back)


@pytest.mark.parametrize(("old", "new"), QUIET)
def test_a_fact_that_is_spelled_differently_gives_nothing(old: Change, new: Change) -> None:
    assert [] == model_rules([replace(BASE, **old)], [replace(BASE, **new)])


def test_models_come_and_go() -> None:
    assert ["model.removed"] == model_rules([BASE, OTHER], [OTHER])
    assert ["model.added"] == model_rules([OTHER], [BASE, OTHER])
    assert [] == model_rules([BASE, OTHER], [BASE, OTHER])


def test_a_model_that_was_removed_before_is_back() -> None:
    sides = [Catalogue(provider="sample", models=models) for models in ((OTHER,), (BASE, OTHER))]
    (back,) = compare(*sides, retired={BASE.id}).changes
    assert ("model.returned", f"Model {BASE.id} is back") == (back.rule, back.message)


def test_the_result_of_a_model_is_compared_and_may_come_and_go() -> None:
    documents = [request(url={"type": "string"}), request(url={"type": ["string", "null"]})]
    plain = Model(id="m", name="M")
    narrow, wide = (replace(plain, output=read(document)[0], output_document=document) for document in documents)

    def between(old: Model, new: Model) -> list[str]:
        sides = [Catalogue(provider="sample", models=(model,)) for model in (old, new)]
        return [change.rule for change in compare(*sides).changes]

    assert ["schema.output-published"] == between(plain, narrow)
    assert ["schema.output-withdrawn"] == between(narrow, plain)
    assert ["output.nullable.added"] == between(narrow, wide)
    assert [] == between(narrow, narrow)


def test_a_confirmed_rename_of_a_model_is_safe_and_compared_inside() -> None:
    new = replace(BASE, id="n", price=Price(amount=3, unit="image"))
    report = compare(catalogue(BASE), catalogue(new), renames={"m": "n"})
    assert [("price.increased", "n"), ("model.renamed", "n")] == [(c.rule, c.model) for c in report.changes]


def test_a_confirmed_rename_of_a_parameter_is_found_through_its_pointer() -> None:
    old, new = (replace(BASE, input=request(**{name: {"type": "integer"}})) for name in ("a/b", "c"))
    report = compare(catalogue(old), catalogue(new), renames={"m#/properties/a~1b": "c"})
    assert ["input.property.renamed"] == [change.rule for change in report.changes]


def edit(*path: Any, value: Any = None, drop: bool = False) -> Callable[[Any], None]:
    """A change to a nested document."""

    def apply(document: Any) -> None:
        for key in path[:-1]:
            document = document.setdefault(key, {}) if isinstance(document, dict) else document[key]
        if drop:
            del document[path[-1]]
        else:
            document[path[-1]] = value

    return apply


PROVIDER: Change = tomllib.loads((SPECS / "pixeldojo" / "provider.toml").read_text("utf-8"))
PROVIDER_ROWS: list[tuple[str, str, Callable[[Any], None]]] = [
    ("provider.auth-changed", "provider.auth-changed", edit("api", "auth", "prefix", value="Key ")),
    ("provider.base-url-changed", "provider.base-url-changed", edit("api", "base_url", value="https://b/v2")),
    ("provider.rate-limit-tightened", "provider.rate-limit-relaxed", edit("api", "requests_per_minute", value=30)),
    ("provider.rate-limit-relaxed", "provider.rate-limit-tightened", edit("api", "requests_per_minute", drop=True)),
    ("provider.submit-changed", "provider.submit-changed", edit("submit", "url", value="/run/{id}")),
    ("provider.job-changed", "provider.job-changed", edit("job", "url", value="/job/{job_id}")),
    ("provider.job-changed", "provider.job-changed", edit("job", "fields", "status", value=["/state"])),
    ("provider.job-list-changed", "provider.job-list-changed", edit("job", "list", drop=True)),
    ("provider.output-changed", "provider.output-changed", edit("job", "output", "image", value=["/files"])),
    ("provider.status-added", "provider.status-removed", edit("job", "statuses", "paused", value="queued")),
    ("provider.status-changed", "provider.status-changed", edit("job", "statuses", "pending", value="running")),
    ("provider.uncharged-changed", "provider.uncharged-changed", edit("job", "uncharged", value=["failed"])),
    ("provider.webhook-changed", "provider.webhook-changed", edit("webhook", "field", value="/hook")),
    ("provider.webhook-changed", "provider.webhook-added", edit("webhook", "replay", drop=True)),
    ("provider.error-changed", "provider.error-changed", edit("errors", "table", "expired", "code", value="gone")),
    ("provider.error-changed", "provider.error-changed", edit("errors", "code", value=["/c"])),
    ("provider.error-removed", "provider.error-added", edit("errors", "table", "expired", drop=True)),
    ("provider.currency-changed", "provider.currency-changed", edit("catalogue", "currency", value="USD")),
]


@pytest.mark.parametrize(("there", "back", "change"), PROVIDER_ROWS, ids=[row[0] for row in PROVIDER_ROWS])
def test_a_changed_protocol_gives_exactly_the_expected_rule_both_ways(
    there: str, back: str, change: Callable[[Any], None]
) -> None:
    changed = deepcopy(PROVIDER)
    change(changed)
    old, new = (
        ControlPlane(read_schema=read_for, provider=Provider.model_validate(data)) for data in (PROVIDER, changed)
    )
    assert [there] == [found.rule for found in compare_planes(old, new)]
    assert [back] == [found.rule for found in compare_planes(new, old)]
    assert [] == list(compare_planes(new, new))


def test_how_schemas_are_fetched_concerns_no_call() -> None:
    changed = deepcopy(PROVIDER)
    changed["title"], changed["api"]["poll_seconds"] = "Other", [1.0, 9.0]
    old, new = (
        ControlPlane(read_schema=read_for, provider=Provider.model_validate(data)) for data in (PROVIDER, changed)
    )
    assert [] == list(compare_planes(old, new))


def body(schema: Any, media: str = "application/json") -> Change:
    return {"content": {media: {"schema": schema}}}


JOB = {"$ref": "#/components/schemas/Job"}
OPERATION: Change = {
    "parameters": [
        {"in": "path", "name": "id", "required": True},
        {"in": "query", "name": "limit"},
        {"in": "header", "name": "X-Trace"},
    ],
    "requestBody": body({"$ref": "#/components/schemas/Run"}),
    "responses": {"200": body(JOB), "404": {"$ref": "#/components/responses/Missing"}},
}
OPENAPI: Change = {
    "servers": [{"url": "https://a"}],
    "security": [{"bearer": []}],
    "paths": {"/run/{id}": {"post": OPERATION}, "/jobs": {"get": {"responses": {"200": body({"type": "object"})}}}},
    "components": {
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}, "key": {"type": "apiKey", "in": "query"}},
        "schemas": {
            "Run": {"type": "object", "properties": {"hook": {"type": "string"}}},
            "Job": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
        },
        "responses": {"Missing": body({"type": "object", "properties": {"error": {"type": "string"}}})},
    },
}
POST = ("paths", "/run/{id}", "post")
OPENAPI_ROWS: list[tuple[str, str, Callable[[Any], None]]] = [
    ("api.operation-removed", "api.operation-added", edit("paths", "/jobs", drop=True)),
    ("api.operation-deprecated", "api.operation-undeprecated", edit(*POST, "deprecated", value=True)),
    ("api.parameter-removed", "api.parameter-added", edit(*POST, "parameters", value=OPERATION["parameters"][::2])),
    ("api.parameter-required", "api.parameter-optional", edit(*POST, "parameters", 1, "required", value=True)),
    ("api.body-required", "api.body-optional", edit(*POST, "requestBody", "required", value=True)),
    ("api.body-added", "api.body-removed", edit(*POST, "requestBody", "content", "text/x", value={"schema": {}})),
    ("api.response-added", "api.response-removed", edit(*POST, "responses", "202", value={})),
    ("api.response-body-added", "api.response-body-removed",
     edit(*POST, "responses", "200", "content", "text/x", value={"schema": {}})),
    ("api.response-body-widened", "api.media-range-changed",
     edit(*POST, "responses", "200", "content", value={"*/*": {"schema": JOB}})),
    ("api.error-response-changed", "api.error-response-changed", edit(*POST, "responses", "410", value={})),
    ("api.error-body-changed", "api.error-body-changed",
     edit("components", "responses", "Missing", value=body({"type": "array"}))),
    ("api.security-changed", "api.security-changed", edit(*POST, "security", value=[{"key": []}])),
    ("api.security-relaxed", "api.security-changed", edit(*POST, "security", value=[{}, {"bearer": []}])),
    ("api.server-changed", "api.server-changed", edit("servers", value=[{"url": "https://b"}])),
    ("api.server-listed", "api.server-changed", edit("servers", value=[{"url": "https://a"}, {"url": "https://b"}])),
    ("api.parameter-style-changed", "api.parameter-style-changed",
     edit(*POST, "parameters", 1, "style", value="spaceDelimited")),
    ("api.parameter-deprecated", "api.parameter-deprecated", edit(*POST, "parameters", 1, "deprecated", value=True)),
    ("api.response-header-added", "api.response-header-removed-optional",
     edit(*POST, "responses", "200", "headers", value={"A": {}})),
    ("api.response-header-added", "api.response-header-removed",
     edit(*POST, "responses", "200", "headers", value={"A": {"required": True}})),
    ("api.response-range-changed", "api.response-range-changed", edit("paths", "/jobs", "get", "responses", value={
        "2XX": body({"type": "object"})})),
    ("api.callback-added", "api.callback-removed", edit(*POST, "callbacks", value={"done": {"{$url}": {"post": {}}}})),
    ("api.webhook-added", "api.webhook-removed", edit("webhooks", value={"done": {"post": {}}})),
    ("api.unused-component-changed", "api.unused-component-changed", edit("components", "schemas", "New", value={})),
    ("api.text-changed", "api.text-changed", edit(*POST, "summary", value="?")),
    ("api.extension-changed", "api.extension-changed", edit(*POST, "x-price", value=1)),
    ("api.unjudged-changed", "api.unjudged-changed", edit(*POST, "strange", value=1)),
    ("input.bound.set", "input.bound.unset",
     edit("components", "schemas", "Run", "properties", "hook", "maxLength", value=9)),
    ("output.property.became-optional", "output.property.became-required",
     edit("components", "schemas", "Job", "required", value=[])),
    ("schema.unknown-keyword", "schema.unknown-keyword", edit("components", "schemas", "Job", "x", value=1)),
]  # fmt: skip
SAME: list[Callable[[Any], None]] = [
    edit("paths", value={"/jobs": OPENAPI["paths"]["/jobs"], "/run/{model}": {"post": {**OPERATION, "parameters": [
        {"in": "path", "name": "model", "required": True}, {"in": "query", "name": "limit"},
        {"in": "header", "name": "X-Trace"}]}}}),
    edit(*POST, "security", value=[{"bearer": []}]),
    edit(*POST, "parameters", 2, "name", value="x-trace"),
    edit(*POST, "requestBody", value=body({"type": "object", "properties": {"hook": {"type": "string"}}})),
    edit("components", "securitySchemes", "bearer", value={"type": "http", "scheme": "Bearer"}),
]  # fmt: skip


def planes(change: Callable[[Any], None]) -> tuple[ControlPlane, ControlPlane]:
    changed = deepcopy(OPENAPI)
    change(changed)
    old = deepcopy(OPENAPI)  # which a test may edit
    return ControlPlane(read_schema=read_for, openapi=old), ControlPlane(read_schema=read_for, openapi=changed)


@pytest.mark.parametrize(("there", "back", "change"), OPENAPI_ROWS, ids=[row[0] for row in OPENAPI_ROWS])
def test_a_changed_route_gives_exactly_the_expected_rule_both_ways(
    there: str, back: str, change: Callable[[Any], None]
) -> None:
    old, new = planes(change)
    if there == "schema.unknown-keyword":
        change(new.openapi)
        new.openapi["components"]["schemas"]["Job"]["oddity"] = 1  # type: ignore[index,call-overload]
    assert [there] == [found.rule for found in compare_planes(old, new)]
    assert [back] * bool(back) == [found.rule for found in compare_planes(new, old)]
    assert all(found.model == "" for found in compare_planes(old, new))


@pytest.mark.parametrize("change", SAME)
def test_a_document_of_the_same_meaning_gives_nothing(change: Callable[[Any], None]) -> None:
    old, new = planes(change)
    assert [] == list(compare_planes(old, new))


def test_a_component_that_several_routes_share_is_one_change() -> None:
    change = edit("components", "schemas", "Job", "properties", "id", "nullable", value=True)
    old, new = planes(change)
    for plane in (old, new):
        paths: Any = plane.openapi["paths"]  # type: ignore[index]
        paths["/again"] = paths["/run/{id}"]
    (found,) = compare_planes(old, new)
    assert ("output.nullable.added", "/components/schemas/Job/properties/id") == (found.rule, found.pointer)
    assert "Job: Result field id may now be null" == found.message


CONTRACT: Change = {
    "statuses": {"QUEUED": {"description": "Waiting", "charged": False}},
    "codes": {"402": {"description": "Insufficient Balance", "status": 402}},
    "response_fields": {"output.media_url": {"description": "URLs", "type": "array"}},
    "headers": {"X-Webhook-URL": {"required": "No"}},
    "documents": {"boogu-image": {"title": "Boogu"}},
}
CONTRACT_ROWS: list[tuple[str, str, Callable[[Any], None]]] = [
    ("contract.status-added", "contract.status-removed", edit("statuses", "PAUSED", value={})),
    ("contract.status-changed", "contract.status-changed", edit("statuses", "QUEUED", "charged", value=True)),
    ("contract.code-added", "contract.code-removed", edit("codes", "410", value={})),
    ("contract.code-changed", "contract.code-changed", edit("codes", "402", "status", value=403)),
    ("contract.response-field-added", "contract.response-field-removed", edit("response_fields", "eta", value={})),
    ("contract.response-field-changed", "contract.response-field-changed",
     edit("response_fields", "output.media_url", "type", value="string")),
    ("contract.header-added", "contract.header-removed", edit("headers", "X-Trace", value={})),
    ("contract.header-changed", "contract.header-changed", edit("headers", "X-Webhook-URL", "required", value="Yes")),
    ("contract.text-changed", "contract.text-changed", edit("statuses", "QUEUED", "description", value="In line")),
    ("contract.text-changed", "contract.text-changed", edit("documents", "boogu-image", "title", value="Boo")),
]  # fmt: skip


@pytest.mark.parametrize(("there", "back", "change"), CONTRACT_ROWS, ids=[row[0] for row in CONTRACT_ROWS])
def test_a_changed_promise_gives_exactly_the_expected_rule_both_ways(
    there: str, back: str, change: Callable[[Any], None]
) -> None:
    changed = deepcopy(CONTRACT)
    change(changed)
    old, new = (ControlPlane(read_schema=read_for, contract=data) for data in (CONTRACT, changed))
    assert [there] == [found.rule for found in compare_planes(old, new)]
    assert [back] == [found.rule for found in compare_planes(new, old)]
    assert [] == list(compare_planes(new, new))


def test_every_rule_has_a_row_and_every_row_a_rule() -> None:
    shown = {rule for row in (*MODEL_ROWS, *PROVIDER_ROWS, *OPENAPI_ROWS, *CONTRACT_ROWS) for rule in row[:2] if rule}
    shown |= {
        "model.added",
        "model.returned",
        "model.removed",
        "model.renamed",
        "model.unreadable",
        "schema.output-published",
        "schema.output-withdrawn",
    }
    shown |= {"input.property.renamed", "api.callback-changed", "api.response-header-optional"}
    shown |= {"api.response-header-required", "api.security-unused-changed", "api.parameter-type-changed"}
    shown |= {"schema.unused-property-changed", "package.name-removed"}
    for row in ROWS:
        shown |= {f"{Polarity.INPUT}.{kind}" for kind in (row.there, row.back)}
        for kind, other in ((row.there, row.output_there), (row.back, row.output_back)):
            shown |= {f"{Polarity.OUTPUT}.{kind if other is None else other}"} - {"output."}
    assert set() == set(RULES) - shown
    assert set() == shown - set(RULES)


def test_severities_mirror_each_other() -> None:
    """What breaks a request never breaks a result, unless it is another type, or the name is gone."""
    both = {
        rule.id.removeprefix("input.")
        for rule in RULES.values()
        if rule.polarity is Polarity.INPUT and rule.severity is Severity.BREAKING
        and RULES.get(f"output.{rule.id.removeprefix('input.')}", rule).polarity is Polarity.OUTPUT
        and RULES[f"output.{rule.id.removeprefix('input.')}"].severity is Severity.BREAKING
    }  # fmt: skip
    assert {"property.removed", "type.changed"} == both
