"""Callbacks: one when the job ends, and again on request."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

RUN = "/models/flux-1.1-pro/run"


class Receiver(HTTPServer):
    """A caller's server: refuses the first `refusals` deliveries, keeps the others."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[dict] = []
        self.targets: list[str] = []
        self.tries = 0
        self.refusals = 0
        self.url = f"http://127.0.0.1:{self.server_port}/hook?token=a"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.tries += 1
        good = self.server.tries > self.server.refusals
        self.send_response(204 if good else 500)
        self.end_headers()
        if good:
            self.server.targets.append(self.path)
            self.server.bodies.append(json.loads(body))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver():
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def emulator(start, dojo, dojo_snapshot, clock):
    return start(dojo, dojo_snapshot, clock=clock, job_seconds=8)


@pytest.fixture
def http(start, emulator):
    return start.client(emulator, Authorization="Bearer demo-key")


def test_the_job_document_is_posted_once_when_the_job_ends(http, receiver, clock, until):
    job = http.post(RUN, json={"prompt": "x", "webhook_url": receiver.url}).json()
    assert http.get(job["statusUrl"]).json()["webhook"] == {"url": receiver.url, "status": "pending", "attempts": 0}
    clock.now += 8
    until(lambda: http.get(job["statusUrl"]).json()["webhook"]["status"] == "delivered")
    [body] = receiver.bodies
    assert "completed" == body["status"]
    assert http.get(job["statusUrl"]).json()["output"] == body["output"]
    assert ["/hook?token=a"] == receiver.targets


def test_a_delivery_is_tried_again_and_then_given_up(http, receiver, clock, until):
    receiver.refusals = 2
    job = http.post(RUN, json={"prompt": "x", "webhook_url": receiver.url}).json()
    clock.now += 8
    until(
        lambda: http.get(job["statusUrl"]).json()["webhook"] == {"url": receiver.url, "status": "failed", "attempts": 2}
    )
    assert [] == receiver.bodies
    http.post(f"{job['statusUrl']}/webhook")
    until(lambda: receiver.bodies)


def test_replaying_sends_the_document_of_a_finished_job_again(http, receiver, clock, until):
    job = http.post(RUN, json={"prompt": "x", "webhook_url": receiver.url}).json()
    early = http.post(f"{job['statusUrl']}/webhook")
    assert (400, "validation_error") == (early.status_code, early.json()["error"]["code"])
    clock.now += 8
    until(lambda: receiver.bodies)
    assert 200 == http.post(f"{job['statusUrl']}/webhook").status_code
    until(lambda: len(receiver.bodies) == 2)
    assert receiver.bodies[0]["output"] == receiver.bodies[1]["output"]


def test_a_job_without_a_webhook_has_nothing_to_replay(http, clock):
    job = http.post(RUN, json={"prompt": "x"}).json()
    clock.now += 8
    assert 400 == http.post(f"{job['statusUrl']}/webhook").status_code
    assert 404 == http.post("/jobs/job_999999/webhook").status_code


def test_a_receiver_that_is_not_there_does_no_harm(http, clock, until):
    job = http.post(RUN, json={"prompt": "x", "webhook_url": "http://127.0.0.1:9/"}).json()
    clock.now += 8
    until(lambda: http.get(job["statusUrl"]).json()["webhook"]["status"] == "failed")


def test_stopping_with_a_delivery_pending_leaves_nothing_behind(start, dojo, dojo_snapshot, receiver):
    emulator = start(dojo, dojo_snapshot, job_seconds=1000)
    http = start.client(emulator, Authorization="Bearer demo-key")
    assert 202 == http.post(RUN, json={"prompt": "x", "webhook_url": receiver.url}).status_code
