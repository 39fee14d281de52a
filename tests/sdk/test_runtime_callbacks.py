"""Callbacks: read with the type of their request, and an endpoint that wakes the callers that wait."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sdk_sample import KEY, STUDIO, AsyncStudio, Painting, Studio
from sdk_servers import Answer, Site

from runtime.core.errors import ConfigurationError, JobFailed, JobTimeout, Unsupported, WebhookRefused
from runtime.core.profile import Signature, Webhook
from runtime.files.outputs import ImageOutput, MediaOutput
from runtime.webhook_app import WebhookEndpoint

RUN = "/api/v1/models/flux-1.1/pro/run"
JOB = "/api/v1/jobs/job_1"
DONE = {"jobId": "job_1", "status": "completed", "output": {"images": ["https://f.example/1.png"]}}
SIGNATURE = Signature(id="id", timestamp="time", signature="signature")
SIGNED = STUDIO._replace(webhook=Webhook(field="/hook", signature=SIGNATURE))


class SignedStudio(Studio):
    profile = SIGNED


def test_a_callback_is_a_job_with_the_output_of_its_request(api, studio):
    job = studio.jobs.parse_webhook(json.dumps(DONE).encode(), {}, Painting)
    result = job.result()
    assert isinstance(result.output, ImageOutput)
    assert ("job_1", "https://f.example/1.png") == (job.id, result.output.images[0].url)
    assert [] == api.seen


def test_a_failed_job_fails_when_its_result_is_asked_for(studio):
    job = studio.jobs.parse_webhook(b'{"jobId": "job_1", "status": "failed", "error": "too dark"}', {}, Painting)
    with pytest.raises(JobFailed, match="too dark"):
        job.result()


class EnvelopedStudio(Studio):
    profile = STUDIO._replace(webhook=Webhook(field="/hook", payload="/data", statuses={"gone": "failed"}))


@pytest.mark.parametrize(
    "callback",
    [
        {"jobId": "1", "status": "failed", "data": {"error": "too dark", "creditCost": 2}},
        {
            "jobId": "1",
            "status": "failed",
            "error": "too dark",
            "creditCost": 2,
            "data": {"error": "x", "creditCost": 9},
        },
        {"jobId": "1", "status": "gone", "creditCost": 2, "data": {"error": {"message": "too dark"}}},
        {"jobId": "1", "status": "completed", "data": {"status": "failed", "error": "too dark", "creditCost": 2}},
        {"kind": "job", "data": {"jobId": "1", "status": "failed", "error": "too dark", "creditCost": 2}},
    ],
)
def test_a_fact_of_a_callback_is_beside_its_payload_or_in_it(callback):
    with EnvelopedStudio(KEY) as client:
        job = client.jobs.parse_webhook(json.dumps(callback).encode(), {}, Painting)
        assert ("1", "failed", 2) == (job.id, job.info.status, job.info.cost)
        with pytest.raises(JobFailed, match="too dark"):
            job.result()


def test_the_payload_of_a_callback_is_its_result_with_the_cost_in_it():
    callback = {"jobId": "1", "status": "completed", "data": {**DONE, "jobId": "other", "creditCost": 2}}
    with EnvelopedStudio(KEY) as client:
        result = client.jobs.parse_webhook(json.dumps(callback).encode(), {}, Painting).result()
    assert ("1", 2, 1) == (result.job_id, result.cost, len(result.output.images))


def test_without_a_class_or_a_known_model_the_output_has_no_particular_kind(studio):
    job = studio.jobs.parse_webhook(json.dumps(DONE).encode(), {})
    assert type(job.result().output) is MediaOutput


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b'{"status": "completed"}', b"\xff", b"[" * 100_000])
def test_what_is_no_job_document_is_refused(studio, body):
    with pytest.raises(WebhookRefused, match="no job document"):
        studio.jobs.parse_webhook(body, {}, Painting)


def test_a_secret_is_asked_for_exactly_where_callbacks_are_signed(studio):
    with pytest.raises(Unsupported, match="documents no signature"):
        studio.jobs.parse_webhook(b"{}", {}, secret="c2VjcmV0")
    with SignedStudio(KEY) as client, pytest.raises(ConfigurationError, match="STUDIO_WEBHOOK_SECRET"):
        client.jobs.parse_webhook(b"{}", {})


@contextlib.asynccontextmanager
async def served(api: Site, **options: Any) -> AsyncIterator[tuple[AsyncStudio, WebhookEndpoint, httpx.AsyncClient]]:
    """A client, its endpoint, and who calls back."""
    client = AsyncStudio(KEY, base_url=f"{api.url}/api/v1", ledger=options.pop("ledger", None))
    endpoint = WebhookEndpoint(client, **options)
    caller = httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://hook.example")
    async with client, caller:
        yield client, endpoint, caller


def test_a_callback_wakes_the_one_who_waits_and_the_api_has_the_last_word(api):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202))
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "processing"}), Answer(DONE))

    async def run() -> str:
        async with served(api) as (client, endpoint, caller):
            job = await client.submit(Painting(prompt="x"), webhook_url="https://me.example/hook")
            waiting = asyncio.create_task(endpoint.result(job, timeout=20))
            await asyncio.sleep(0.1)
            assert [] == api.requests("GET")  # it does not poll
            forged = {"jobId": "job_1", "status": "completed", "output": {"images": ["https://evil.example/x"]}}
            assert 204 == (await caller.post("/", json=forged)).status_code
            await asyncio.sleep(0.1)
            assert not waiting.done()
            assert 204 == (await caller.post("/", json=DONE)).status_code
            return (await waiting).output.images[0].url

    assert "https://f.example/1.png" == asyncio.run(run())
    assert 2 == len(api.requests("GET"))


def test_a_callback_that_comes_before_the_waiting_is_not_lost(api):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202))
    api.on("GET", JOB, Answer(DONE))

    async def run() -> None:
        async with served(api) as (client, endpoint, caller):
            job = await client.submit(Painting(prompt="x"))
            await caller.post("/", json=DONE)
            for number in range(1100):  # a flood of others is forgotten before anyone who waits
                await caller.post("/", json={"jobId": f"other_{number}"})
            assert len(endpoint._callbacks) <= 1001
            await endpoint.result(job, timeout=20)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runtime.webhook_app._POLL_INTERVAL", 0.05)
        asyncio.run(run())


TOKEN = "an-unguessable-token"


@pytest.mark.parametrize(
    ("callback", "requests"),
    [(DONE, 0), ({"jobId": "job_1", "status": "completed"}, 1), ({"jobId": "job_1", "status": "failed"}, 1)],
    ids=["with its result", "without a result", "failed"],
)
def test_a_callback_that_knows_the_token_saves_the_request_for_its_result(api, tmp_path, callback, requests):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202))
    api.on("GET", JOB, Answer(DONE))

    async def run() -> str:
        async with served(api, token=TOKEN, ledger=tmp_path / "jobs.sqlite") as (client, endpoint, caller):
            job = await client.submit(Painting(prompt="x"), webhook_url=f"https://me.example/hook/{TOKEN}")
            waiting = asyncio.create_task(endpoint.result(job, timeout=20))
            for path in ("/", "/hook", f"/hook/{TOKEN}x", "/hook/\u00e4", f"/{TOKEN}/"):
                assert 401 == (await caller.post(path, json=DONE)).status_code
            progress = {"jobId": "job_1", "status": "processing"}
            assert 204 == (await caller.post(f"/hook/{TOKEN}", json=progress)).status_code
            await asyncio.sleep(0.1)
            assert not waiting.done()
            assert 204 == (await caller.post(f"/hook/{TOKEN}", json=callback)).status_code
            assert 204 == (await caller.post(f"/hook/{TOKEN}", json=callback)).status_code
            result = await waiting
            assert () == (await client.jobs.recover()).jobs  # the ledger knows its end
            return result.output.images[0].url

    assert "https://f.example/1.png" == asyncio.run(run())
    assert requests == len(api.requests("GET"))


@pytest.mark.parametrize("token", ["secret", "an/unguessable/token", 5])
def test_a_token_that_cannot_end_a_path_or_can_be_guessed_is_refused(token):
    with pytest.raises(ConfigurationError, match="token"):
        WebhookEndpoint(AsyncStudio(KEY), token=token)


def test_a_job_takes_what_a_callback_reports(api, studio):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202))
    job = studio.submit(Painting(prompt="x"))
    job.accept(studio.jobs.parse_webhook(json.dumps(DONE), {}).info)
    late = studio.jobs.parse_webhook(json.dumps({"jobId": "job_1", "status": "processing"}), {}).info
    result = job.accept(late).result()
    assert isinstance(result.output, ImageOutput)
    assert [] == api.requests("GET")


def test_a_callback_about_another_job_is_not_taken_for_this_one(api, studio):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202))
    job = studio.submit(Painting(prompt="x"))
    other = studio.jobs.parse_webhook(json.dumps({**DONE, "jobId": "job_2"}), {}).info
    for callback in (other, None, DONE):
        with pytest.raises(ConfigurationError, match="callback"):
            job.accept(callback)
    assert not job.info.ended


def test_waiting_ends_with_the_deadline(api):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202))
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "processing"}))

    async def run() -> None:
        async with served(api) as (client, endpoint, _):
            with pytest.raises(JobTimeout):
                await endpoint.result(await client.submit(Painting(prompt="x")), timeout=0.1)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("GET", b"", 405),
        ("POST", b"[]", 401),
        ("POST", b" " * 2_000_000, 413),
        ("POST", b'{"jobId": 1}', 204),
        ("POST", b'{"jobId": "%s"}' % (b"x" * 1001), 401),
    ],
)
def test_the_endpoint_takes_job_documents_and_nothing_else(api, method, body, status):
    async def run() -> int:
        async with served(api) as (_, _, caller):
            return (await caller.request(method, "/any/path", content=body)).status_code

    assert status == asyncio.run(run())


def test_an_endpoint_without_the_secret_it_needs_is_refused_at_once():
    class Signed(AsyncStudio):
        profile = SIGNED

    with pytest.raises(ConfigurationError, match="STUDIO_WEBHOOK_SECRET"):
        WebhookEndpoint(Signed(KEY))
    WebhookEndpoint(Signed(KEY), secret="c2VjcmV0")


def test_the_endpoint_starts_and_stops_as_a_server_expects(api):
    sent: list[Any] = []
    incoming = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Any:
        return next(incoming)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    async def run() -> None:
        async with served(api) as (_, endpoint, _):
            await endpoint({"type": "lifespan"}, receive, send)

    asyncio.run(run())
    assert ["lifespan.startup.complete", "lifespan.shutdown.complete"] == sent
