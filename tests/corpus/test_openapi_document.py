"""The reconstructed control plane is valid OpenAPI, owns up to its gaps, and agrees with ``provider.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from schemaloom.json.codec import parse_json
from schemaloom.json.pointer import pointer_tokens, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.provider import Provider, load_provider

FOLDER = Path(__file__).parents[2] / "specs" / "pixeldojo"
DOCUMENT = parse_json((FOLDER / "openapi.json").read_bytes(), where="openapi.json")
PROVIDER: Provider = load_provider(FOLDER / "provider.toml")

# The two published tables of error codes, by HTTP status.
CATALOGUE_TABLE = {
    "400": ["invalid_json", "validation_error"],
    "401": ["unauthorized"],
    "402": ["insufficient_credits"],
    "404": ["not_found"],
    "410": ["expired"],
    "429": ["rate_limit_exceeded"],
    "500": ["credit_error", "submission_failed", "internal_error"],
}
MODEL_TABLE = {
    "400": ["invalid_request"],
    "401": ["unauthorized"],
    "402": ["insufficient_credits"],
    "404": ["model_not_found"],
    "410": [],
    "429": ["rate_limited"],
    "500": ["internal_error"],
}
ROUTES = {
    ("get", "/models"),
    ("get", "/models/{apiId}"),
    ("get", "/models/{apiId}/schema"),
    ("post", "/models/{apiId}/run"),
    ("get", "/jobs"),
    ("get", "/jobs/{jobId}"),
    ("post", "/jobs/{jobId}/webhook"),
}
# Members that the documents do not show, or show only by their name.
RECONSTRUCTED = [
    "/components/schemas/CreditCost/properties/unit",
    "/components/schemas/CreditCost/properties/byResolution",
    "/components/schemas/Model",
    "/components/schemas/ModelDetail",
    "/components/schemas/ModelSchema",
    "/components/schemas/Asset",
    "/components/schemas/Output/properties/image",
    "/components/schemas/Output/properties/videos",
    "/components/schemas/Job/properties/apiId",
    "/components/schemas/Job/properties/webhook",
    "/components/schemas/Job/properties/error",
    "/components/schemas/JobList",
    "/components/schemas/Error",
    "/paths/~1jobs~1{jobId}~1webhook/post/responses/2XX",
    "/paths/~1models/get/parameters/1",
]


def resolved(part: JsonObject) -> JsonObject:
    while "$ref" in part:
        part = resolve_pointer(DOCUMENT, part["$ref"].removeprefix("#"))
    return part


def members(schema: JsonObject, name: str) -> Iterator[JsonObject]:
    """Every place where a member may be described: here, or in a branch of the schema."""
    schema = resolved(schema)
    if name in schema.get("properties", {}):
        yield resolved(schema["properties"][name])
    for keyword in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(keyword, []):
            yield from members(branch, name)


def describes(schema: JsonObject, pointer: str) -> bool:
    """Whether a document of this schema has the place that `pointer` names."""
    places = [schema]
    for token in pointer_tokens(pointer):
        places = [found for place in places for found in members(place, token)]
    return bool(places)


def operation(route: str, method: str) -> JsonObject:
    """The operation of a route, whatever the two sides call the variables in its path."""
    return DOCUMENT["paths"][route.replace("{id}", "{apiId}").replace("{job_id}", "{jobId}")][method]


def body(route: str, method: str, status: str) -> JsonObject:
    return resolved(operation(route, method)["responses"][status])["content"]["application/json"]["schema"]


def parameters(route: str) -> set[str]:
    return {resolved(part)["name"] for part in operation(route, "get")["parameters"]}


def every_object(part: JsonValue) -> Iterator[JsonObject]:
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from every_object(value)
    elif isinstance(part, list):
        for value in part:
            yield from every_object(value)


def operations() -> Iterator[JsonObject]:
    for methods in DOCUMENT["paths"].values():
        yield from methods.values()


def test_the_document_is_valid_openapi():
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_seven_documented_routes_and_no_other_are_there():
    assert {(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods} == ROUTES
    names = [entry["operationId"] for entry in operations()]
    assert len(names) == len(set(names))


def test_base_url_and_key_are_those_of_the_provider():
    assert [{"url": PROVIDER.api.base_url}] == DOCUMENT["servers"]
    scheme = DOCUMENT["components"]["securitySchemes"]["bearer"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert (PROVIDER.api.auth.header, PROVIDER.api.auth.prefix) == ("Authorization", "Bearer ")


def test_discovery_needs_no_key_and_everything_else_does():
    keyless = {entry["operationId"] for entry in operations() if {} in entry.get("security", DOCUMENT["security"])}
    assert {"listModels", "getModel", "getModelSchema"} == keyless


def test_discovery_agrees_with_the_provider():
    listing, price = PROVIDER.catalogue.list, PROVIDER.catalogue.price
    catalogue = body(listing.path, "get", "200")
    assert set(listing.query) <= parameters(listing.path)
    assert describes(catalogue, listing.items)
    item = next(members(catalogue, pointer_tokens(listing.items)[0]))["items"]
    for pointers in (*PROVIDER.catalogue.fields.values(), price.amount, price.unit, price.by_resolution, [listing.id]):
        for pointer in pointers:
            assert describes(item, pointer), pointer
    for source in PROVIDER.catalogue.schemas:
        assert describes(body(source.path, "get", "200"), source.pointer), source.path


def test_submitting_agrees_with_the_provider():
    submit = operation(PROVIDER.submit.url, PROVIDER.submit.method.lower())
    assert describes(submit["requestBody"]["content"]["application/json"]["schema"], PROVIDER.webhook.field)
    accepted = {int(status) for status in submit["responses"] if status.startswith("2")}
    assert {202} == accepted
    assert accepted <= set(PROVIDER.submit.accepted)


@pytest.mark.parametrize("field", [name for name, value in PROVIDER.job.fields if value])
def test_job_fields_agree_with_the_provider(field):
    submitted = body(PROVIDER.submit.url, "post", "202")
    looked_at = body(PROVIDER.job.url.url, "get", "200")
    for pointer in getattr(PROVIDER.job.fields, field):
        assert describes(submitted, pointer) or describes(looked_at, pointer), pointer


def test_results_and_the_job_list_agree_with_the_provider():
    job = body(PROVIDER.job.url.url, "get", "200")
    for pointers in PROVIDER.job.output.values():
        for pointer in pointers:
            assert describes(job, pointer), pointer
    assert describes(body(PROVIDER.job.list.path, "get", "200"), PROVIDER.job.list.items)
    assert PROVIDER.job.list.limit in parameters(PROVIDER.job.list.path)
    assert operation(PROVIDER.webhook.replay.url, "post")


def test_statuses_are_those_of_the_provider_and_stay_open():
    choices, anything = DOCUMENT["components"]["schemas"]["JobStatus"]["anyOf"]
    assert choices["enum"] == ["pending", "processing", "completed", "failed"]
    assert set(PROVIDER.job.statuses) == set(choices["enum"])
    assert anything == {"type": "string"}


def test_both_published_error_tables_are_kept():
    tables: dict[str, dict[str, list[str]]] = {"catalogue": {}, "model": {}}
    for entry in operations():
        for status, reply in entry["responses"].items():
            for table, codes in resolved(reply).get("x-error-codes", {}).items():
                tables[table][status] = codes
    assert tables["catalogue"] == CATALOGUE_TABLE
    assert tables["model"] == MODEL_TABLE


@pytest.mark.parametrize("situation", PROVIDER.errors.table)
def test_error_replies_agree_with_the_provider(situation):
    reply = PROVIDER.errors.table[situation]
    assert reply.code in CATALOGUE_TABLE[str(reply.status)]


def test_error_bodies_agree_with_the_provider():
    for pointer in (*PROVIDER.errors.code, *PROVIDER.errors.message):
        assert describes({"$ref": "#/components/schemas/Error"}, pointer), pointer


def test_what_was_reconstructed_is_marked():
    assert "This is not the provider's own OpenAPI document" in DOCUMENT["info"]["description"]
    silent = [
        place for place in RECONSTRUCTED if "Reconstructed: " not in resolve_pointer(DOCUMENT, place)["description"]
    ]
    assert silent == []


def test_no_object_is_closed():
    assert [part for part in every_object(DOCUMENT) if part.get("additionalProperties") is False] == []


def test_expires_at_is_optional():
    for name in ("SubmitResponse", "Job"):
        schema = DOCUMENT["components"]["schemas"][name]
        assert "expiresAt" in schema["properties"]
        assert "expiresAt" not in schema["required"]


def test_examples_obey_their_schemas():
    checked = 0
    for media in (part["application/json"] for part in every_object(DOCUMENT) if "application/json" in part):
        values = [entry["value"] for entry in media.get("examples", {}).values()]
        values += [media["example"]] if "example" in media else []
        for value in values:
            schema = {**media["schema"], "components": DOCUMENT["components"]}
            assert [fault.message for fault in Draft202012Validator(schema).iter_errors(value)] == []
            checked += 1
    assert checked == 4


def test_every_url_is_the_providers_or_an_example():
    hosts = {
        urlsplit(value).hostname
        for part in every_object(DOCUMENT)
        for value in part.values()
        if isinstance(value, str) and value.startswith("https://")
    }
    assert {"pixeldojo.ai", "temp.pixeldojo.ai", "example.com"} >= hosts
