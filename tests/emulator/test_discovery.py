"""What the catalogue's public routes answer."""

from __future__ import annotations

import dataclasses

import pytest

from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.model import ModelDocument


@pytest.fixture
def emulator(start, dojo, dojo_snapshot):
    return start(dojo, dojo_snapshot)


@pytest.fixture
def http(start, emulator):
    return start.client(emulator)


def test_the_base_url_keeps_the_providers_path(emulator):
    assert emulator.base_url.startswith("http://127.0.0.1:")
    assert emulator.base_url.endswith("/api/v1")


def test_the_list_holds_every_model_with_its_facts_where_the_provider_puts_them(http):
    items = http.get("/models", params={"detailed": "true"}).json()["models"]
    assert ["flux-1.1-pro", "mystery", "wan-video"] == [item["apiId"] for item in items]
    assert items[0] == {
        "apiId": "flux-1.1-pro",
        "name": "Flux 1.1 Pro",
        "description": "Text to image",
        "modality": "image",
        "capabilities": ["text-to-image"],
        "creditCost": {"amount": 1.5, "unit": "image"},
        "requestSchema": http.get("/models/flux-1.1-pro/schema").json()["schema"],
    }
    assert items[2]["creditCost"] == {"amount": 3, "unit": "second", "byResolution": {"1080p": 4, "720p": 3}}


def test_the_schema_is_at_its_pointer_on_each_route_in_the_parameters_own_order(http, dojo_snapshot):
    schema = dojo_snapshot.models[0].input
    alone = http.get("/models/flux-1.1-pro/schema").json()
    assert {"schema": schema} == alone
    assert ["prompt", "aspect_ratio", "num_outputs"] == list(alone["schema"]["properties"])
    detail = http.get("/models/flux-1.1-pro").json()
    assert (schema, "Flux 1.1 Pro") == (detail["requestSchema"], detail["name"])


def test_a_model_without_a_published_schema_has_facts_but_no_schema(http):
    missing = http.get("/models/mystery/schema")
    assert 404 == missing.status_code
    assert "not_found" == missing.json()["error"]["code"]
    detail = http.get("/models/mystery")
    assert 200 == detail.status_code
    assert {"apiId": "mystery", "name": "Mystery", "modality": "image"} == detail.json()


def test_an_unknown_model_is_refused_as_documented(http):
    for path in ("/models/unknown", "/models/unknown/schema"):
        answer = http.get(path)
        assert (404, "not_found") == (answer.status_code, answer.json()["error"]["code"])
        assert "unknown" in answer.json()["error"]["message"]


def test_the_openapi_document_is_beside_the_base_path_and_names_this_server(http, emulator):
    answer = http.get(emulator.base_url.replace("/api/v1", "/api/openapi"))
    assert [{"url": emulator.base_url}] == answer.json()["servers"]


def test_a_snapshot_without_an_openapi_document_answers_404(http, emulator, dojo_snapshot):
    emulator.snapshot = dataclasses.replace(dojo_snapshot, openapi=None)
    assert 404 == http.get(emulator.base_url.replace("/api/v1", "/api/openapi")).status_code


@pytest.mark.parametrize("route", ["/models", "/models/wan-video", "/models/wan-video/schema", "../openapi"])
def test_an_unchanged_document_is_304_to_who_knows_its_etag(http, emulator, route):
    url = emulator.base_url.replace("/api/v1", "/api/openapi") if route == "../openapi" else route
    first = http.get(url)
    etag = first.headers["etag"]
    assert etag.startswith('"')
    again = http.get(url, headers={"If-None-Match": f'"other", {etag}'})
    assert (304, b"", etag) == (again.status_code, again.content, again.headers["etag"])
    assert 200 == http.get(url, headers={"If-None-Match": '"other"'}).status_code


def test_another_snapshot_is_served_from_the_next_request_on(http, emulator):
    etag = http.get("/models").headers["etag"]
    emulator.snapshot = Snapshot(models=(ModelDocument(id="new", name="New"),))
    answer = http.get("/models", headers={"If-None-Match": etag})
    assert [{"apiId": "new", "name": "New"}] == answer.json()["models"]
    assert 404 == http.get("/models/wan-video").status_code


def test_other_paths_and_methods_are_refused_in_the_providers_error_shape(http):
    nowhere = http.get("/nowhere")
    assert (404, "not_found") == (nowhere.status_code, nowhere.json()["error"]["code"])
    wrong = http.delete("/models/wan-video/run")
    assert (405, "POST") == (wrong.status_code, wrong.headers["allow"])
    assert "method_not_allowed" == wrong.json()["error"]["code"]


def test_an_id_may_hold_anything(http, emulator):
    ids = ("a/schema", "run", "ünï\ud800", 'x"\n', "../../etc")
    emulator.snapshot = Snapshot(models=tuple(ModelDocument(id=each, name="x", input={}) for each in sorted(ids)))
    assert sorted(ids) == [item["apiId"] for item in http.get("/models").json()["models"]]
    assert "a/schema" == http.get("/models/a/schema").json()["apiId"]
    assert {"schema": {}} == http.get("/models/a/schema/schema").json()
    assert "../../etc" == http.get("/models/%2E%2E%2F%2E%2E%2Fetc").json()["apiId"]
