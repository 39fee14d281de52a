"""Deadlines, pauses and the shared budget."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sdk_sample import KEY, QUICK, STUDIO, AsyncStudio, Painting, Studio
from sdk_servers import Answer

from runtime.core.errors import DeadlineExceeded, JobExpired, JobFailed, JobTimeout, ServerError
from runtime.core.profile import JobCall

RUN = "/api/v1/models/flux-1.1/pro/run"
JOB = "/api/v1/jobs/job_1"
SUBMITTED = Answer({"jobId": "job_1", "status": "pending"}, 202)
RUNNING = Answer({"jobId": "job_1", "status": "processing"})
DONE = Answer({"jobId": "job_1", "status": "completed"})


def test_a_timeout_ends_the_wait_on_time_and_names_the_job(api, studio):
    api.on("POST", RUN, SUBMITTED)
    api.on("GET", JOB, RUNNING)
    with pytest.raises(JobTimeout, match="job job_1 was still running") as caught:
        studio.run(Painting(prompt="x"), timeout=0.3)
    assert "job_1" == caught.value.job_id
    assert caught.value.waited > 0.2


def test_a_slow_answer_does_not_outlast_the_deadline(api, studio):
    api.on("POST", RUN, SUBMITTED)
    api.on("GET", JOB, Answer({"status": "completed"}, delay=0.6))
    job = studio.submit(Painting(prompt="x"))
    with pytest.raises(JobTimeout):  # the answer, "completed", would have come later
        job.wait(timeout=0.2)


def test_the_submission_is_not_cut_short_by_the_deadline(api, studio):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202, delay=0.3))
    with pytest.raises(JobTimeout) as caught:
        studio.run(Painting(prompt="x"), timeout=0.1)
    assert "job_1" == caught.value.job_id


def test_a_wait_can_be_resumed_after_a_timeout(api, studio):
    api.on("POST", RUN, SUBMITTED)
    api.on("GET", JOB, RUNNING)
    job = studio.submit(Painting(prompt="x"))
    with pytest.raises(JobTimeout):
        job.result(timeout=0.05)
    assert "running" == job.status
    api.on("GET", JOB, DONE)
    assert "succeeded" == job.wait(timeout=5)
    assert () == job.result().output.images


def test_a_job_document_can_ask_for_a_longer_pause(api, studio):
    api.on("POST", RUN, SUBMITTED)
    api.on("GET", JOB, Answer({"status": "processing"}, headers={"Retry-After": "1"}), DONE)
    started = time.monotonic()
    studio.run(Painting(prompt="x"))
    assert time.monotonic() - started >= 1


class Trusting(Studio):
    retries = QUICK._replace(longest_retry_after=0.2)


def test_a_job_document_cannot_put_off_the_next_poll_for_ever(api):
    api.on("POST", RUN, SUBMITTED)
    api.on("GET", JOB, Answer({"status": "processing"}, headers={"Retry-After": "99999999999"}), DONE)
    with Trusting(KEY, base_url=f"{api.url}/api/v1") as client:
        client.run(Painting(prompt="x"), timeout=None)


class ResultApart(Studio):
    profile = STUDIO._replace(job=STUDIO.job._replace(result=JobCall("/results/{job_id}")))


@pytest.mark.parametrize(
    "other",
    [
        Answer(content=b"<html>Bad Request</html>", status=400),
        Answer({"message": "Bad Request"}, 400),
        Answer({"error": {"code": "422", "message": "Unprocessable Entity"}}, 422),
        Answer(content=b"", status=422),
        Answer(content=b"<html>maintenance</html>"),
    ],
)
def test_a_gateways_answer_for_the_result_is_not_the_end_of_the_job(api, other):
    api.on("POST", RUN, SUBMITTED)
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "completed"}))
    api.on("GET", "/api/v1/results/job_1", other, other, Answer({"output": {"images": ["data:,x"]}}))
    with ResultApart(KEY, base_url=f"{api.url}/api/v1") as client:
        assert 1 == len(client.run(Painting(prompt="x")).output.images)


def test_an_error_of_the_api_for_the_result_is_the_failure_of_the_job(api):
    api.on("POST", RUN, SUBMITTED)
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "completed"}))
    api.on("GET", "/api/v1/results/job_1", Answer({"error": {"code": "nsfw", "message": "not shown"}}, 422))
    with ResultApart(KEY, base_url=f"{api.url}/api/v1") as client, pytest.raises(JobFailed, match="not shown"):
        client.run(Painting(prompt="x"))


def test_an_expired_job_is_an_error_of_its_own_with_the_id(api, studio):
    api.on("POST", RUN, SUBMITTED)
    api.on("GET", JOB, Answer({"error": {"code": "expired", "message": "gone"}}, 410))
    with pytest.raises(JobExpired) as caught:
        studio.run(Painting(prompt="x"))
    assert "job_1" == caught.value.job_id
    assert ["job job_1 was submitted; take it up again with jobs.get('job_1', ...)"] == caught.value.__notes__


def test_a_wait_outlives_an_outage_and_names_the_job_in_the_end(api, studio):
    api.on("POST", RUN, SUBMITTED)
    api.on("GET", JOB, *[Answer(status=503)] * 8, DONE)
    studio.run(Painting(prompt="x"))
    api.seen.clear()
    api.on("GET", JOB, Answer(status=503))
    with pytest.raises(ServerError) as caught:
        studio.run(Painting(prompt="x"))
    assert "job_1" == caught.value.job_id
    assert 9 == len(api.requests("GET"))  # three looks of three attempts


def test_ctrl_c_names_the_job_that_continues(api, monkeypatch):
    api.on("POST", RUN, SUBMITTED)

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with Studio(KEY, base_url=f"{api.url}/api/v1") as client:
        monkeypatch.setattr(time, "sleep", interrupted)
        with pytest.raises(KeyboardInterrupt) as caught:
            client.run(Painting(prompt="x"))
    assert ["job job_1 was submitted; take it up again with jobs.get('job_1', ...)"] == caught.value.__notes__


def test_ctrl_c_while_waiting_to_submit_is_a_plain_ctrl_c(api, monkeypatch):
    api.on("POST", RUN, Answer(status=429))

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with Studio(KEY, base_url=f"{api.url}/api/v1") as client:
        monkeypatch.setattr(time, "sleep", interrupted)
        with pytest.raises(KeyboardInterrupt) as caught:
            client.submit(Painting(prompt="x"))
    assert not hasattr(caught.value, "__notes__")


def test_a_cancelled_task_names_the_job_that_continues(api):
    api.on("POST", RUN, SUBMITTED)
    api.on("GET", JOB, RUNNING)

    async def main() -> list[str]:
        async with AsyncStudio(KEY, base_url=f"{api.url}/api/v1") as client:
            task = asyncio.create_task(client.run(Painting(prompt="x")))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            return caught.value.__notes__

    assert ["job job_1 was submitted; take it up again with jobs.get('job_1', ...)"] == asyncio.run(main())


class Paced(Studio):
    profile = STUDIO._replace(api=STUDIO.api._replace(requests_per_minute=600))  # 100 at once, then one per 0.1 s


def test_threads_share_one_budget(api):
    api.on("GET", "/api/v1/jobs", Answer({"jobs": []}))
    with Paced(KEY, base_url=f"{api.url}/api/v1") as client:
        started = time.monotonic()
        threads = [threading.Thread(target=lambda: [client.jobs.list() for _ in range(53)]) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert time.monotonic() - started > 0.5  # 6 more than the burst


def test_a_refusal_holds_every_thread_of_the_client_and_a_later_one_holds_them_longer(api):
    done = {name: Answer({"jobId": name, "status": "completed"}) for name in ("late", "early", "mine")}
    api.on("GET", "/api/v1/jobs/late", Answer(status=429, headers={"Retry-After": "2"}, delay=0.2), done["late"])
    api.on("GET", "/api/v1/jobs/early", Answer(status=429, headers={"Retry-After": "1"}), done["early"])
    api.on("GET", "/api/v1/jobs/mine", done["mine"])
    with Studio(KEY, base_url=f"{api.url}/api/v1") as client, ThreadPoolExecutor() as threads:
        late = threads.submit(client.jobs.get, "late", Painting)
        until(lambda: api.seen != [])
        started = time.monotonic()
        early = threads.submit(client.jobs.get, "early", Painting)
        until(lambda: client._context.limiter._held_until > 0)
        client.jobs.get("mine", Painting)
        assert time.monotonic() - started > 1.9
        assert ["succeeded", "succeeded"] == [late.result().status, early.result().status]


def until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.005)


class Unhurried(Studio):
    profile = STUDIO._replace(api=STUDIO.api._replace(poll_seconds=(30, 30)))


def test_a_last_look_is_taken_before_the_deadline(api):
    api.on("POST", RUN, SUBMITTED)
    api.on("GET", JOB, DONE)
    with Unhurried(KEY, base_url=f"{api.url}/api/v1") as client:
        assert "job_1" == client.run(Painting(prompt="x"), timeout=0.4).job_id


class OneAMinute(Studio):
    profile = STUDIO._replace(api=STUDIO.api._replace(requests_per_minute=1))
    retries = QUICK


def test_the_error_of_a_deadline_before_the_submission_states_that_nothing_was_sent(api):
    api.on("GET", "/api/v1/jobs", Answer({"jobs": []}))
    with OneAMinute(KEY, base_url=f"{api.url}/api/v1") as client:
        client.jobs.list()
        with pytest.raises(DeadlineExceeded) as caught:
            client.run(Painting(prompt="x"), timeout=1)
        with pytest.raises(DeadlineExceeded):
            client.submit(Painting(prompt="x"), timeout=1)
    assert not isinstance(caught.value, JobTimeout)
    assert [] == api.requests("POST")
