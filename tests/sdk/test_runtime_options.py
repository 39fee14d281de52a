"""Ways out: raw models, extra parameters, options for single calls, hooks, a proxy."""

from __future__ import annotations

import json
import pickle

import httpx
import pytest
from sdk_sample import KEY, AsyncStudio, Painting, Sketch, Studio
from sdk_servers import Answer

from runtime.async_client import AsyncClient
from runtime.client import Client
from runtime.core.errors import ConfigurationError, NotFound, ServerError, SubmissionUncertain
from runtime.core.hooks import Exchange, Hooks
from runtime.models.raw_request import raw_request
from runtime.models.request import to_wire

RUN = "/api/v1/models/flux-1.1/pro/run"
NEW = "/api/v1/models/brand-new/run"
JOB = "/api/v1/jobs/job_1"
ACCEPTED = Answer({"jobId": "job_1", "status": "pending"}, 202)
DONE = Answer({"jobId": "job_1", "status": "completed", "output": {"images": ["https://f.example/1.png"]}})


def test_a_model_newer_than_the_package_runs(api, studio):
    api.on("POST", NEW, ACCEPTED)
    api.on("GET", JOB, DONE)
    result = studio.run_raw("brand-new", {"prompt": "x", "n": None, "size": {"w": 1}})
    assert ["https://f.example/1.png"] == [asset.url for asset in result.output.media]
    assert {"prompt": "x", "n": None, "size": {"w": 1}} == json.loads(api.seen[0].body)
    assert "job_1" == studio.submit_raw("brand-new", {}).id


def test_a_raw_model_of_a_provider_with_one_url_per_model_needs_that_url(api, gateway):
    api.on("POST", "/new/v1/new-request", Answer({"request_id": "r1", "status": "QUEUED"}, 202))
    assert "r1" == gateway.submit_raw("new", {}, endpoint="https://gateway.example/new/v1/new-request").id
    with pytest.raises(ConfigurationError, match="no submit URL"):
        gateway.submit_raw("new", {})
    with pytest.raises(ConfigurationError, match="the key is not sent there"):
        gateway.submit_raw("new", {}, endpoint="https://evil.example/new")


@pytest.mark.parametrize("wrong", [{"prompt": "x"}, Painting, "flux-1.1/pro", None])
def test_what_is_no_request_is_refused_before_anything_is_sent(api, studio, wrong):
    for call in (studio.submit, studio.run, lambda wrong: studio.run_many([Painting(prompt="x"), wrong])):
        with pytest.raises(ConfigurationError, match="instance of a model's class"):
            call(wrong)
    assert [] == api.seen


def test_a_raw_request_survives_pickling(api, studio):
    again = pickle.loads(pickle.dumps(raw_request(Studio.profile, "brand-new", {"prompt": "x"}, None)))
    assert ("brand-new", {"prompt": "x"}) == (again.__model_id__, to_wire(again))
    api.on("POST", NEW, Answer({}, 202))
    with pytest.raises(SubmissionUncertain) as caught:
        studio.submit_raw("brand-new", {"prompt": "x"})
    assert {"prompt": "x"} == to_wire(pickle.loads(pickle.dumps(caught.value)).request)


def test_extra_parameters_are_sent_beside_those_of_the_request_and_win(api, studio):
    api.on("POST", RUN, ACCEPTED)
    studio.with_options(extra_body={"beta": True, "size": "huge"}).submit(Painting(prompt="x", size="small"))
    assert {"prompt": "x", "size": "huge", "beta": True} == json.loads(api.seen[0].body)
    studio.submit(Painting(prompt="x"))
    assert {"prompt": "x"} == json.loads(api.seen[1].body)


def test_options_add_up_and_leave_the_first_client_alone(api, studio):
    api.on("GET", JOB, DONE)
    tagged = studio.with_options(headers={"X-Team": "a", "AUTHORIZATION": "Bearer other"})
    tagged.with_options(headers={"X-Trace": "t"}).jobs.get("job_1", Painting).refresh()
    studio.jobs.get("job_1", Painting)
    assert [("a", "t"), ("a", "t"), (None, None)] == [
        (seen.headers.get("x-team"), seen.headers.get("x-trace")) for seen in api.seen
    ]
    assert {f"Bearer {KEY}"} == {seen.headers["authorization"] for seen in api.seen}


def test_retries_and_timeout_can_be_set_for_some_calls(api, studio):
    api.on("GET", JOB, Answer(status=503))
    with pytest.raises(ServerError):
        studio.with_options(retries=0).jobs.get("job_1", Painting)
    assert 1 == len(api.seen)
    api.on("GET", JOB, Answer(DONE.json, delay=0.2))
    with pytest.raises(Exception, match=r"not complete in time|Timeout"):
        studio.with_options(timeout=0.05, retries=0).jobs.get("job_1", Painting)
    for wrong in ({"timeout": 0}, {"retries": -1}):
        with pytest.raises(ConfigurationError):
            studio.with_options(**wrong)


def test_any_route_can_be_called(api, studio):
    api.on("GET", "/api/v1/account", Answer({"credits": 3}, headers={"x-request-id": "req_1"}))
    api.on("POST", "/api/v1/account", Answer(content=b"raw", status=201))
    reply = studio.request("get", "/account?verbose=1")
    assert (200, {"credits": 3}, "req_1") == (reply.status, reply.json, reply.request_id)
    assert "verbose=1" == api.seen[0].query
    assert b"raw" == studio.request("POST", "account", {"a": [1]}).content
    assert {"a": [1]} == json.loads(api.seen[1].body)
    for path in ("/nothing", "@evil.example/x", "//evil.example/x", "https://evil.example/x"):
        with pytest.raises(NotFound):  # whatever it looks like, it is below the base URL
            studio.request("GET", path)


def test_hooks_see_every_exchange_and_can_add_headers(api, studio_at):
    seen: list[Exchange] = []

    def before(exchange: Exchange) -> None:
        exchange.headers["traceparent"] = "00-1"
        exchange.state["span"] = len(seen)
        assert exchange.status is None

    client = studio_at(f"{api.url}/api/v1", hooks=Hooks(on_request=before, on_response=seen.append))
    api.on("GET", JOB, Answer(status=503), Answer(DONE.json, headers={"x-request-id": "req_2"}))
    client.jobs.get("job_1", Painting)

    assert [(503, None, 0), (200, "req_2", 1)] == [(one.status, one.request_id, one.state["span"]) for one in seen]
    assert {("GET", f"{api.url}{JOB}")} == {(one.method, one.url) for one in seen}
    assert all(one.seconds is not None and one.seconds > 0 for one in seen)
    assert ["00-1", "00-1"] == [request.headers["traceparent"] for request in api.seen]
    assert KEY not in repr(seen)


def test_a_hook_that_fails_loses_no_job(api, studio_at, caplog):
    def broken(exchange: Exchange) -> None:
        raise RuntimeError("no collector")

    api.on("POST", RUN, ACCEPTED)
    client = studio_at(f"{api.url}/api/v1", hooks=Hooks(on_request=broken, on_response=broken))
    assert "job_1" == client.submit(Painting(prompt="x")).id
    assert ["a hook failed: RuntimeError: no collector"] * 2 == [
        record.message for record in caplog.records if record.name == "studio_sdk"
    ]


def test_a_hook_receives_an_exchange_without_an_answer(studio_at):
    seen: list[Exchange] = []
    client = studio_at("http://127.0.0.1:1/api/v1", hooks=Hooks(on_response=seen.append))
    with pytest.raises(Exception, match="nothing was submitted"):
        client.submit(Painting(prompt="x"))
    assert {None} == {one.status for one in seen}
    assert all("Connect" in str(one.failure) for one in seen)


def test_a_proxy_is_used_when_the_http_client_has_one(faulty, twin):
    body = json.dumps(DONE.json).encode()
    faulty.replies = [b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body]
    blocking, asynchronous = httpx.Client(proxy=faulty.url), httpx.AsyncClient(proxy=faulty.url)
    client = twin.client(
        lambda **more: Studio(KEY, http_client=blocking, **more),
        lambda **more: AsyncStudio(KEY, http_client=asynchronous, **more),
        base_url="http://127.0.0.1:1/api/v1",
    )
    assert "succeeded" == client.jobs.get("job_1", Painting).status
    assert faulty.requests[0].startswith(b"GET http://127.0.0.1:1/api/v1/jobs/job_1 HTTP/1.1")
    twin.close_http(blocking, asynchronous)


def test_the_options_are_the_same_in_both_clients():
    assert Client.with_options is AsyncClient.with_options
    assert Client.estimate is AsyncClient.estimate
    assert Sketch.__price__ is None
