"""The provider's pace, and what is written down about each request."""

from __future__ import annotations

import time

import pytest


def test_the_pace_is_the_providers_own_over_all_routes(start, dojo, dojo_snapshot, clock):
    http = start.client(start(dojo, dojo_snapshot, rate_limit=None, clock=clock))
    for path in ("/models", "/jobs", "/models/unknown") * 20:
        assert 429 != http.get(path).status_code
    clock.now += 20.5
    answer = http.get("/models")
    assert (429, "rate_limit_exceeded", "40") == (
        answer.status_code,
        answer.json()["error"]["code"],
        answer.headers["retry-after"],
    )
    clock.now += 39
    assert 429 == http.get("/models").status_code
    clock.now += 0.5
    assert 200 == http.get("/models").status_code


def test_a_refused_request_does_not_use_up_the_pace(start, dojo, dojo_snapshot, clock):
    http = start.client(start(dojo, dojo_snapshot, rate_limit=2, clock=clock))
    assert [200, 200, 429, 429] == [http.get("/models").status_code for _ in range(4)]
    clock.now += 60
    assert [200, 200, 429] == [http.get("/models").status_code for _ in range(3)]


def test_output_files_count_towards_no_limit(start, dojo, dojo_snapshot):
    emulator = start(dojo, dojo_snapshot, rate_limit=1)
    http = start.client(emulator)
    assert [404] * 5 == [http.get(f"{emulator.files_url}/files/x/0.png").status_code for _ in range(5)]
    assert 200 == http.get("/models").status_code


def test_no_limit_means_none(start, dojo, dojo_snapshot):
    http = start.client(start(dojo, dojo_snapshot, rate_limit=0))
    assert {200} == {http.get("/models").status_code for _ in range(100)}


def test_every_answer_of_the_api_can_be_slow_and_files_are_not(start, dojo, dojo_snapshot):
    emulator = start(dojo, dojo_snapshot, latency=0.15)
    http = start.client(emulator)
    started = time.monotonic()
    http.get("/models")
    api = time.monotonic() - started
    http.get(f"{emulator.files_url}/files/x/0.png")
    files = time.monotonic() - started - api
    assert api >= 0.15 > files


def test_the_log_holds_requests_and_no_keys(start, dojo, dojo_snapshot):
    emulator = start(dojo, dojo_snapshot)
    http = start.client(emulator, Authorization="Bearer demo-key")
    http.post("/models/flux-1.1-pro/run", params={"a": "b"}, json={"prompt": "x"})
    [exchange] = emulator.log
    assert ("POST", "/api/v1/models/flux-1.1-pro/run", "a=b", "submit", 202, True, b'{"prompt":"x"}', "api") == (
        exchange.method,
        exchange.path,
        exchange.query,
        exchange.route,
        exchange.status,
        exchange.key_sent,
        exchange.body,
        exchange.host,
    )
    assert "application/json" == exchange.headers["content-type"]
    assert "demo-key" not in repr(exchange)
    assert "POST /api/v1/models/flux-1.1-pro/run?a=b 202" == str(exchange)


@pytest.mark.parametrize("header", ["X-Trace", "Cookie"])
def test_a_key_in_the_wrong_header_is_noticed_and_not_kept(start, dojo, dojo_snapshot, header):
    emulator = start(dojo, dojo_snapshot)
    start.client(emulator, **{header: "k=demo-key"}).get("/models")
    assert emulator.log[-1].key_sent
    assert "demo-key" not in repr(emulator.log[-1])


def test_the_log_stays_on_one_line_whatever_the_path(start, dojo, dojo_snapshot):
    emulator = start(dojo, dojo_snapshot)
    start.client(emulator).get("/models/%0Ainjected%1B[31m")
    assert "GET /api/v1/models/\\ninjected\\x1b[31m 404" == str(emulator.log[-1])
