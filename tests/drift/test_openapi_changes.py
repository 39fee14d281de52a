"""Changes of an OpenAPI document: where they are, what they are called, and what is no alarm."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from tests.drift.openapi_sample import DOCUMENT, JOB, body
from tests.drift.test_openapi_law import changes

from schemaloom.drift.change import Change, Severity
from schemaloom.drift.own_pointer import Place, is_marked, own_pointer

RUN = DOCUMENT["paths"]["/models/{id}/run"]
CALLBACK = "/paths/~1models~1{id}~1run/post/callbacks/done/{$request.body#~1webhook_url}"
ROWS: list[tuple[str, str, str, Callable[[Any], None]]] = [
    # rule, pointer, message, edit
    ("input.bound.tightened", "/paths/~1models~1{id}~1run/post/parameters/1/schema/items/maxLength",
     "POST /models/{id}/run: query parameter tag: items: maxLength changed from 9 to 5",
     lambda d: d["paths"]["/models/{id}/run"]["post"]["parameters"][1]["schema"]["items"].update(maxLength=5)),
    ("input.type.changed", "/components/parameters/Id/schema", "Id: type changed from string to integer",
     lambda d: d["components"]["parameters"]["Id"]["schema"].update(type="integer")),
    ("api.parameter-style-changed", "/paths/~1models~1{id}~1run/post/parameters/1/style", "",
     lambda d: d["paths"]["/models/{id}/run"]["post"]["parameters"][1].update(style="form")),
    ("output.format.changed", "/paths/~1models~1{id}~1run/post/responses/202/headers/Location/schema/format", "",
     lambda d: d["paths"]["/models/{id}/run"]["post"]["responses"]["202"]["headers"]["Location"]["schema"].update(
         format="date")),
    ("api.response-header-removed", "/paths/~1models~1{id}~1run/post/responses/202/headers/Location", "",
     lambda d: d["paths"]["/models/{id}/run"]["post"]["responses"]["202"].pop("headers")),
    ("output.property.removed-optional", "/components/schemas/Model/properties/name",
     "Model: Result field name was removed; it was optional, so some results lacked it before",
     lambda d: d["components"]["schemas"]["Model"]["properties"].pop("name")),
    ("output.nullable.added", "/components/schemas/Asset/properties/note", "Asset: Result field note may now be null",
     lambda d: d["components"]["schemas"]["Asset"]["properties"].update(note={"type": ["string", "null"]})),
    ("output.enum.value-added", "/components/schemas/Job/properties/status/enum",
     'Job: Result field status: new allowed value "lost"',
     lambda d: d["components"]["schemas"]["Job"]["properties"]["status"]["enum"].append("lost")),
    ("api.callback-removed", CALLBACK,
     "POST /models/{id}/run: callback done {$request.body#/webhook_url} was removed",
     lambda d: d["paths"]["/models/{id}/run"]["post"].pop("callbacks")),
    ("api.text-changed", f"{CALLBACK}/post/summary",
     "POST callback done {$request.body#/webhook_url} of POST /models/{id}/run: summary was added",
     lambda d: next(iter(d["paths"]["/models/{id}/run"]["post"]["callbacks"]["done"].values()))["post"].update(
         summary="x")),
    ("api.unjudged-changed", "/paths/~1models~1{id}~1run/post/parameters/3",
     "POST /models/{id}/run: a parameter that cannot be read was added",
     lambda d: d["paths"]["/models/{id}/run"]["post"]["parameters"].append({"$ref": "#/components/parameters/Nix"})),
    ("api.parameter-style-changed", "/paths/~1models~1{id}~1run/post/parameters/1/explode",
     'POST /models/{id}/run: query parameter tag: serialization changed from {"explode": false} to {"explode": true}',
     lambda d: d["paths"]["/models/{id}/run"]["post"]["parameters"][1].update(explode=True)),
    ("api.webhook-removed", "/webhooks/model.added/post", "POST webhook model.added was removed",
     lambda d: d["webhooks"].pop("model.added")),
    ("api.server-changed", "/paths/~1jobs~1{job}/get/servers", "GET /jobs/{job}: servers changed",
     lambda d: d["paths"]["/jobs/{job}"]["get"]["servers"].insert(0, {"url": "https://b"})),
    ("api.security-changed", "/security", "The API: authentication changed",
     lambda d: d["components"]["securitySchemes"]["bearer"].update(scheme="basic")),
]  # fmt: skip
NOTE = {"note": {"type": "string"}}


@pytest.mark.parametrize(("rule", "pointer", "message", "edit"), ROWS, ids=[row[0] for row in ROWS])
def test_a_change_is_at_its_own_place_and_made_once(
    rule: str, pointer: str, message: str, edit: Callable[[Any], None]
) -> None:
    old, new = deepcopy(DOCUMENT), deepcopy(DOCUMENT)
    old["components"]["schemas"]["Asset"]["properties"] |= NOTE
    new["components"]["schemas"]["Asset"]["properties"] |= NOTE
    edit(new)
    (found,) = changes(old, new)
    assert (found.rule, found.pointer) == (rule, pointer)
    assert message in {"", found.message}


def test_a_change_of_a_shared_component_names_the_operations_that_use_it() -> None:
    new = deepcopy(DOCUMENT)
    new["components"]["schemas"]["Asset"]["properties"]["url"]["type"] = "string"
    (found,) = changes(new, DOCUMENT)
    assert found.message == "Asset: Result field url may now be null"
    assert found.witness == {"url": None}
    assert found.places[0] == "GET /jobs/{job}"
    assert "POST /models/{id}/run" in found.places


RECURSIVE: list[tuple[str, Callable[[Any], None], str, str]] = [
    ("a type", lambda d: d["Leaf"]["properties"]["w"].update(type="integer"), "/Leaf/properties/w",
     "Leaf: Parameter w: type changed from string to integer"),
    ("a size", lambda d: d["Leaf"].update(minProperties=1), "/Leaf/minProperties", "Leaf: minProperties set to 1"),
    ("a requirement", lambda d: d["Leaf"].update(required=["w"]), "/Leaf/properties/w",
     "Leaf: Parameter w changed from optional to required"),
    ("a text", lambda d: d["Leaf"]["properties"]["w"].update(title="W"), "/Leaf/properties/w/title",
     "Leaf: Parameter w: title changed"),
    ("the neighbour", lambda d: d["Node"]["properties"]["v"].update(maxLength=3), "/Node/properties/v/maxLength",
     "Node: Parameter v: maxLength set to 3"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "pointer", "message"), [row[1:] for row in RECURSIVE], ids=[r[0] for r in RECURSIVE])
def test_a_change_of_a_component_that_leads_back_to_itself_is_its_own(
    edit: Callable[[Any], None], pointer: str, message: str
) -> None:
    text, node, leaf = {"type": "string"}, {"$ref": "#/components/schemas/Node"}, {"$ref": "#/components/schemas/Leaf"}
    schemas: Any = {
        "Node": {"type": "object", "properties": {
            "v": dict(text), "left": leaf, "children": {"type": "array", "items": node}}},
        "Leaf": {"type": "object", "properties": {"w": dict(text), "parent": node}},
    }  # fmt: skip
    old = {"openapi": "3.1.0", "paths": {"/run": {"post": {"requestBody": body(node), "responses": {}}}},
           "components": {"schemas": schemas}}  # fmt: skip
    new = deepcopy(old)
    edit(new["components"]["schemas"])
    (found,) = changes(old, new)
    assert (found.pointer, found.message) == (f"/components/schemas{pointer}", message)


def relaxed(change: Callable[[Any], None]) -> list[Change]:
    new = deepcopy(DOCUMENT)
    change(new)
    return [found for found in changes(DOCUMENT, new) if found.severity in {Severity.BREAKING, Severity.DANGEROUS}]


def _set(document: Any, *path: Any, value: Any) -> None:
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


POST = ("paths", "/models/{id}/run", "post")
SCHEMAS = ("components", "schemas")
NO_ALARM: dict[str, Callable[[Any], None]] = {
    "the description of a scope": lambda d: _set(
        d, "components", "securitySchemes", "oauth", "flows", "clientCredentials", "scopes", "run", value="Other"
    ),
    "a scope that is no longer asked for": lambda d: _set(d, *POST, "security", value=[{"oauth": []}]),
    "a charset": lambda d: _set(
        d, *POST, "responses", "202", value={**RUN["post"]["responses"]["202"], "content": {
            "application/json; charset=utf-8": {"schema": JOB}}},
    ),
    "a range of statuses": lambda d: d["paths"]["/jobs/{job}"]["get"].update(
        responses={"2XX": {"description": "The job", **body(JOB)}}
    ),
    "readOnly in a request": lambda d: _set(
        d, *SCHEMAS, "Run", "properties", "id", value={"type": "integer", "readOnly": True}
    ),
    "readOnly gone from a request": lambda d: d["components"]["schemas"]["Run"]["properties"].pop("id"),
    "readOnly required in a request": lambda d: _set(d, *SCHEMAS, "Run", "required", value=["prompt", "id"]),
    "writeOnly gone from a response": lambda d: d["components"]["schemas"]["Job"]["properties"].pop("secret"),
    "another name of a path parameter": lambda d: d["paths"].update({"/jobs/{it}": {"get": {
        **d["paths"].pop("/jobs/{job}")["get"], "parameters": [{"in": "path", "name": "it", "required": True,
                                                              "schema": {"type": "string"}}]}}}),
}  # fmt: skip


@pytest.mark.parametrize("edit", NO_ALARM.values(), ids=list(NO_ALARM))
def test_what_breaks_no_call_is_no_alarm(edit: Callable[[Any], None]) -> None:
    assert [(found.rule, found.message) for found in relaxed(edit)] == []


def test_a_scope_that_is_asked_for_besides_is_an_alarm() -> None:
    found = relaxed(lambda d: _set(d, *POST, "security", value=[{"oauth": ["run", "pay"]}]))
    assert [change.rule for change in found] == ["api.security-changed"]


SCHEMA: Any = {
    "$defs": {"Node": {"properties": {"next": {"$ref": "#/$defs/Node"}, "name": {"type": "string"}}}},
    "allOf": [{"properties": {"a": {"anyOf": [{"type": "null"}, {"properties": {"b": {"readOnly": True}}}]}}}],
    "properties": {"node": {"$ref": "#/$defs/Node"}},
}


@pytest.mark.parametrize(
    ("pointer", "own"),
    [
        ("", ""),
        ("/properties/node", "/$defs/Node"),
        ("/properties/node/properties/name/maxLength", "/$defs/Node/properties/name"),
        ("/properties/node/properties/next/properties/next/properties/name", "/$defs/Node/properties/name"),
        ("/properties/a/properties/b", "/allOf/0/properties/a/anyOf/1/properties/b"),
        ("/properties/a/anyOf/1/properties/b", "/allOf/0/properties/a/anyOf/1/properties/b"),
        ("/properties/gone/maximum", "/properties"),
    ],
)
def test_a_pointer_leads_to_where_the_document_wrote_the_schema(pointer: str, own: str) -> None:
    place = Place(SCHEMA, "")
    assert own_pointer(place, place, pointer) == own


def test_what_was_removed_is_where_it_was() -> None:
    old = {"allOf": [{"properties": {"gone": {"type": "string"}}}]}
    assert own_pointer(Place(old, ""), Place({}, ""), "/properties/gone") == "/allOf/0/properties/gone"


def test_a_mark_counts_for_all_below_it() -> None:
    place = Place(SCHEMA, "")
    assert is_marked(place, place, "/properties/a/properties/b/maximum", "readOnly")
    assert not is_marked(place, place, "/properties/node", "readOnly")


def test_a_reference_to_a_missing_component_cannot_be_judged() -> None:
    new = deepcopy(DOCUMENT)
    content = new["paths"]["/models/{id}/run"]["post"]["requestBody"]["content"]
    content["application/json"]["schema"] = {"$ref": "#/components/schemas/Missing"}
    assert {Severity.DANGEROUS} == {change.severity for change in changes(DOCUMENT, new)}


def test_references_in_a_circle_end() -> None:
    place = Place({"$ref": "#/a", "a": {"$ref": "#"}}, "")
    assert own_pointer(place, place, "/properties/x") == ""
