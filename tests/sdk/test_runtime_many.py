"""Many jobs of one client: one budget, joint looks, every outcome kept."""

from __future__ import annotations

import asyncio
import gc
import threading

import pytest
from pixeldojo_sdk import AsyncPixelDojo
from pixeldojo_sdk._profile import PROFILE
from pixeldojo_sdk._runtime.jobs import shared_polling
from pixeldojo_sdk.models.flux_dev import FluxDev
from sdk_sample import KEY, STUDIO, AsyncStudio, Painting, Studio
from sdk_servers import Answer
from sdk_simulation import FOLDER, AsyncSimulation, simulated

from runtime.core.errors import SDKError
from runtime.jobs.batch import Progress
from runtime.jobs.result import Result
from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

REQUESTS = [FluxDev(prompt=f"number {number}") for number in range(200)]
MOST_REQUESTS = 1.15
"""For each finished job, submission included."""
SLOW = STUDIO._replace(api=STUDIO.api._replace(poll_seconds=(0.5, 0.5)))


class Slow(Studio):
    profile = SLOW


class AsyncSlow(AsyncStudio):
    profile = SLOW


def test_many_jobs_take_little_more_than_one_request_each():
    with simulated(job_seconds=5) as (client, alone, log, clock):
        began = clock.now()
        results = client.run_many(REQUESTS)
        assert all(result.output.images for result in results)
        assert len(log) <= MOST_REQUESTS * len(REQUESTS)
        assert clock.now() - began < 230  # of which 200 are spent by submitting at 60 a minute
        refused = [entry for entry in log if entry.status == 429]

        log.clear()
        clock.sleep(61)
        assert 200 == len(alone.run_many(REQUESTS))
        assert len(log) >= 2 * len(REQUESTS)  # one look for each job, at the very least
        refused += [entry for entry in log if entry.status == 429]
    assert [] == refused


def test_tasks_that_run_single_jobs_look_jointly_too():
    simulation = AsyncSimulation(job_seconds=5)

    async def main() -> None:
        async with simulation.client() as client:
            await asyncio.gather(*(client.run(request) for request in REQUESTS))

    simulation.run(main())
    assert len(simulation.log) <= MOST_REQUESTS * len(REQUESTS)
    assert [] == [entry for entry in simulation.log if entry.status == 429]


def test_jobs_that_are_too_old_for_the_list_are_looked_at_alone():
    with simulated(job_seconds=400, rate_limit=0) as (client, _, log, clock):
        jobs = [client.submit(request) for request in REQUESTS[:102]]
        clock.sleep(60)
        log.clear()
        results = client.run_many(REQUESTS[:2])  # which push two of the first hundred and two out, then four
        assert 2 == len(results)
        assert ["succeeded"] * 4 == [job.wait(timeout=900) for job in jobs[:4]]
        assert [] == [entry for entry in log if entry.status == 429]


@pytest.mark.parametrize(
    ("job_seconds", "most_requests", "longest"),
    [
        (5, 1.15, 230), (15, 1.2, 260), (20, 1.25, 270), (30, 1.33, 370),
        (60, 2.1, 425),  # each job needs a poll of its own, and the wait for the first one is all that is lost
    ],
)  # fmt: skip
def test_submissions_wait_for_jobs_that_they_would_push_out_of_a_short_list(
    monkeypatch, job_seconds, most_requests, longest
):
    monkeypatch.setattr(shared_polling, "PAGE", 20)
    simulation = AsyncSimulation(job_seconds=job_seconds)

    async def main() -> float:
        began = simulation.clock.now()
        async with simulation.client() as client:
            results = await asyncio.gather(*(client.run(request, timeout=None) for request in REQUESTS))
        assert len(REQUESTS) == len({result.job_id for result in results})
        return simulation.clock.now() - began

    assert simulation.run(main()) < longest  # of simulated seconds
    assert len(simulation.log) <= most_requests * len(REQUESTS)
    assert [] == [entry for entry in simulation.log if entry.status == 429]


def test_five_hundred_tasks_leave_nothing_behind():
    options = Options(rate_limit=0, job_seconds=0.3, credits=1e6)
    with running_emulator(load_provider(FOLDER / "provider.toml"), read_snapshot(FOLDER), options) as server:

        class Quick(AsyncPixelDojo):
            profile = PROFILE._replace(api=PROFILE.api._replace(requests_per_minute=None, poll_seconds=(0.2, 0.5)))

        async def main() -> int:
            async with Quick(api_key=server.api_key, base_url=server.base_url) as client:
                results = await asyncio.gather(
                    *(client.run(FluxDev(prompt=f"number {number}")) for number in range(500))
                )
                assert 500 == len({result.job_id for result in results})
                assert 0 == len(client._context.poll_registry)
                assert not client._context.limiter.has_waiters
            return len(asyncio.all_tasks())

        before = set(threading.enumerate())
        assert 1 == asyncio.run(main())  # the one that counts
        gc.collect()
        assert before == set(threading.enumerate())
        assert 500 == len(server.log.of("submit"))


RUN = "/api/v1/models/flux-1.1/pro/run"


def accepted(number: int) -> Answer:
    return Answer({"jobId": f"job_{number}", "status": "pending"}, 202)


def done(number: int, **more: object) -> Answer:
    return Answer({"jobId": f"job_{number}", "status": "completed", **more})


def paintings(count: int) -> list[Painting]:
    return [Painting(prompt=f"number {number}") for number in range(count)]


def test_outcomes_come_in_the_order_of_the_requests_and_failures_are_kept(api, studio):
    refused = Answer({"error": {"code": "validation_error", "message": "no"}}, 400)
    api.on("POST", RUN, accepted(1), refused, accepted(2))
    api.on("GET", "/api/v1/jobs", Answer({"jobs": []}))
    api.on("GET", "/api/v1/jobs/job_1", Answer({"status": "processing"}), done(1))
    api.on("GET", "/api/v1/jobs/job_2", Answer({"status": "failed", "error": "too dark"}))
    reported: list[Progress] = []

    first, second, third = studio.run_many(paintings(3), max_concurrency=1, on_progress=reported.append)

    assert ("job_1", "400 validation_error: no") == (first.job_id, str(second))
    assert ("JobFailed", "job_2") == (type(third).__name__, third.job_id)
    assert [(0, 1, 0, 3), (1, 2, 1, 3), (2, 3, 2, 3)] == [(p.index, p.done, p.failed, p.total) for p in reported]
    assert [first, second, third] == [progress.outcome for progress in reported]


def test_nothing_is_done_for_no_requests(api, studio):
    assert [] == studio.run_many([])
    assert [] == api.seen


def test_no_more_jobs_are_under_way_than_was_asked_for(api, studio):
    api.on("POST", RUN, *[accepted(number) for number in range(6)])
    api.on("GET", "/api/v1/jobs", Answer({"jobs": []}))
    for number in range(6):
        api.on("GET", f"/api/v1/jobs/job_{number}", done(number))
    studio.run_many(paintings(6), max_concurrency=2)
    under_way = most = 0
    for seen in api.seen:
        under_way += 1 if seen.method == "POST" else -1 if "job_" in seen.path else 0
        most = max(most, under_way)
    assert 2 == most


def test_what_the_batch_has_no_time_for_is_not_submitted(api, studio):
    api.on("POST", RUN, accepted(1), Answer(status=429, headers={"Retry-After": "2"}))
    api.on("GET", "/api/v1/jobs/job_1", Answer({"status": "processing"}))
    one, other = studio.run_many(paintings(2), max_concurrency=1, timeout=0.3)
    assert ("JobTimeout", "DeadlineExceeded") == (type(one).__name__, type(other).__name__)
    assert "job_1" == one.job_id


def test_a_job_has_its_own_time_from_its_submission(api, studio):
    api.on("POST", RUN, accepted(1))
    api.on("GET", "/api/v1/jobs/job_1", Answer({"status": "processing"}))
    [outcome] = studio.run_many(paintings(1), job_timeout=0.2)
    assert "JobTimeout" == type(outcome).__name__
    assert outcome.waited < 0.4


def test_an_error_of_the_callers_ends_the_batch_and_names_the_jobs_that_go_on(twin, api):
    api.on("POST", RUN, accepted(1), accepted(2))
    api.on("GET", "/api/v1/jobs", Answer({"jobs": [{"jobId": "job_1", "status": "failed"}, {"jobId": "job_2"}]}))
    api.on("GET", "/api/v1/jobs/job_1", Answer({"status": "failed"}))
    api.on("GET", "/api/v1/jobs/job_2", Answer({"status": "processing"}))

    def broken(progress: Progress) -> None:
        raise LookupError("in the caller's code")

    # The first poll comes after both submissions, however slow the machine is.
    client = twin.client(Slow, AsyncSlow, KEY, base_url=f"{api.url}/api/v1")
    with pytest.raises(LookupError) as caught:
        client.run_many(paintings(2), on_progress=broken)
    [note] = caught.value.__notes__
    assert note.startswith("submitted and unfinished: job_")


def test_a_list_that_cannot_be_read_is_not_asked_for_again(api, studio, caplog):
    api.on("POST", RUN, accepted(1), accepted(2))
    api.on("GET", "/api/v1/jobs", Answer({"error": "forbidden"}, 403))
    for number in (1, 2):
        api.on("GET", f"/api/v1/jobs/job_{number}", Answer({"status": "processing"}), done(number))
    assert ["job_1", "job_2"] == sorted(result.job_id for result in studio.run_many(paintings(2)))
    assert 1 == len(api.requests("GET", "/api/v1/jobs"))
    assert "listing jobs failed, so they are polled one by one" in caplog.text


def test_an_item_of_the_list_without_a_result_is_looked_up(api, studio):
    api.on("POST", RUN, accepted(1), accepted(2))
    bare = [{"jobId": f"job_{number}", "status": "completed"} for number in (1, 2)]
    api.on("GET", "/api/v1/jobs", Answer({"jobs": bare}))
    for number in (1, 2):
        api.on("GET", f"/api/v1/jobs/job_{number}", done(number, output={"images": ["https://f.example/1.png"]}))
    results = studio.run_many(paintings(2))
    assert [1, 1] == [len(result.output.images) for result in results]


def test_outcomes_are_distinguished_by_type(api, studio):
    api.on("POST", RUN, accepted(1))
    api.on("GET", "/api/v1/jobs/job_1", done(1))
    match studio.run_many(paintings(1)):
        case [Result() as result]:
            assert "job_1" == result.job_id
        case [SDKError()]:
            pytest.fail("it succeeded")
