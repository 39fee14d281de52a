"""What is checked before a job is taken in, and what it costs."""

from __future__ import annotations

from decimal import Decimal

import pytest

GOOD = {"prompt": "a fox"}
RUN = "/models/flux-1.1-pro/run"


@pytest.fixture
def emulator(start, dojo, dojo_snapshot, clock):
    return start(dojo, dojo_snapshot, clock=clock, credits=20.0)


@pytest.fixture
def http(start, emulator):
    return start.client(emulator, Authorization=f"Bearer {emulator.api_key}")


def test_an_accepted_job_has_its_status_url_and_its_cost(http, emulator):
    answer = http.post(RUN, json=GOOD)
    assert 202 == answer.status_code
    assert answer.json() == {
        "jobId": "job_000001",
        "status": "pending",
        "statusUrl": f"{emulator.base_url}/jobs/job_000001",
        "apiId": "flux-1.1-pro",
        "creditCost": 1.5,
        "creditsRemaining": 18.5,
        "expiresAt": "2027-01-16T08:00:00.000Z",
    }
    assert "job_000002" == http.post(RUN, json=GOOD).json()["jobId"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "demo-key"}])
def test_every_route_about_jobs_needs_the_key_and_the_catalogue_does_not(start, emulator, headers):
    http = start.client(emulator, **headers)
    for method, path in (("POST", RUN), ("GET", "/jobs/x"), ("GET", "/jobs"), ("POST", "/jobs/x/webhook")):
        answer = http.request(method, path, json=GOOD)
        assert (401, "unauthorized") == (answer.status_code, answer.json()["error"]["code"]), path
    assert 200 == http.get("/models").status_code
    assert Decimal(20) == emulator.credits


def test_any_key_will_do_when_none_is_set_but_no_key_will_not(start, dojo, dojo_snapshot):
    emulator = start(dojo, dojo_snapshot, api_key=None)
    assert 202 == start.client(emulator, Authorization="Bearer pd_x").post(RUN, json=GOOD).status_code
    assert 401 == start.client(emulator, Authorization="pd_x").post(RUN, json=GOOD).status_code


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "prompt"),
        ({"prompt": "x", "sead": 1}, "sead"),
        ({"prompt": 5}, "prompt: "),
        ({"prompt": "x", "num_outputs": 9}, "num_outputs: "),
        ({"prompt": "x", "aspect_ratio": "2:1"}, "aspect_ratio: "),
        ({"prompt": "x", "webhook_url": "ftp://example.com"}, "webhook_url: "),
        ({"prompt": "x", "webhook_url": 7}, "webhook_url: "),
    ],
)
def test_wrong_parameters_are_refused_by_name_and_cost_nothing(http, emulator, body, named):
    answer = http.post(RUN, json=body)
    assert (400, "validation_error") == (answer.status_code, answer.json()["error"]["code"])
    assert named in answer.json()["error"]["message"]
    assert Decimal(20) == emulator.credits


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"prompt": NaN}', b"\xff", b'{"a":1,"a":2}', b"[" * 4000])
def test_a_body_that_is_no_json_object_is_refused(http, body):
    answer = http.post(RUN, content=body)
    assert (400, "invalid_json") == (answer.status_code, answer.json()["error"]["code"])


def test_an_unknown_model_cannot_be_run(http):
    answer = http.post("/models/unknown/run", json=GOOD)
    assert (404, "not_found") == (answer.status_code, answer.json()["error"]["code"])


def test_a_model_whose_schema_unknown_knows_takes_any_object(http):
    answer = http.post("/models/mystery/run", json={"anything": [1]})
    assert (202, 0) == (answer.status_code, answer.json()["creditCost"])


@pytest.mark.parametrize(
    ("model", "parameters", "cost"),
    [
        ("flux-1.1-pro", {"prompt": "x", "num_outputs": 4}, 6),
        ("wan-video", {}, 15),
        ("wan-video", {"duration": 10, "resolution": "1080"}, 40),
    ],
)
def test_the_price_follows_count_seconds_and_resolution(start, dojo, dojo_snapshot, model, parameters, cost):
    emulator = start(dojo, dojo_snapshot)
    http = start.client(emulator, Authorization="Bearer demo-key")
    answer = http.post(f"/models/{model}/run", json=parameters).json()
    assert (cost, 1000 - cost) == (answer["creditCost"], answer["creditsRemaining"])


def test_credits_run_out(http, emulator):
    assert 202 == http.post("/models/wan-video/run", json={}).status_code
    answer = http.post("/models/wan-video/run", json={})
    assert (402, "insufficient_credits") == (answer.status_code, answer.json()["error"]["code"])
    assert "15" in answer.json()["error"]["message"]
    assert Decimal(5) == emulator.credits


def test_fractions_of_a_credit_add_up(start, dojo, dojo_snapshot):
    http = start.client(start(dojo, dojo_snapshot, credits=16.6), Authorization="Bearer demo-key")
    assert 15.1 == http.post(RUN, json=GOOD).json()["creditsRemaining"]
