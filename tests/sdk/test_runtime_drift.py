"""A refusal of what the package allows: which parameter, and what to do about it."""

from __future__ import annotations

import pickle

import pytest
from sdk_sample import KEY, STUDIO, AsyncStudio, Painting, Studio
from sdk_servers import Answer

from runtime.core.errors import InvalidRequest, SchemaDrift
from runtime.core.profile import SchemaSource
from runtime.jobs.rejection import live_changes

RUN = "/api/v1/models/flux-1.1/pro/run"
SCHEMA = "/api/v1/models/flux-1.1/pro/schema"
DETAIL = "/api/v1/models/flux-1.1/pro"
PROFILE = STUDIO._replace(
    schemas=(
        SchemaSource(path="/models/{id}/schema", pointer="/schema"),
        SchemaSource(path="/models/{id}", pointer="/components/schemas/Input", document="/openapi"),
    )
)
REFUSED = Answer({"error": {"code": "validation_error", "message": "size: 'small' is not one of ['large']"}}, 400)


class Published(Painting):
    __digest__ = "ab" * 32


class DriftingStudio(Studio):
    profile = PROFILE


class AsyncDriftingStudio(AsyncStudio):
    profile = PROFILE


@pytest.fixture
def drifting(twin, api):
    api.on("POST", RUN, REFUSED)
    return twin.client(DriftingStudio, AsyncDriftingStudio, KEY, base_url=f"{api.url}/api/v1")


def refusal(client, request) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        client.submit(request)
    return caught.value


def test_a_change_of_the_schema_is_proved_by_the_schema_of_today(api, drifting):
    live = {"type": "object", "properties": {"prompt": {"type": "string"}, "size": {"enum": ["large"]}}}
    api.on("GET", SCHEMA, Answer({"schema": live}))

    error = refusal(drifting, Published(prompt="x", size="small"))

    assert isinstance(error, SchemaDrift)
    assert {"/size": 'expected one of ["large"], got "small"'} == error.changes
    assert ("/size", 400, "validation_error", "studio-sdk 1.2.3", "ab" * 32) == (
        error.pointer, error.status, error.code, error.installed, error.digest
    )  # fmt: skip
    assert (
        "400 validation_error: size: 'small' is not one of ['large']. Model 'flux-1.1/pro' has changed since studio-sdk"
        ' 1.2.3 was generated: size: expected one of ["large"], got "small". Install a newer studio-sdk,'
        " or use run_raw('flux-1.1/pro', ...)"
    ) == str(error)
    assert vars(error) == vars(pickle.loads(pickle.dumps(error)))


def test_the_live_schema_is_fetched_once(api, drifting):
    api.on("GET", SCHEMA, Answer({"schema": {"properties": {"prompt": {}}}}))
    for _ in range(3):
        assert {"/size": "is no longer a parameter"} == refusal(drifting, Published(prompt="x", size="small")).changes
    assert 1 == len(api.requests("GET"))


def test_the_next_route_is_asked_where_the_first_serves_none(api, drifting):
    definitions = {"Input": {"$ref": "#/components/schemas/Real"}, "Real": {"required": ["prompt", "image"]}}
    api.on("GET", DETAIL, Answer({"openapi": {"components": {"schemas": definitions}}}))
    assert {"/image": "is required"} == refusal(drifting, Published(prompt="x")).changes


@pytest.mark.parametrize(
    "live",
    [
        Answer({"schema": {"properties": {"prompt": {}, "size": {"enum": ["small"]}}}}),
        Answer({"schema": {"properties": {"prompt": {"maxLength": 9}, "size": {"oneOf": [True, {"not": {}}]}}}}),
        Answer({"schema": []}),
        Answer([]),
        Answer(content=b"<html>"),
        Answer(status=404),
        Answer(status=403),
    ],
)
def test_without_proof_it_is_a_plain_refusal_that_names_the_parameter(api, drifting, live):
    api.on("GET", SCHEMA, live)
    error = refusal(drifting, Published(prompt="x", size="small"))
    assert (InvalidRequest, "/size") == (type(error), error.pointer)


def test_nothing_is_asked_where_the_package_never_allowed_it(api, drifting):
    with pytest.raises(InvalidRequest):
        drifting.run_raw("flux-1.1/pro", {"size": "small"})
    assert [] == api.requests("GET")


@pytest.mark.parametrize(
    ("message", "pointer"),
    [
        ("'prompt' is a required property", "/prompt"),
        ("prompt: must not mention a size", "/prompt"),
        ("the prompt is too long for this size", None),
        ("resize: unknown", None),
        ({"loc": ["body", "size"]}, "/size"),
    ],
)
def test_the_parameter_at_fault_is_read_from_the_message(api, studio, message, pointer):
    api.on("POST", RUN, Answer({"error": {"code": "invalid", "message": message}}, 422))
    assert pointer == refusal(studio, Painting(prompt="x")).pointer


@pytest.mark.parametrize(
    ("schema", "value", "complaint"),
    [
        ({"type": "integer"}, 4.0, None),
        ({"type": "integer"}, 4.5, "expected integer, got 4.5"),
        ({"type": "integer"}, True, "expected integer, got true"),
        ({"type": ["string", "null"]}, None, None),
        ({"type": "string", "nullable": True}, None, None),
        ({"type": "string"}, None, "expected string, got null"),
        ({"type": "colour"}, "red", None),
        ({"type": "integer", "maximum": 10**400}, 10**399, None),
        ({"const": 1}, 2, "expected 1, got 2"),
        ({"minimum": 1, "maximum": 6}, 8, "expected at most 6, got 8"),
        ({"minimum": 1}, 0.5, "expected at least 1, got 0.5"),
        ({"maxLength": 2}, "abc", "expected at most 2 characters, got 3"),
        ({"minItems": 2}, ["a"], "expected at least 2 items, got 1"),
        ({"items": {"enum": ["a"]}}, ["b"], 'at /0: expected one of ["a"], got "b"'),
        ({"allOf": [{"$ref": "#/$defs/short"}]}, "abc", "expected at most 1 characters, got 3"),
        (
            {"anyOf": [{"type": "null"}, {"maximum": 3}]},
            5,
            "no alternative matches: /x expected null, got 5; or /x expected at most 3, got 5",
        ),
        ({"anyOf": [{"type": "null"}, {"maximum": 3}]}, 2, None),
        ({"$ref": "https://x.example/schema"}, 5, None),
        ({"$ref": "#/$defs/loop"}, 5, None),
        ({"minimum": "3"}, 1, None),
        (True, 1, None),
    ],
)
def test_only_what_is_certainly_wrong_is_complained_about(schema, value, complaint):
    document = {
        "properties": {"x": schema},
        "$defs": {"short": {"maxLength": 1}, "loop": {"$ref": "#/$defs/loop"}},
    }
    expected = {} if complaint is None else {"/x": complaint}
    assert expected == live_changes(document, document, {"x": value}, {"x"})


def test_what_the_package_has_no_field_for_proves_nothing():
    document = {"properties": {"x": {"enum": [1]}}, "additionalProperties": False}
    assert {} == live_changes(document, document, {"x": 2, "y": 3}, set())
    assert {"/y": "is no longer a parameter"} == live_changes(document, document, {"x": 2, "y": 3}, {"y"})
