"""Two more catalogues, each described by data alone."""

from __future__ import annotations

import base64
import struct

import pytest

GENERATE = "/boogu-image/v1/boogu-image-request"


class TestFlat:
    """An endpoint for each model, flat documents, status texts in capitals, a webhook header."""

    @pytest.fixture
    def emulator(self, start, flat, flat_snapshot, clock):
        return start(flat, flat_snapshot, clock=clock, job_seconds=8)

    @pytest.fixture
    def http(self, start, emulator):
        return start.client(emulator, **{"X-Subscription-Key": "demo-key"})

    def test_a_job_runs_from_its_own_endpoint_to_its_output(self, http, emulator, clock):
        answer = http.post(GENERATE, json={"prompt": "x", "num_outputs": 2})
        assert 202 == answer.status_code
        assert answer.json() == {
            "request_id": "job_000001",
            "status": "QUEUED",
            "model_id": "boogu-image",
            "polling_url": f"{emulator.base_url}/v2/requests/status/job_000001",
            "created_at": "2027-01-15T08:00:00.000Z",
        }
        clock.now += 4
        assert "PROCESSING" == http.get(answer.json()["polling_url"]).json()["status"]
        clock.now += 4
        job = http.get(answer.json()["polling_url"]).json()
        files = [f"{emulator.files_url}/files/job_000001/{n}.png" for n in range(2)]
        assert ("COMPLETED", {"media_url": files, "media_type": "image/png"}) == (job["status"], job["output"])

    def test_the_value_in_the_place_of_images_is_a_list_too(self, http, clock):
        url = http.post("/boogu-video/v1/generate", json={"anything": 1}).json()["polling_url"]
        clock.now += 8
        output = http.get(url).json()["output"]
        assert (1, "video/mp4") == (len(output["media_url"]), output["media_type"])

    def test_errors_are_flat(self, start, http, emulator):
        answer = http.post(GENERATE, json={"prompt": 1})
        assert (400, "Bad Request") == (answer.status_code, answer.json()["error"])
        assert answer.json()["message"].startswith("prompt: ")
        refused = start.client(emulator, Authorization="Bearer demo-key").post(GENERATE, json={"prompt": "x"})
        assert (401, "Unauthorized") == (refused.status_code, refused.json()["error"])

    def test_an_endpoint_of_no_model_is_a_model_not_found(self, http):
        answer = http.post("/unknown/v1/generate", json={})
        assert (400, "Model not found") == (answer.status_code, answer.json()["error"])
        assert 404 == http.get("/unknown/v1/generate").status_code
        assert 405 == http.get(GENERATE).status_code

    def test_a_situation_the_table_leaves_out_has_its_usual_status(self, http):
        answer = http.get("/v2/requests/status/job_999999")
        assert (404, "job_not_found") == (answer.status_code, answer.json()["error"])

    def test_a_system_error_is_not_charged_and_a_failure_is(self, http, emulator, clock):
        emulator.faults.add("job-failed=ERROR:1")
        url = http.post(GENERATE, json={"prompt": "x"}).json()["polling_url"]
        assert 998 == emulator.credits
        clock.now += 8
        assert "ERROR" == http.get(url).json()["status"]
        assert 1000 == emulator.credits
        emulator.faults.add("job-failed:1")
        url = http.post(GENERATE, json={"prompt": "x"}).json()["polling_url"]
        clock.now += 8
        assert "FAILED" == http.get(url).json()["status"]
        assert 998 == emulator.credits

    def test_a_callback_is_asked_for_by_header(self, http):
        body = {"prompt": "x"}
        refused = http.post(GENERATE, json=body, headers={"X-Webhook-URL": "not a url"})
        assert (400, True) == (refused.status_code, "X-Webhook-URL" in refused.json()["message"])
        assert 202 == http.post(GENERATE, json=body, headers={"x-webhook-url": "http://127.0.0.1:9/"}).status_code
        assert 400 == http.post(GENERATE, json={**body, "webhook_url": "http://127.0.0.1:9/"}).status_code

    def test_there_is_no_list_to_read(self, http):
        assert 404 == http.get("/models").status_code

    def test_an_endpoint_elsewhere_is_not_served(self, http, emulator, flat_snapshot):
        import dataclasses

        moved = dataclasses.replace(flat_snapshot.models[0], endpoint="https://elsewhere.example/x")
        broken = dataclasses.replace(flat_snapshot.models[1], endpoint="https://")
        emulator.snapshot = dataclasses.replace(flat_snapshot, models=(moved, broken))
        assert 400 == http.post("/x", json={"prompt": "x"}).status_code


class TestVersioned:
    """owner/name ids, pages, a schema inside an OpenAPI document, input below a key, cancelling."""

    @pytest.fixture
    def emulator(self, start, versioned, versioned_snapshot, clock):
        return start(versioned, versioned_snapshot, clock=clock, job_seconds=8, page_size=2)

    @pytest.fixture
    def http(self, start, emulator):
        return start.client(emulator, Authorization="Bearer demo-key")

    def test_pages_are_followed_by_url_until_there_is_no_next(self, http, emulator):
        first = http.get("/models", params={"sort": "x"}).json()
        assert [("acme", "clip"), ("acme", "paint")] == [(item["owner"], item["name"]) for item in first["results"]]
        assert first["next"].startswith(f"{emulator.base_url}/models?sort=x&cursor=")
        last = http.get(first["next"]).json()
        assert {"results": [{"owner": "zeta", "name": "schema"}], "next": None} == last

    def test_pages_can_be_followed_by_cursor(self, start, versioned, versioned_snapshot):
        listing = versioned.catalogue.list.model_copy(update={"cursor": "after"})
        catalogue = versioned.catalogue.model_copy(update={"list": listing})
        emulator = start(versioned.model_copy(update={"catalogue": catalogue}), versioned_snapshot, page_size=1)
        http = start.client(emulator)
        names, cursor = [], {}
        while cursor is not None:
            page = http.get("/models", params=cursor).json()
            names += [item["name"] for item in page["results"]]
            cursor = {"after": page["next"]} if page["next"] else None
        assert ["clip", "paint", "schema"] == names

    @pytest.mark.parametrize("cursor", ["é", "x", base64.urlsafe_b64encode(b"\xff").decode()])
    def test_a_cursor_unknown_gave_is_refused(self, http, cursor):
        answer = http.get("/models", params={"cursor": cursor})
        assert (422, "Invalid input") == (answer.status_code, answer.json()["title"])

    def test_schemas_are_in_an_openapi_document_with_their_references_inside_it(self, http):
        detail = http.get("/models/acme/paint").json()
        assert ("acme", "paint", "Paints") == (detail["owner"], detail["name"], detail["description"])
        document = detail["latest_version"]["openapi_schema"]
        schemas = document["components"]["schemas"]
        assert {"Input", "Output", "size"} == schemas.keys()
        assert {"$ref": "#/components/schemas/size"} == schemas["Input"]["properties"]["size"]["allOf"][0]
        assert {"enum": ["s", "l"]} == schemas["size"]
        assert "$defs" not in schemas["Input"]
        assert "array" == schemas["Output"]["type"]

    def test_a_model_without_schemas_has_no_version(self, http):
        assert {"owner": "zeta", "name": "schema"} == http.get("/models/zeta/schema").json()

    def test_input_is_judged_below_its_key_and_the_callback_beside_it(self, http):
        run = "/models/acme/paint/predictions"
        assert 201 == http.post(run, json={"input": {"prompt": "x", "size": "l"}, "version": "1"}).status_code
        for body in ({"prompt": "x"}, {"input": []}, {"input": {"prompt": "x", "size": "m"}}, {"input": {"x": 1}}):
            assert 422 == http.post(run, json=body).status_code, body
        answer = http.post(run, json={"input": {"prompt": "x"}, "webhook": "x"})
        assert (422, True) == (answer.status_code, "webhook" in answer.json()["detail"])

    def test_the_result_schema_decides_between_a_list_and_one_url(self, http, emulator, clock):
        paint = http.post("/models/acme/paint/predictions", json={"input": {"prompt": "x"}}).json()
        clip = http.post("/models/acme/clip/predictions", json={"input": {}}).json()
        clock.now += 8
        assert [f"{emulator.files_url}/files/{paint['id']}/0.png"] == http.get(paint["urls"]["get"]).json()["output"]
        assert f"{emulator.files_url}/files/{clip['id']}/0.png" == http.get(clip["urls"]["get"]).json()["output"]

    def test_a_running_job_can_be_cancelled_and_a_finished_one_not(self, http, clock):
        job = http.post("/models/acme/paint/predictions", json={"input": {"prompt": "x"}}).json()
        assert "starting" == job["status"]
        clock.now += 3
        assert "processing" == http.get(job["urls"]["get"]).json()["status"]
        assert "canceled" == http.post(job["urls"]["cancel"]).json()["status"]
        clock.now += 8
        assert "canceled" == http.get(job["urls"]["get"]).json()["status"]
        other = http.post("/models/acme/paint/predictions", json={"input": {"prompt": "x"}}).json()
        clock.now += 8
        assert "succeeded" == http.post(other["urls"]["cancel"]).json()["status"]
        assert ["succeeded", "canceled"] == [job["status"] for job in http.get("/predictions").json()["results"]]

    def test_faults_can_name_a_model_with_an_owner(self, http, emulator):
        emulator.faults.add("error=500@detail/acme/paint")
        assert [500, 200] == [http.get(f"/models/acme/{name}").status_code for name in ("paint", "clip")]


def test_contradictory_places_are_reported_and_not_guessed(start, flat, flat_snapshot):
    fields = flat.job.fields.model_copy(update={"model": ("/status/model",)})
    provider = flat.model_copy(update={"job": flat.job.model_copy(update={"fields": fields})})
    http = start.client(start(provider, flat_snapshot), **{"X-Subscription-Key": "demo-key"})
    answer = http.post(GENERATE, json={"prompt": "x"})
    assert 500 == answer.status_code
    assert "/status/model" in answer.json()["message"]


def test_a_text_is_no_url(start, versioned, versioned_snapshot):
    job = versioned.job.model_copy(update={"output": {"text": ("/output",)}})
    emulator = start(versioned.model_copy(update={"job": job}), versioned_snapshot, job_seconds=0)
    http = start.client(emulator, Authorization="Bearer demo-key")
    url = http.post("/models/acme/clip/predictions", json={"input": {}}).json()["urls"]["get"]
    assert "Output 0 of job_000001" == http.get(url).json()["output"]


@pytest.mark.parametrize(
    ("modality", "start_bytes", "media_type"),
    [("audio", b"RIFF", "audio/wav"), ("video", b"\0\0\0", "video/mp4")],
)
def test_every_modality_has_a_real_file(start, versioned, versioned_snapshot, until, modality, start_bytes, media_type):
    job = versioned.job.model_copy(update={"output": {modality: ("/output",)}})
    emulator = start(versioned.model_copy(update={"job": job}), versioned_snapshot, job_seconds=0)
    http = start.client(emulator, Authorization="Bearer demo-key")
    url = http.post("/models/acme/clip/predictions", json={"input": {}}).json()["urls"]["get"]
    file = http.get(http.get(url).json()["output"])
    assert (200, media_type) == (file.status_code, file.headers["content-type"])
    assert file.content.startswith(start_bytes)
    assert file.content == http.get(http.get(url).json()["output"]).content
    if modality == "audio":
        assert len(file.content) - 8 == struct.unpack("<I", file.content[4:8])[0]
