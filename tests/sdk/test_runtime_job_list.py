"""A job list that cannot be trusted: jobs are polled on their own routes, and every one ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from statistics import median

import pytest
from raw_server import Arrived, Part, raw_reply, raw_server, reply
from sdk_sample import KEY, AsyncStudio, Painting, Studio

from runtime.core import poll_registry
from runtime.core.clock import CLOCK, Clock
from runtime.core.errors import JobTimeout
from runtime.core.job_info import JobInfo
from runtime.core.newest_jobs import Submitting
from runtime.core.poll_registry import PollRegistry
from runtime.core.rate_limiter import RateLimiter

COUNT = 12


class Api:
    """Jobs that end at their second poll, on their own routes; `jobs` gives the list."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.polls: dict[str, int] = {}

    def __call__(self, request: Arrived) -> Iterator[Part]:
        name = request.path.partition("?")[0].rpartition("/")[2]
        if request.method == "POST":
            self.polls[f"job_{request.number}"] = 0
            yield reply({"jobId": f"job_{request.number}", "status": "pending"}, 202)
        elif name == "jobs":
            yield from self.list()
        else:
            self.polls[name] += 1
            yield reply(self.document(name, "completed" if self.polls[name] > 1 else "processing"))

    def document(self, job: str, status: str) -> dict[str, object]:
        images = [f"https://files.example/{job}.png"] if status == "completed" else []
        return {"jobId": job, "status": status, "output": {"images": images}}

    def list(self) -> Iterator[Part]:
        jobs = list(self.polls)
        match self.kind:
            case "an error":
                yield reply({"message": "oops"}, 500)
            case "forbidden":
                yield reply({"error": {"code": "forbidden"}}, 403)
            case "another shape":
                yield reply({"data": [self.document(job, "processing") for job in jobs]})
            case "not JSON":
                yield raw_reply(b"<html>down for maintenance</html>")
            case "a limit":
                yield reply({"error": {"code": "rate_limit_exceeded"}}, 429, "retry-after: 86400")
            case "a broken connection":
                return
            case "no job":
                yield reply({"jobs": []})
            case "others' jobs":
                yield reply({"jobs": [self.document(f"other_{job}", "completed") for job in jobs]})
            case "items that are no objects":
                yield reply({"jobs": [None, 1, "job_1", [], *jobs]})
            case "not again today":
                yield reply({"jobs": [self.document(job, "processing") for job in jobs]}, 200, "retry-after: 86400")
            case "stale":
                yield reply({"jobs": [self.document(job, "processing") for job in jobs]})
            case "moved by polls":
                states = ("pending", "processing", "completed")
                listed = [self.document(job, states[min(polls, 2)]) for job, polls in self.polls.items()]
                yield reply({"jobs": listed})
            case "failed":
                yield reply({"jobs": [{"jobId": job, "status": "failed"} for job in jobs]})
            case "no results":
                yield reply({"jobs": [{"jobId": job, "status": "completed"} for job in jobs]})


class Stopped(Clock):
    """Time that does not pass."""

    def now(self) -> float:
        return 0.0


KINDS = [
    "an error", "forbidden", "another shape", "not JSON", "a limit", "a broken connection", "no job", "others' jobs",
    "items that are no objects", "not again today", "stale", "moved by polls", "failed", "no results",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("runs", ["threads", "tasks"])
def test_every_job_ends_whatever_the_list_is(kind, runs, monkeypatch):
    monkeypatch.setattr(poll_registry, "_LAG", 0.2)  # instead of ten seconds
    requests = [Painting(prompt=f"number {number}") for number in range(COUNT)]
    with raw_server(Api(kind)) as server:
        if runs == "threads":
            with Studio(KEY, base_url=server.url) as client:
                results = client.run_many(requests)
        else:

            async def main() -> list[object]:
                async with AsyncStudio(KEY, base_url=server.url) as client:
                    return list(await client.run_many(requests))

            results = asyncio.run(main())
    assert [("Result", 1)] * COUNT == [(type(result).__name__, len(result.output.images)) for result in results]
    assert COUNT == len({result.job_id for result in results})


@pytest.mark.parametrize("kind", ["stale", "moved by polls"])
def test_a_list_that_is_late_is_soon_requested_no_more_than_jobs_on_their_own_routes(kind):
    def requests_for_the_list() -> int:
        with raw_server(Api(kind)) as server, Studio(KEY, base_url=server.url) as client:
            results = client.run_many([Painting(prompt=str(number)) for number in range(40)])
            assert {"Result"} == {type(result).__name__ for result in results}
            assert 80 == len(server.of("GET", "/jobs/"))
            return len(server.of("GET", "/jobs?"))

    # 23 to 72 as a rule; on a busy machine lists and polls cross now and then, and the list is trusted once more.
    assert median(requests_for_the_list() for _ in range(3)) < 80


def test_a_list_that_fails_is_asked_for_seldom():
    api = Api("an error")
    with raw_server(api) as server, Studio(KEY, base_url=server.url) as client:
        client.run_many([Painting(prompt=str(number)) for number in range(COUNT)])
        assert 1 == len(server.of("GET", "/jobs?"))


def test_a_list_that_asks_for_a_pause_is_asked_the_more_seldom_the_longer_that_is():
    clock = Stopped()
    limiter = RateLimiter(60, clock=clock)
    registry = PollRegistry(clock=clock, limiter=limiter, spacing=0.0)
    limiter.pause_for(100)

    assert registry.suspend() >= 1000  # the pause holds every request of the client


def test_no_wait_ends_before_its_timeout_because_too_many_requests_are_queued():
    api = Api("an error")
    api.document = lambda job, status: {"jobId": job, "status": "processing"}

    async def main(url: str) -> list[BaseException]:
        async with AsyncStudio(KEY, base_url=url, requests_per_minute=60) as client:
            requests = [Painting(prompt=str(number)) for number in range(14)]
            found = await asyncio.gather(*(client.run(one, timeout=7) for one in requests), return_exceptions=True)
            return [error for error in found if isinstance(error, JobTimeout)]

    with raw_server(api) as server:
        waited = [error.waited for error in asyncio.run(main(server.url))]
    assert len(waited) > 10
    assert min(waited) > 6


@pytest.mark.parametrize("named", ["job_2", "", 7])
def test_a_document_that_names_another_job_is_not_taken_for_this_one(named):
    stray = {"jobId": named, "status": "completed", "output": {"images": ["https://files.example/other.png"]}}
    own = {"jobId": "job_1", "status": "completed", "output": {"images": ["https://files.example/own.png"]}}

    def answer(request: Arrived) -> Iterator[Part]:
        if request.method == "POST":
            yield reply({"jobId": "job_1", "status": "pending"}, 202)
        else:
            yield reply(stray if named and request.number == 2 else own)

    with raw_server(answer) as server, Studio(KEY, base_url=server.url) as client:
        result = client.run(Painting(prompt="x"))
    assert "own.png" in json.dumps(result.raw)


def test_a_submission_on_its_way_counts_as_the_newest_job():
    """A list of two jobs: the next submission would push the first of two out, and the one after it the second."""
    limiter = RateLimiter(60)
    registry = PollRegistry(clock=CLOCK, limiter=limiter, spacing=0.0)
    first, second, third = (JobInfo.unknown(job_id) for job_id in ("job_1", "job_2", "job_3"))
    with ExitStack() as polling:
        for info in (first, second, third):
            polling.enter_context(registry.subscribe(info, since=CLOCK.now()))
        assert 0 == registry.try_start(patient=False)
        registry.publish([third, replace(second, status="succeeded")], server_delay=0.0)
        registry.finish()

        def is_held(submitting: Submitting) -> bool:
            with limiter.enqueue() as ticket:
                held, wait = registry.acquire(ticket, submitting)
            assert held == (wait > 0)
            return held

        with registry.submitting() as one, registry.submitting() as other:
            assert [False, True] == [is_held(one), is_held(other)]  # two threads that ask at once
            one.end()
            assert not is_held(other)
            other.end("job_4")
            assert is_held(one)


def test_no_submission_waits_for_a_job_that_the_list_does_not_show():
    limiter = RateLimiter(60)
    registry = PollRegistry(clock=CLOCK, limiter=limiter, spacing=0.0)
    jobs = [JobInfo.unknown(f"job_{number}") for number in range(3)]
    with ExitStack() as polling:
        for info in jobs:  # the API has counted job_1 as older than job_0, and pushed it out
            polling.enter_context(registry.subscribe(info, since=CLOCK.now()))
        assert 0 == registry.try_start(patient=False)
        registry.publish([jobs[2], jobs[0]], server_delay=0.0)
        registry.finish()
        with limiter.enqueue() as ticket, registry.submitting() as submitting:
            assert (False, 0) == registry.acquire(ticket, submitting)
