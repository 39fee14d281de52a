"""The key is for the API's origin; everything else gets nothing."""

from __future__ import annotations

import httpx
import pytest
from sdk_sample import GATEWAY, KEY, STUDIO, AsyncStudio, Gateway, Painting, Sketch, Studio
from sdk_servers import Answer, closed_port

from runtime.core.errors import ConfigurationError, JobTimeout, RedirectRefused
from runtime.core.placeholders import fill_route
from runtime.core.urls import origin, rebase

RUN = "/api/v1/models/flux-1.1/pro/run"
JOB = "/api/v1/jobs/job_1"
DONE = Answer({"jobId": "job_1", "status": "completed"})


def keys(site):
    return [seen.path for seen in site.seen if KEY in str(seen)]


def test_a_file_host_never_sees_the_key_even_by_way_of_the_api(api, files, studio, twin):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202, {"Set-Cookie": "session=s3cret"}))
    api.on("GET", JOB, Answer({"status": "completed", "output": {"images": [f"{files.url}/out.png"]}}))
    files.on("GET", "/out.png", Answer(status=302, headers={"Location": f"{api.url}/public/out.png"}))
    api.on("GET", "/public/out.png", Answer(content=b"png"))

    [image] = studio.run(Painting(prompt="x")).output.images

    assert b"png" == twin.bytes(image)
    assert [RUN, JOB] == keys(api)
    assert [] == keys(files)
    assert "s3cret" not in str(files.seen)


def test_a_file_host_sees_nothing_of_an_injected_client(api, files, twin):
    files.on("GET", "/out.png", Answer(content=b"png"))
    api.on("GET", JOB, Answer({"status": "completed", "output": {"images": [f"{files.url}/out.png"]}}))
    options = {"headers": {"Authorization": "Bearer other-secret", "X-Trace": "t1"}, "auth": ("user", "secret")}
    blocking, asynchronous = httpx.Client(**options), httpx.AsyncClient(**options)
    client = twin.client(
        lambda **more: Studio(KEY, http_client=blocking, **more),
        lambda **more: AsyncStudio(KEY, http_client=asynchronous, **more),
        base_url=f"{api.url}/api/v1",
    )
    [image] = client.jobs.get("job_1", Painting).result().output.images
    assert b"png" == twin.bytes(image)
    assert {"authorization", "x-trace"}.isdisjoint(files.seen[0].headers)
    assert (f"Bearer {KEY}", "t1") == (api.seen[0].headers["authorization"], api.seen[0].headers["x-trace"])
    client.close()
    assert not blocking.is_closed  # it is the caller's
    assert not asynchronous.is_closed
    twin.close_http(blocking, asynchronous)


def test_a_status_url_of_another_origin_is_replaced_by_the_documented_route(api, files, studio):
    files.on("GET", JOB, DONE)
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending", "statusUrl": f"{files.url}{JOB}"}, 202))
    api.on("GET", JOB, DONE)
    studio.run(Painting(prompt="x"))
    assert [] == files.seen
    assert 1 == len(api.requests("GET", JOB))


def test_a_status_url_of_the_api_is_used_wherever_the_api_was_moved_to(api, studio):
    official = "https://studio.example/api/v1/jobs/job_1/status"
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending", "statusUrl": official}, 202))
    api.on("GET", f"{JOB}/status", DONE)
    studio.run(Painting(prompt="x"))
    assert 1 == len(api.requests("GET", f"{JOB}/status"))


def test_a_redirect_within_the_api_is_followed(api, studio):
    api.on("GET", JOB, Answer(status=307, headers={"Location": "/api/v1/moved/job_1"}))
    api.on("GET", "/api/v1/moved/job_1", DONE)
    assert "succeeded" == studio.jobs.get("job_1", Painting).status


def test_a_redirect_loop_ends(api, studio):
    api.on("GET", JOB, Answer(status=307, headers={"Location": JOB}))
    with pytest.raises(RedirectRefused):
        studio.jobs.get("job_1", Painting)
    assert 4 == len(api.seen)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_origin_is_an_error(api, files, studio, status):
    api.on("GET", JOB, Answer(status=status, headers={"Location": f"{files.url}{JOB}?token=abc"}))
    with pytest.raises(RedirectRefused, match=r"redirected to http://127\.0\.0\.1:\d+, which is not followed"):
        studio.jobs.get("job_1", Painting)
    assert [] == files.seen


@pytest.mark.parametrize("location", ["http://[x", "", "\\\\evil.example", "https://a@b.example/"])
def test_a_redirect_to_nowhere_is_an_error(api, studio, location):
    api.on("GET", JOB, Answer(status=302, headers={"Location": location}))
    with pytest.raises(RedirectRefused):
        studio.jobs.get("job_1", Painting)


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_of_a_submission_is_an_error_even_within_the_api(api, studio, status):
    api.on("POST", RUN, Answer(status=status, headers={"Location": "/api/v1/elsewhere"}))
    with pytest.raises(RedirectRefused):
        studio.submit(Painting(prompt="x"))
    assert 1 == len(api.seen)


def test_a_model_with_a_submit_url_of_another_origin_is_refused(api, files, gateway):
    class Hostile(Sketch):
        __endpoint__ = f"{files.url}/sketch"

    with pytest.raises(ConfigurationError, match="is not on the API's origin"):
        gateway.submit(Hostile(prompt="x"))
    assert [] == files.seen


@pytest.mark.parametrize(
    "url", ["http://studio.example/api", "http://127.evil.example", "http://localhost.evil.example"]
)
def test_a_key_is_not_sent_unencrypted(url):
    with pytest.raises(ConfigurationError, match="would send the API key unencrypted"):
        Studio(KEY, base_url=url)


@pytest.mark.parametrize(
    "url",
    ["ftp://x", "studio.example", "https://", "https://a@b.example", "https://[x", "https://x/?a=1", "https://x y"],
)
def test_a_base_url_that_cannot_be_right_is_refused(url):
    with pytest.raises(ConfigurationError, match="base_url is not a plain http"):
        Studio(KEY, base_url=url)


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1:1", "127.8.9.1:1", "[::1]:1"])
def test_loopback_needs_no_encryption(host):
    Studio(KEY, base_url=f"http://{host}").close()


def test_settings_come_from_the_environment(api, monkeypatch):
    monkeypatch.setenv("STUDIO_API_KEY", f"{KEY}\n")
    monkeypatch.setenv("STUDIO_BASE_URL", f"{api.url}/api/v1/")
    api.on("GET", JOB, DONE)
    with Studio() as client:
        client.jobs.get("job_1", Painting)
    assert f"Bearer {KEY}" == api.seen[0].headers["authorization"]


def test_a_missing_key_names_the_variable(monkeypatch):
    monkeypatch.delenv("STUDIO_API_KEY", raising=False)
    for kind in (Studio, AsyncStudio):
        with pytest.raises(ConfigurationError, match=r"set the environment variable STUDIO_API_KEY or pass Studio\("):
            kind()


@pytest.mark.parametrize(
    "url",
    [
        "https://studio.example@evil.example/",
        "https://user:pw@studio.example/",
        "https://studio.example\\@evil.example/",
        "https://studio.example\t.evil.example/",
        "https://studio.example:port/",
        "https://[studio/",
        "//studio.example/",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_url_that_parsers_may_read_differently_has_no_origin(url):
    assert origin(url) is None


def test_origins_compare_scheme_host_and_port():
    assert origin("https://Studio.example/a") == origin("https://studio.example:443/b")
    assert origin("https://studio.example") != origin("http://studio.example")
    assert origin("https://studio.example") != origin("https://studio.example:8443")
    assert origin("https://studio.example") != origin("https://studio.example.evil.example")


BASE = STUDIO.api.base_url


@pytest.mark.parametrize(
    ("url", "override", "moved"),
    [
        ("https://studio.example/api/openapi", "http://y:8000/api/v1", "http://y:8000/api/openapi"),
        ("https://studio.example/api/v1/models?a=1", "http://y:8000/api/v1", "http://y:8000/api/v1/models?a=1"),
        ("https://studio.example/api/v1/models", "http://y:8000", "http://y:8000/models"),
        ("https://studio.example/openapi", "http://y:8000/v1", "http://y:8000/openapi"),
        ("https://other.example/api/v1/x", "http://y:8000", "https://other.example/api/v1/x"),
    ],
)
def test_an_override_moves_the_whole_origin(url, override, moved):
    assert moved == rebase(url, BASE, override)


def test_a_submit_url_of_a_model_moves_with_the_base_url(api):
    path = "/proxy/sketch/v1/sketch-request"
    api.on("POST", path, Answer({"request_id": "r1", "status": "QUEUED"}, 202))
    assert "https://gateway.example" == GATEWAY.api.base_url
    with Gateway(KEY, base_url=f"{api.url}/proxy") as client, pytest.raises(JobTimeout):
        client.submit(Sketch(prompt="x")).wait(timeout=0)
    assert [path] == [seen.path for seen in api.requests("POST")]


@pytest.mark.parametrize("job_id", ["../../admin", "a/b", "a?b#c", "ü", "%2e%2e"])
def test_an_id_stays_in_its_place(api, studio, job_id):
    route = fill_route("/jobs/{job_id}", {"job_id": job_id})
    assert 2 == route.count("/")
    api.on("GET", f"/api/v1{route}", Answer({"status": "completed"}))
    assert "succeeded" == studio.jobs.get(job_id, Painting).status


@pytest.mark.parametrize("job_id", ["", ".", ".."])
def test_an_id_that_is_no_name_is_refused(api, studio, job_id):
    with pytest.raises(ConfigurationError):
        studio.jobs.get(job_id, Painting)
    assert [] == api.seen


@pytest.mark.parametrize("model", ["../../x", "a//b", "/a", "a/"])
def test_a_hostile_model_id_cannot_leave_its_route(model):
    with pytest.raises(ConfigurationError):
        fill_route("/models/{id}/run", {"id": model})


def test_an_api_on_this_machine_is_reached_without_the_proxy_of_the_environment(api, twin, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", closed_port())
    monkeypatch.setenv("ALL_PROXY", closed_port())
    monkeypatch.delenv("NO_PROXY", raising=False)
    api.on("GET", "/api/v1/jobs", Answer({"jobs": []}))
    client = twin.client(Studio, AsyncStudio, KEY, base_url=f"{api.url}/api/v1")
    assert () == client.jobs.list()


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hunter2@api.example/v1", "//me:hunter2@x", "https://a.example/?p=hunter2", "https:/me:hunter2@x",
        "https://me:hunter2/s@x", "https://me:hunter2#s@x", "https://me:hunter2?s@x", "\nhttps://me:/hunter2@x",
    ],
)  # fmt: skip
def test_a_password_in_a_base_url_is_not_repeated(url):
    with pytest.raises(ConfigurationError) as caught:
        Studio(KEY, base_url=url)
    assert "hunter2" not in str(caught.value)
