"""The document of a result that has a route of its own: it may state that there is none."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sdk_sample import KEY, STUDIO, AsyncStudio, Painting, Studio
from sdk_servers import Answer

from runtime.core.errors import JobCancelled, JobFailed
from runtime.core.profile import JobCall

RUN = "/api/v1/models/flux-1.1/pro/run"
JOB = "/api/v1/jobs/job_1"
PRODUCT = f"{JOB}/product"
IMAGE = "https://f.example/1.png"
PROTOCOL = STUDIO.job._replace(
    result=JobCall("/jobs/{job_id}/product"),
    present={"/fault": "failed"},
    statuses={**STUDIO.job.statuses, "snuffed": "failed", "recalled": "cancelled"},
    fields=STUDIO.job.fields._replace(error=("/fault/why",), status=("/status", "/inner/status")),
    output={"image": ("/images",), "media": ("/inner",)},
    uncharged=("snuffed",),
    list=None,
)
PROFILE = STUDIO._replace(job=PROTOCOL)
WHOLE = STUDIO._replace(job=PROTOCOL._replace(value=""))


class Apart(Studio):
    profile = PROFILE


class Listed(Studio):
    profile = PROFILE._replace(job=PROTOCOL._replace(list=STUDIO.job.list))


class AsyncApart(AsyncStudio):
    profile = PROFILE


class WholeOutput(Studio):
    profile = WHOLE


def serve(api: Any, product: Any) -> str:
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202))
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "completed"}))
    api.on("GET", "/api/v1/jobs", Answer({"jobs": [{"jobId": "job_1", "status": "processing"}]}))
    api.on("GET", PRODUCT, Answer(product))
    return f"{api.url}/api/v1"


FAULT = {"fault": {"why": "too dark"}}


@pytest.mark.parametrize(
    ("product", "error", "reason", "charged"),
    [
        (FAULT, JobFailed, "too dark", None),
        ({"status": "snuffed", **FAULT}, JobFailed, "too dark", False),
        ({"status": "failed"}, JobFailed, "no explanation", None),
        ({"status": "RECALLED"}, JobCancelled, "job_1", None),
        ({"status": "processing", **FAULT}, JobFailed, "too dark", None),
    ],
)
def test_a_result_that_states_a_failure_is_the_failure_of_the_job(api, product, error, reason, charged):
    base_url = serve(api, product)
    with Apart(KEY, base_url=base_url) as client:
        for call in (
            lambda: client.run(Painting(prompt="x")),
            lambda: client.jobs.get("job_1", Painting).result(),
            lambda: client.submit(Painting(prompt="x")).result(),
        ):
            with pytest.raises(error, match=reason) as caught:
                call()
            assert (product, charged) == (caught.value.raw, caught.value.charged)
        [outcome] = client.run_many([Painting(prompt="x")])
        assert isinstance(outcome, error)
        assert product == outcome.raw


def test_an_asynchronous_client_reads_it_alike(api):
    async def run() -> None:
        async with AsyncApart(KEY, base_url=serve(api, FAULT)) as client:
            await client.run(Painting(prompt="x"))

    with pytest.raises(JobFailed, match="too dark"):
        asyncio.run(run())


def test_a_job_of_the_ledger_whose_result_states_a_failure_has_ended(api, tmp_path):
    with Listed(KEY, base_url=serve(api, FAULT), ledger=tmp_path / "jobs.sqlite") as client:
        client.submit(Painting(prompt="x"))
        assert ["job_1"] == [job.id for job in client.jobs.recover().jobs]
        with pytest.raises(JobFailed, match="too dark"):
            client.jobs.get("job_1", Painting).result()
        assert () == client.jobs.recover().jobs


@pytest.mark.parametrize(
    "product",
    [
        {"images": [IMAGE]},
        {"images": [IMAGE], "fault": None},
        {"images": [IMAGE], "status": "processing"},
        {"images": [IMAGE], "status": "completed"},
        {"images": [IMAGE], "status": "of the art"},
        {"images": [IMAGE], "inner": {"status": "snuffed"}},
        {"images": [IMAGE], "outer": {"fault": "none", "status": "snuffed"}},
    ],
)
def test_what_states_no_failure_is_a_result(api, product):
    with Apart(KEY, base_url=serve(api, product)) as client:
        assert [IMAGE] == [image.url for image in client.run(Painting(prompt="x"), timeout=20).output.images]


@pytest.mark.parametrize("own", [{"status": "snuffed"}, {"fault": 0.5}])
def test_where_the_output_is_the_whole_document_its_own_values_state_nothing(api, own):
    with WholeOutput(KEY, base_url=serve(api, {"images": [IMAGE], **own})) as client:
        assert 1 == len(client.run(Painting(prompt="x")).output.images)
    with WholeOutput(KEY, base_url=serve(api, FAULT)) as client, pytest.raises(JobFailed, match="too dark"):
        client.run(Painting(prompt="x"))
