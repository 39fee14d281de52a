"""The queue in which everything a client sends waits for its turn."""

from __future__ import annotations

import time

import httpx
import pytest
from sdk_sample import KEY, Painting, Studio
from sdk_servers import Answer

from runtime.core.clock import Clock
from runtime.core.outcome import Reply
from runtime.core.rate_limiter import WINDOW, RateLimiter
from runtime.http.rate_limit_headers import exhausted_for


class Stopped(Clock):
    """Time that moves only by sleeping."""

    moment = 1000.0

    def now(self) -> float:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += seconds


def moments(per_minute: int | None, count: int, *, clock: Stopped | None = None) -> list[float]:
    """When `count` requests that all wait from the start are sent, in seconds from then."""
    clock = clock or Stopped()
    limiter = RateLimiter(per_minute, clock=clock)
    return [round(send(limiter, clock), 6) for _ in range(count)]


def send(limiter: RateLimiter, clock: Stopped, *, urgent: bool = False) -> float:
    with limiter.enqueue(urgent=urgent) as place:
        while wait := limiter.acquire(place):
            clock.sleep(wait)
    return clock.now() - 1000


def test_the_budget_allows_a_burst_and_then_an_even_pace():
    assert [0] * 10 + [1, 2, 3] == moments(60, 13)


def test_a_whole_minutes_budget_is_used_in_every_minute():
    times = moments(60, 240)
    assert 50 == times[59]
    assert WINDOW * 3 + 50 == times[239]


@pytest.mark.parametrize("per_minute", [1, 2, 5, 6, 60, 61, 1000])
def test_no_minute_sees_more_requests_than_the_budget_even_if_one_arrives_a_second_late(per_minute):
    times = moments(per_minute, per_minute * 3)
    assert times == sorted(times)
    assert all(late - early > 60.999 for early, late in zip(times, times[per_minute:], strict=False))


def test_without_a_budget_no_request_waits():
    assert [0] * 100 == moments(None, 100)


def test_waiting_requests_know_how_long_and_are_sent_in_turn():
    clock = Stopped()
    limiter = RateLimiter(6, clock=clock)
    with limiter.enqueue() as first, limiter.enqueue() as second, limiter.enqueue() as third:
        assert 10 == limiter.acquire(second)
        assert 0 == limiter.acquire(first)
        assert [10, 20] == [limiter.acquire(second), limiter.acquire(third)]
        clock.sleep(10)
        assert 0 == limiter.acquire(second)


def test_who_gives_up_makes_room():
    limiter = RateLimiter(6, clock=Stopped())
    first, second = limiter.enqueue(), limiter.enqueue()
    with first:
        place = second.__enter__()
        assert 10 == limiter.acquire(place)
    assert 0 == limiter.acquire(place)
    second.__exit__(None, None, None)
    assert not limiter.has_waiters


def test_what_is_urgent_goes_before_everything_that_waits():
    clock = Stopped()
    limiter = RateLimiter(6, clock=clock)
    send(limiter, clock)
    with limiter.enqueue() as waiting:
        assert limiter.has_waiters
        assert 10 == send(limiter, clock, urgent=True)
        assert 10 == limiter.acquire(waiting)


def test_a_hold_stops_everyone_and_allows_no_burst_after_it():
    clock = Stopped()
    limiter = RateLimiter(60, clock=clock)
    limiter.pause_for(30)
    assert 30 == send(limiter, clock)
    limiter.pause_for(-5)  # asks for less than what is already kept
    assert [31, 32] == [send(limiter, clock), send(limiter, clock)]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"x-ratelimit-remaining": "3", "x-ratelimit-reset": "9"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9"}, 9),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "7"}, 7),
        ({"ratelimit": '"default";r=0;t=12'}, 12),
        ({"ratelimit": '"default";r=5;t=12'}, 0),
        ({"x-ratelimit-remaining": "0"}, 0),
        ({"x-ratelimit-remaining": "none", "x-ratelimit-reset": "soon"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "nan"}, 0),
    ],
)
def test_a_spent_budget_is_read_from_every_spelling(headers, seconds):
    assert seconds == exhausted_for(Reply(200, headers, b""))


def test_a_budget_comes_back_at_a_moment_too():
    soon = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 100)}
    assert 98 < exhausted_for(Reply(200, soon, b"")) <= 100


def test_a_server_that_announces_the_end_of_its_budget_is_not_made_to_refuse(api, studio):
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "0.4"}
    api.on("GET", "/api/v1/jobs/job_1", Answer({"jobId": "job_1", "status": "completed"}, headers=spent))
    studio.jobs.get("job_1", Painting)
    started = time.monotonic()
    studio.jobs.get("job_1", Painting)
    assert time.monotonic() - started > 0.35
    assert 2 == len(api.requests("GET"))


def test_reaching_the_server_has_a_time_limit_of_its_own(api):
    api.on("GET", "/api/v1/jobs", Answer({"jobs": []}))
    limits: list[dict[str, float]] = []
    hooks = {"request": [lambda request: limits.append(request.extensions["timeout"])]}
    with (
        httpx.Client(event_hooks=hooks) as http,
        Studio(KEY, base_url=f"{api.url}/api/v1", timeout=30, connect_timeout=3, http_client=http) as client,
    ):
        client.jobs.list()
    assert [{"connect": 3, "read": 30, "write": 30, "pool": 30}] == limits
