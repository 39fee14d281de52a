"""Submitting, watching and reading a job, as both published kinds of API document it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sdk_sample import KEY, Painting, Sketch
from sdk_servers import Answer

from runtime.core.errors import ConfigurationError, JobCancelled, JobFailed, NotFound, Unsupported
from runtime.files.outputs import ImageOutput, MediaOutput

RUN = "/api/v1/models/flux-1.1/pro/run"
JOB = "/api/v1/jobs/job_1"


def submitted(**more):
    return Answer({"jobId": "job_1", "status": "pending", "creditCost": 1.5, "creditsRemaining": 98.5, **more}, 202)


def completed(**more):
    return Answer({"jobId": "job_1", "status": "completed", "output": {"images": ["https://f.example/1.png"]}, **more})


def test_run_submits_waits_and_reads_the_result(api, studio):
    api.on("POST", RUN, submitted())
    expiry = {"expiresAt": "2026-03-10T12:00:00Z", "assets": [], "surprise": {"nested": True}}
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "processing"}), completed(**expiry))

    result = studio.run(Painting(prompt="a fox"))

    assert type(result.output) is ImageOutput
    assert ["https://f.example/1.png"] == [image.url for image in result.output.images]
    assert ("job_1", 1.5, 98.5) == (result.job_id, result.cost, result.credits_remaining)
    assert datetime(2026, 3, 10, 12, tzinfo=UTC) == result.expires_at
    assert result.raw["surprise"] == {"nested": True}
    [post] = api.requests("POST")
    assert {"prompt": "a fox"} == json.loads(post.body)
    assert "application/json" == post.headers["content-type"]
    assert f"Bearer {KEY}" == post.headers["authorization"]
    assert "studio-sdk/1.2.3" == post.headers["user-agent"]


def test_the_other_kind_of_provider_needs_other_data_only(api, gateway):
    polling = f"{api.url}/v2/requests/status/r1"
    api.on(
        "POST",
        "/sketch/v1/sketch-request",
        Answer({"request_id": "r1", "status": "QUEUED", "polling_url": polling}, 202),
    )
    output = {"media_url": ["https://f.example/1.jpeg"], "media_type": "image/jpeg"}
    api.on("GET", "/v2/requests/status/r1", Answer({"request_id": "r1", "status": "COMPLETED", "output": output}))

    result = gateway.run(Sketch(prompt="a fox"), webhook_url="https://me.example/hook")

    assert type(result.output) is MediaOutput
    assert [("https://f.example/1.jpeg", "image/jpeg")] == [(a.url, a.media_type) for a in result.output.media]
    [post] = api.requests("POST")
    assert (KEY, "https://me.example/hook") == (post.headers["x-subscription-key"], post.headers["x-webhook-url"])
    assert {"prompt": "a fox"} == json.loads(post.body)


def test_an_answer_with_the_files_inline_is_a_finished_job(api, gateway):
    inline = {"output": {"media_url": ["data:text/plain;base64,Zm94"], "media_type": "text/plain"}}
    api.on("POST", "/sketch/v1/sketch-request", Answer(inline))

    result = gateway.run(Sketch(prompt="a fox"))

    assert "" == result.job_id
    assert b"fox" == result.output.media[0].bytes()
    assert [] == api.requests("GET")


def test_a_webhook_goes_where_the_profile_has_it(api, studio):
    api.on("POST", RUN, submitted())
    studio.submit(Painting(prompt="a fox", size="large"), webhook_url="https://me.example/hook")
    body = json.loads(api.requests("POST")[0].body)
    assert {"prompt": "a fox", "size": "large", "webhook_url": "https://me.example/hook"} == body


@pytest.mark.parametrize("url", ["me.example", "ftp://x", "https://a b", "https://x\r\nX-Evil: 1", "https://ü"])
def test_a_webhook_that_is_no_url_is_refused_before_anything_is_sent(api, studio, url):
    with pytest.raises(ConfigurationError, match="webhook_url is not an http"):
        studio.submit(Painting(prompt="a fox"), webhook_url=url)
    assert [] == api.seen


def test_updates_yield_each_change_once_and_end_with_the_job(api, studio):
    api.on("POST", RUN, submitted())
    running = Answer({"jobId": "job_1", "status": "processing"})
    api.on("GET", JOB, running, running, completed())

    job = studio.submit(Painting(prompt="a fox"))
    updates = [(update.status, update.provider_status) for update in job.updates()]

    assert [("queued", "pending"), ("running", "processing"), ("succeeded", "completed")] == updates
    assert ("job_1", "succeeded", 1.5) == (job.id, job.status, job.cost)
    assert 1 == len(job.result().output.images)


def test_an_unknown_status_counts_as_running_and_is_logged_once(api, studio, caplog):
    api.on("POST", RUN, submitted())
    odd = Answer({"jobId": "job_1", "status": "upscaling"})
    api.on("GET", JOB, odd, odd, odd, completed())

    states = [update.status for update in studio.submit(Painting(prompt="a fox")).updates()]

    assert ["queued", "running", "succeeded"] == states
    assert ["job status 'upscaling' is unknown and counts as running"] == [record.message for record in caplog.records]


def test_a_job_is_taken_up_again_by_its_id(api, studio):
    api.on("GET", JOB, completed(creditCost=2))
    job = studio.jobs.get("job_1", Painting)
    assert ("job_1", "succeeded", 2) == (job.id, job.status, job.cost)
    assert 1 == len(job.result().output.images)
    with pytest.raises(NotFound, match="no /api/v1/jobs/job_2"):
        studio.jobs.get("job_2", Painting)


def test_jobs_are_listed(api, studio):
    items = [{"jobId": "job_2", "status": "failed", "error": "no"}, {"jobId": "job_1", "status": "completed"}, 7]
    api.on("GET", "/api/v1/jobs", Answer({"jobs": items}))
    jobs = studio.jobs.list(limit=2)
    assert [("job_2", "failed", "no"), ("job_1", "succeeded", None)] == [(j.id, j.status, j.error) for j in jobs]
    assert "limit=2" == api.requests("GET")[0].query


def test_a_webhook_is_replayed(api, studio):
    api.on("POST", f"{JOB}/webhook", Answer(status=204, content=b""))
    studio.jobs.replay_webhook("job_1")
    assert 1 == len(api.requests("POST"))


def test_a_job_is_cancelled_where_the_provider_can(api, gateway, studio):
    api.on("POST", "/sketch/v1/sketch-request", Answer({"request_id": "r1", "status": "QUEUED"}, 202))
    api.on("POST", "/v2/requests/r1/cancel", Answer(status=200, content=b""))
    api.on("GET", "/v2/requests/status/r1", Answer({"request_id": "r1", "status": "QUEUED"}))
    assert "queued" == gateway.submit(Sketch(prompt="a fox")).cancel().status
    assert 1 == len(api.requests("POST", "/v2/requests/r1/cancel"))

    api.on("POST", RUN, submitted())
    with pytest.raises(Unsupported, match="Studio documents no way to cancel a job"):
        studio.submit(Painting(prompt="a fox")).cancel()


def test_what_a_provider_does_not_document_is_unsupported(gateway):
    with pytest.raises(Unsupported, match="Gateway documents no list of jobs"):
        gateway.jobs.list()
    with pytest.raises(Unsupported, match="Gateway documents no replay of webhooks"):
        gateway.jobs.replay_webhook("r1")


@pytest.mark.parametrize(("status", "charged"), [("ERROR", False), ("FAILED", None)])
def test_a_failed_job_has_its_reason_and_whether_it_was_charged(api, gateway, status, charged):
    api.on("POST", "/sketch/v1/sketch-request", Answer({"request_id": "r1", "status": "QUEUED"}, 202))
    api.on("GET", "/v2/requests/status/r1", Answer({"request_id": "r1", "status": status, "error": {"why": "nsfw"}}))
    with pytest.raises(JobFailed) as caught:
        gateway.run(Sketch(prompt="a fox"))
    assert ("r1", '{"why": "nsfw"}', charged) == (caught.value.job_id, caught.value.error, caught.value.charged)
    assert not isinstance(caught.value, JobCancelled)


@pytest.mark.parametrize(
    "output",
    [{}, {"output": None}, {"output": {"images": 7}}, {"output": {"images": [None, {"href": 1}]}}, {"output": "x"}],
)
def test_a_result_of_another_shape_is_kept_and_never_raises(api, studio, output):
    api.on("POST", RUN, submitted())
    api.on(
        "GET", JOB, Answer({"jobId": "job_1", "status": "completed", "creditCost": "free", "expiresAt": 5, **output})
    )
    result = studio.run(Painting(prompt="a fox"))
    assert () == result.output.images
    assert (1.5, None) == (result.cost, result.expires_at)
    assert "completed" == result.output.raw["status"]


@pytest.mark.parametrize(
    "images",
    ["https://f.example/1.png", ["https://f.example/1.png"], [{"url": "https://f.example/1.png", "width": 8}]],
)
def test_files_are_found_in_every_published_shape(api, studio, images):
    api.on("POST", RUN, submitted())
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "completed", "output": {"images": images}}))
    [image] = studio.run(Painting(prompt="a fox")).output.images
    assert "https://f.example/1.png" == image.url
