"""The worst change of an edited OpenAPI document: the control plane by the same judge as the models."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from tests.drift.comparing import read_for
from tests.drift.openapi_sample import DOCUMENT

from schemaloom.drift.catalogue.control_plane import ControlPlane, compare_planes
from schemaloom.drift.change import Severity

Document = dict[str, Any]
Edit = Callable[[Document], object]
S, I, N = {"type": "string"}, {"type": "integer"}, {"type": "number"}  # noqa: E741
CALLBACK = "{$request.body#/webhook_url}"


class Row(NamedTuple):
    """`before` prepares the old document; `worst` is ``any`` for what must not be silent."""

    name: str
    worst: str
    edit: Edit
    before: Edit = lambda document: None


def run(document: Document) -> Document:
    found: Document = document["paths"]["/models/{id}/run"]["post"]
    return found


def schema(document: Document, name: str) -> Document:
    found: Document = document["components"]["schemas"][name]
    return found


def response(document: Document) -> Document:
    found: Document = run(document)["responses"]["202"]
    return found


def scopes(document: Document) -> Document:
    found: Document = flow(document)["scopes"]
    return found


def flow(document: Document) -> Document:
    found: Document = document["components"]["securitySchemes"]["oauth"]["flows"]["clientCredentials"]
    return found


def keyed(name: str) -> Edit:
    """Ask for a key in a header."""

    def edit(document: Document) -> None:
        document["components"]["securitySchemes"]["key"] = {"type": "apiKey", "in": "header", "name": name}
        run(document)["security"] = [{"key": []}]

    return edit


def query(**keywords: Any) -> Edit:
    return lambda d: run(d)["parameters"].append({"in": "query", "name": "q", "schema": keywords})


def header(name: str, content: Document) -> Edit:
    return lambda d: run(d)["parameters"].append({"in": "header", "name": name, "schema": content})


def written(place: str, schema: Document, **keywords: Any) -> Edit:
    """Add a parameter whose serialization the keywords describe."""
    known = {"in": place, "name": "w", "required": True}
    content = {} if "content" in keywords else {"schema": schema}
    return lambda d: run(d)["parameters"].append({**known, **content, **keywords})


def as_media(media: str, schema: Document) -> Edit:
    return written("query", schema, content={media: {"schema": schema}})


def media_types(of: Callable[[Document], Document], *names: str) -> Edit:
    """Offer one schema as several media types."""
    return lambda d: of(d).update(content={key: {"schema": {"$ref": "#/components/schemas/Job"}} for key in names})


def request_body(document: Document) -> Document:
    found: Document = run(document)["requestBody"]
    return found


def body(**keywords: Any) -> Edit:
    """Add two parameters to the body, and keywords to its schema."""

    def edit(document: Document) -> None:
        schema(document, "Run")["properties"].update(a=S, b=S)
        schema(document, "Run").update(keywords)

    return edit


def parameter(**keywords: Any) -> Edit:
    return lambda d: schema(d, "Run")["properties"].update(p=keywords)


def result(name: str, **keywords: Any) -> Edit:
    return lambda d: schema(d, "Model")["properties"].update({name: keywords})


def pop(of: Callable[[Document], Document], name: str) -> Edit:
    return lambda d: of(d).pop(name)


def recased(document: Document) -> None:
    content = response(document)["content"]
    content["Application/JSON; charset=utf-8"] = content.pop("application/json")


def renamed_component(document: Document) -> None:
    schema(document, "Job")["properties"]["assets"]["items"]["$ref"] = "#/components/schemas/File"
    document["components"]["schemas"]["File"] = document["components"]["schemas"].pop("Asset")


def renamed_path_parameter(document: Document) -> None:
    item = document["paths"].pop("/jobs/{job}")
    item["get"]["parameters"][0]["name"] = "job_id"
    document["paths"]["/jobs/{job_id}"] = item


def job(document: Document) -> Document:
    found: Document = document["paths"]["/jobs/{job}"]["get"]
    return found


def status(old: str, new: str) -> Edit:
    return lambda d: job(d)["responses"].update({new: job(d)["responses"].pop(old)})


def both(*edits: Edit) -> Edit:
    return lambda d: [edit(d) for edit in edits]


def own_security(document: Document) -> None:
    job(document)["security"] = []


def servers(*urls: str) -> Edit:
    return lambda d: d.update(servers=[{"url": url} for url in urls])


def region(**variable: Any) -> Edit:
    return lambda d: d.update(servers=[{"url": "https://{region}.example", "variables": {"region": variable}}])


def multipart(**properties: Document) -> Edit:
    schema = {"type": "object", "properties": properties}
    return lambda d: request_body(d).update(content={"multipart/form-data": {"schema": schema}})


def mapping(**targets: str) -> Edit:
    return lambda d: schema(d, "Model").update(discriminator={"propertyName": "name", "mapping": targets})


def form(schema: Document) -> Edit:
    content = {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"p": schema}}}}
    return lambda d: run(d)["requestBody"].update(content=content)


MAP = {"type": "object", "additionalProperties": S}
STRINGS, INTEGERS = {"type": "array", "items": S}, {"type": "array", "items": I}
OBJECT = {"type": "object", "properties": {"a": S}}
JSON = "application/json"
CODE_FLOW = {"authorizationUrl": "https://a.example/a", "tokenUrl": "https://a.example/t", "scopes": {"run": "Run"}}
ROWS = [
    Row("from schema to content", "breaking", as_media(JSON, S), written("query", S)),
    Row("from content to schema", "breaking", written("query", S), as_media(JSON, S)),
    Row("the media type of a parameter", "breaking", as_media("text/plain", S), as_media(JSON, S)),
    Row("explode of a query string", "info", written("query", S, explode=False), written("query", S)),
    Row("explode of a query list", "breaking", written("query", STRINGS, explode=False), written("query", STRINGS)),
    Row("explode of a header string", "info", written("header", S, explode=True), written("header", S)),
    Row("explode of a header list", "info", written("header", STRINGS, explode=True), written("header", STRINGS)),
    Row("explode of a header object", "breaking", written("header", OBJECT, explode=True), written("header", OBJECT)),
    Row("explode of a path list with labels", "breaking", written("path", STRINGS, style="label", explode=True),
        written("path", STRINGS, style="label")),
    Row("allowReserved of a header", "info", written("header", S, allowReserved=True), written("header", S)),
    Row("allowReserved of a query", "breaking", written("query", S), written("query", S, allowReserved=True)),
    Row("a range instead of a media type of a body", "safe", media_types(request_body, "*/*"),
        media_types(request_body, JSON)),
    Row("a range beside a media type of a body", "safe", media_types(request_body, "*/*", JSON),
        media_types(request_body, JSON)),
    Row("a media type instead of a range of a body", "breaking", media_types(request_body, JSON),
        media_types(request_body, "application/*")),
    Row("a media type beside a range of a body", "info", media_types(request_body, JSON, "*/*"),
        media_types(request_body, "*/*")),
    Row("a media type beside a range with another schema", "breaking",
        lambda d: request_body(d).update(content={"*/*": {"schema": S}, JSON: {"schema": MAP}}),
        lambda d: request_body(d).update(content={"*/*": {"schema": S}})),
    Row("a range instead of a media type of a response", "dangerous", media_types(response, "*/*"),
        media_types(response, JSON)),
    Row("a media type instead of a range of a response", "info", media_types(response, JSON),
        media_types(response, "*/*")),
    Row("another flow", "safe", lambda d: d["components"]["securitySchemes"]["oauth"]["flows"].update(
        authorizationCode=CODE_FLOW)),
    Row("a flow that goes", "breaking", lambda d: None,
        lambda d: d["components"]["securitySchemes"]["oauth"]["flows"].update(implicit=CODE_FLOW)),
    Row("another token URL", "breaking", lambda d: flow(d).update(tokenUrl="https://b.example/t")),
    Row("a parameter whose reference dangles", "dangerous",
        lambda d: run(d)["parameters"].append({"$ref": "#/components/parameters/Nix"})),
    Row("an extension of a security scheme", "info",
        lambda d: d["components"]["securitySchemes"]["bearer"].update({"x-a": 1})),
    Row("an extension of a flow", "info", lambda d: flow(d).update({"x-a": 1})),
    Row("a header that OpenAPI ignores", "info", lambda d: run(d)["parameters"].append(
        {"in": "header", "name": "Authorization", "required": True, "schema": S})),
    Row("a response header that OpenAPI ignores", "info", lambda d: None,
        lambda d: response(d)["headers"].update({"Content-Type": {"required": True, "schema": S}})),
    Row("encoding beside JSON", "info",
        lambda d: request_body(d)["content"][JSON].update(encoding={"prompt": {"contentType": "text/plain"}})),
    Row("encoding of a form", "dangerous",
        lambda d: request_body(d)["content"]["multipart/form-data"]["encoding"].update(file={"contentType": "a/b"})),
    Row("a body of any schema", "safe",
        lambda d: request_body(d)["content"]["multipart/form-data"].update(schema=True)),
    Row("a body of no schema", "breaking",
        lambda d: request_body(d)["content"]["multipart/form-data"].update(schema=False)),
    Row("a path without an operation", "info", lambda d: d["paths"].update({"/x": {}})),
    Row("the dialect that the version has anyway", "info", pop(lambda d: d, "jsonSchemaDialect")),
    Row("an unknown dialect", "dangerous", lambda d: d.update(jsonSchemaDialect="https://d.example/own")),
    Row("an operation of the method QUERY", "safe",
        lambda d: d["paths"]["/jobs/{job}"].update(query={"responses": {}})),
    Row("an operation of the method QUERY goes", "breaking", lambda d: None,
        lambda d: d["paths"]["/jobs/{job}"].update(query={"responses": {}})),
    Row("a mapping comes", "info", mapping(a="A", b="B"), mapping(a="A")),
    Row("a mapping goes", "dangerous", mapping(a="A"), mapping(a="A", b="B")),
    Row("a mapping leads elsewhere", "dangerous", mapping(a="B"), mapping(a="A")),
    Row("a mapping by pointer", "info", mapping(a="#/components/schemas/Job"), mapping(a="Job")),
    Row("a value of a query parameter goes", "breaking", query(enum=["a"]), query(enum=["a", "b"])),
    Row("a query parameter is retyped", "breaking", query(**I), query(**S)),
    Row("an integer in a query becomes a string", "info", query(**S), query(**I)),
    Row("a bounded integer in a query becomes a string", "info", query(**S), query(**I, minimum=1, maximum=9)),
    Row("a boolean in a path becomes a string", "info", written("path", S), written("path", {"type": "boolean"})),
    Row("a number in a header becomes a string", "info", header("X-A", S), header("X-A", N)),
    Row("integers in a query become strings", "info", written("query", STRINGS), written("query", INTEGERS)),
    Row("an integer becomes one of two types", "info", query(anyOf=[S, INTEGERS]), query(**I)),
    Row("choices in a query become integers", "info", query(enum=[1, 2]), query(**S, enum=["1", "2"])),
    Row("choices in a query become an integer", "info", query(**I), query(**S, enum=["1", "2"])),
    Row("digits in a query become an integer", "info", query(**I), query(**S, pattern="^[1-9][0-9]*$")),
    Row("an integer in a query becomes a string with the same default", "info", query(**S, default="1"),
        query(**I, default=1)),
    Row("an integer in a query becomes a string with another default", "dangerous", query(**S, default="2"),
        query(**I, default=1)),
    Row("an integer in a query becomes a short string", "breaking", query(**S, maxLength=3), query(**I)),
    Row("an integer in a query becomes a choice", "breaking", query(enum=["a"]), query(**I)),
    Row("an integer in a query becomes a boolean", "breaking", query(type="boolean"), query(**I)),
    Row("a number in a query becomes an integer", "breaking", query(**I), query(**N)),
    Row("an integer that is sent as JSON becomes a string", "breaking", as_media(JSON, S), as_media(JSON, I)),
    Row("an integer of a body becomes a string", "breaking", parameter(**S), parameter(**I)),
    Row("an integer of a form becomes a string", "info", form(S), form(I)),
    Row("an integer of a multipart form becomes a string", "info", multipart(p=S), multipart(p=I)),
    Row("an integer inside an object of a multipart form becomes a string", "breaking",
        multipart(o={**MAP, "properties": {"p": S}}), multipart(o={**MAP, "properties": {"p": I}})),
    Row("a string in a query becomes a list of strings", "info", written("query", STRINGS), written("query", S)),
    Row("a string in a query becomes a long list", "breaking", written("query", {**STRINGS, "minItems": 2}),
        written("query", S)),
    Row("a string in a query becomes a list of integers", "breaking", written("query", INTEGERS), written("query", S)),
    Row("a list in a query becomes a string", "breaking", written("query", S), written("query", STRINGS)),
    Row("null in a query", "info", query(**S), query(type=["string", "null"])),
    Row("null among others in a query", "info", query(anyOf=[I]), query(anyOf=[I, {"type": "null"}])),
    Row("null and more in a query", "breaking", query(**I), query(type=["string", "null"])),
    Row("not of a query parameter", "breaking", query(**S, **{"not": {"const": "a"}}), query(**S)),
    Row("a wider pattern", "safe", query(**S, pattern="^[a-zA-Z]+$"), query(**S, pattern="^[a-z]+$")),
    Row("a narrower pattern", "breaking", query(**S, pattern="^[a-z]+$"), query(**S, pattern="^[a-zA-Z]+$")),
    Row("a default", "dangerous", query(**S, default="b"), query(**S, default="a")),
    Row("a bound", "breaking", query(**I, minimum=2), query(**I, minimum=1)),
    Row("a header is retyped", "breaking", header("X-A", I), header("X-A", S)),
    Row("a header in another case", "none", header("x-a", S), header("X-A", S)),
    Row("dependentRequired of a body", "breaking", body(dependentRequired={"a": ["b"]}), body()),
    Row("if of a body", "breaking", body(**{"if": {"required": ["a"]}, "then": {"required": ["b"]}}), body()),
    Row("not of a body goes", "safe", body(), body(**{"not": {"required": ["a", "b"]}})),
    Row("an alternative of a body goes", "breaking", body(anyOf=[{"required": ["a"]}]),
        body(anyOf=[{"required": ["a"]}, {"required": ["b"]}])),
    Row("a rule beside a reference", "breaking", parameter(**{"$ref": "#/components/schemas/Model"}, required=["name"]),
        parameter(**{"$ref": "#/components/schemas/Model"})),
    Row("propertyNames", "breaking", parameter(**MAP, propertyNames={"maxLength": 2}), parameter(**MAP)),
    Row("contains", "breaking", parameter(type="array", contains={"const": 1}), parameter(type="array")),
    Row("null no longer", "breaking", parameter(**S), parameter(type=["string", "null"])),
    Row("a read-only property is required", "none", lambda d: schema(d, "Run")["required"].append("id")),
    Row("a read-only property is retyped", "info",
        lambda d: schema(d, "Run")["properties"].update(id={**I, "readOnly": True})),
    Row("a write-only field is retyped", "info",
        lambda d: schema(d, "Job")["properties"].update(secret={**I, "writeOnly": True})),
    Row("a write-only field goes", "info", pop(lambda d: schema(d, "Job")["properties"], "secret")),
    Row("an optional field goes", "dangerous", pop(lambda d: schema(d, "Job")["properties"], "assets")),
    Row("a required field goes", "breaking", lambda d: d["components"]["schemas"].update(
        Job={**schema(d, "Job"), "properties": {"id": S}, "required": ["id"]})),
    Row("a field may be null", "breaking", result("name", type=["string", "null"])),
    Row("a field becomes one of two types", "breaking", result("x", oneOf=[S, I]), result("x", **S)),
    Row("not of a field goes", "breaking", result("x", **S), result("x", **S, **{"not": {"const": ""}})),
    Row("a pattern of a field goes", "info", result("x", **S), result("x", **S, pattern="^a")),
    Row("a response header is retyped", "breaking", lambda d: response(d)["headers"]["Location"].update(schema=I)),
    Row("a response header is optional", "breaking",
        lambda d: response(d)["headers"]["Location"].update(required=False)),
    Row("a response header that was optional is required", "safe",
        lambda d: response(d)["headers"]["Location"].update(required=True),
        lambda d: response(d)["headers"]["Location"].update(required=False)),
    Row("a required response header goes", "breaking", lambda d: response(d).pop("headers")),
    Row("an optional response header goes", "dangerous", lambda d: response(d).pop("headers"),
        lambda d: response(d)["headers"]["Location"].update(required=False)),
    Row("the default instead of a status", "info", status("200", "default")),
    Row("a status instead of the default", "info", lambda d: None, status("200", "default")),
    Row("the default, with another body, instead of a status", "breaking", lambda d: job(d).update(
        responses={"default": {**job(d)["responses"]["200"], "content": {JSON: {"schema": STRINGS}}}})),
    Row("only the default of errors is left", "breaking", lambda d: job(d)["responses"].pop("200"),
        lambda d: job(d)["responses"].update(default={"description": "No job", "content": {JSON: {"schema": S}}})),
    Row("a status besides the default of errors", "dangerous",
        lambda d: job(d)["responses"].update({"201": job(d)["responses"]["200"]}),
        lambda d: job(d)["responses"].update(default={"description": "No job", "content": {JSON: {"schema": S}}})),
    Row("authentication that no operation inherits", "info",
        both(own_security, lambda d: d.update(security=[{"oauth": ["run"]}])), own_security),
    Row("authentication that an operation inherits", "breaking", lambda d: d.update(security=[{"oauth": ["run"]}])),
    Row("authentication that an operation has itself now", "none", lambda d: job(d).update(security=[{"bearer": []}])),
    Row("the text of a server", "info", lambda d: d["servers"][0].update(description="Others")),
    Row("the text of a variable", "info", lambda d: d["servers"][0]["variables"]["region"].update(description="A")),
    Row("a slash at the end of a server", "info", servers("https://a.example/v1/"), servers("https://a.example/v1")),
    Row("the port of the scheme", "info", servers("https://A.example:443"), servers("https://a.example")),
    Row("another port", "dangerous", servers("https://a.example:80"), servers("https://a.example")),
    Row("a server behind the first", "info", servers("https://a", "https://b"), servers("https://a")),
    Row("a server before the first", "dangerous", servers("https://b", "https://a"), servers("https://a")),
    Row("servers in another order", "info", servers("https://b", "https://a"), servers("https://a", "https://b")),
    Row("a server twice", "info", servers("https://a", "https://a"), servers("https://a")),
    Row("a server goes", "dangerous", servers("https://a"), servers("https://a", "https://b")),
    Row("no server", "dangerous", lambda d: d.pop("servers"), servers("https://a")),
    Row("the origin of the document, stated", "info", servers("/"), lambda d: d.pop("servers")),
    Row("a variable instead of a part of a server", "info", region(default="eu"), servers("https://eu.example")),
    Row("a choice of a variable comes", "info", region(default="eu", enum=["eu", "us"]), region(default="eu")),
    Row("a choice of a variable goes", "dangerous", region(default="eu"), region(default="eu", enum=["eu", "us"])),
    Row("another default of a variable", "dangerous", region(default="us", enum=["us"]),
        region(default="eu", enum=["eu"])),
    Row("the servers of the document, repeated by an operation", "info",
        both(servers("https://a"), lambda d: job(d).update(servers=[{"url": "https://a"}])),
        both(servers("https://a"), pop(job, "servers"))),
    Row("a range of statuses", "info", lambda d: run(d)["responses"].update({"2XX": run(d)["responses"].pop("202")})),
    Row("charset and case of a media type", "none", recased),
    Row("the text of a scope", "info", lambda d: scopes(d).update(run="Run any")),
    Row("a scope that is no longer asked for", "safe", lambda d: run(d).update(security=[{"oauth": []}])),
    Row("a scope that is asked for", "breaking", lambda d: run(d).update(security=[{"oauth": ["run"]}]),
        lambda d: run(d).update(security=[{"oauth": []}])),
    Row("a refresh URL", "info", lambda d: flow(d).update(refreshUrl="https://api.example/refresh")),
    Row("another spelling of a key's header", "none", keyed("x-key"), keyed("X-Key")),
    Row("another header for a key", "breaking", keyed("X-Token"), keyed("X-Key")),
    Row("another way to authenticate", "safe", lambda d: run(d).update(security=[{"oauth": ["run"]}, {"bearer": []}])),
    Row("the body of a callback", "breaking", lambda d: run(d)["callbacks"]["done"][CALLBACK]["post"]["requestBody"][
        "content"]["application/json"].update(schema=S)),
    Row("the body of a webhook", "breaking", lambda d: d["webhooks"]["model.added"]["post"]["requestBody"]["content"][
        "application/json"].update(schema={"type": "array"})),
    Row("the server of an operation", "dangerous",
        lambda d: d["paths"]["/jobs/{job}"]["get"].update(servers=[{"url": "https://x.example"}])),
    Row("a path parameter has another name", "none", renamed_path_parameter),
    Row("a pattern of a path parameter", "breaking",
        lambda d: d["paths"]["/jobs/{job}"]["get"]["parameters"][0]["schema"].update(pattern="^[a-z]+$")),
    Row("an annotation of an excluded schema", "info",
        lambda d: schema(d, "Model").update({"not": {"type": "null", "title": "b"}}),
        lambda d: schema(d, "Model").update({"not": {"type": "null", "title": "a"}})),
    Row("a mapping of a discriminator", "any",
        lambda d: schema(d, "Model").update(discriminator={"propertyName": "name", "mapping": {"a": "x"}}),
        lambda d: schema(d, "Model").update(discriminator={"propertyName": "name"})),
    Row("a read-only property that every response has disappears", "breaking",
        lambda d: None, lambda d: schema(d, "Job").update(
            properties={**schema(d, "Job")["properties"], "made": {"type": "string", "readOnly": True}},
            required=[*schema(d, "Job").get("required", []), "made"])),
    Row("a component has another name", "none", renamed_component),
    Row("a component is written out", "none", lambda d: schema(d, "Job")["properties"]["assets"].update(
        items=deepcopy(schema(d, "Asset")))),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_the_worst_change_of_a_document(row: Row) -> None:
    old, new = deepcopy(DOCUMENT), deepcopy(DOCUMENT)
    row.before(old)
    row.edit(new)
    planes = [ControlPlane(read_schema=read_for, openapi=document) for document in (old, new)]
    changes = list(compare_planes(*planes))
    found = [severity for severity in Severity if any(change.severity is severity for change in changes)]
    assert row.worst in {*(found[:1] or ["none"]), "any" if found else ""}, [change.message for change in changes]
    assert not any(change.rule == "schema.unknown-keyword" for change in changes)
    if " in a query" in row.name or " in a path" in row.name:
        assert not any(change.proof and change.witness in (None, [], {}) for change in changes), "it has no text"
