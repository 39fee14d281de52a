"""What is sent again, what never is, and what each failure is called."""

from __future__ import annotations

import json
import time

import pytest
from sdk_sample import Painting
from sdk_servers import Answer, closed_port

from runtime.core import errors
from runtime.core.errors import ConnectionFailed, DeadlineExceeded, RateLimited, SubmissionUncertain, UnreadableResponse

RUN = "/api/v1/models/flux-1.1/pro/run"
JOB = "/api/v1/jobs/job_1"
PAINTING = Painting(prompt="x")


def http(body: bytes, *, length: int | None = None, status: str = "202 Accepted") -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length or len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (b"", "RemoteProtocolError"),
        (b"HTTP/1.1 202 Acc", "RemoteProtocolError"),
        (http(b'{"jobId": "job_1", "sta', length=60), "RemoteProtocolError"),
        (http(b'{"jobId": "job_1", "sta'), "cannot be read"),
        (http(b"<html>Welcome</html>"), "cannot be read"),
        (http(b'["job_1"]'), "cannot be read"),
        (http(b'{"message": "thanks"}'), "names no job"),
        (http(b"[" * 100_000), "cannot be read"),
        (http(b"<html>Bad Gateway</html>", status="502 Bad Gateway"), "status 502"),
        (http(b'{"message": "Endpoint request timed out"}', status="504 Gateway Timeout"), "status 504"),
        (http(b"", status="500 Internal Server Error"), "status 500"),
        (http(b"{}", status="500 Internal Server Error"), "status 500"),
        *((http(b"", status=f"{status} Moved"), f"status {status}") for status in (301, 302, 303)),
        *(
            (http(body, status=f"{status} Failed"), f"status {status}")
            for status, body in (
                (504, b'{"error": {"code": "504", "message": "Gateway Timeout"}}'),
                (504, b'{"status": 504, "error": "Gateway Timeout"}'),
                (503, b'{"message": "Service Unavailable"}'),
                (503, b'{"error": {"code": "Service Unavailable"}}'),  # documented, and what a gateway writes
                (502, b'{"error": {"code": "submission_failed"}}'),  # documented for another status
                (500, b'{"statusCode": 500, "message": "Internal server error"}'),
                (500, b'{"error": {"code": "oops", "message": "m"}}'),
                (520, b'{"error": {"code": "520"}}'),
            )
        ),
    ],
)
def test_a_paid_request_that_may_have_arrived_is_sent_once(faulty, studio_at, reply, reason):
    faulty.replies = [reply]
    with pytest.raises(SubmissionUncertain, match=reason) as caught:
        studio_at(faulty.url).submit(PAINTING)
    assert 1 == len(faulty.requests)
    assert caught.value.request is PAINTING
    assert "client.jobs.list()" in caught.value.hint
    assert not caught.value.retryable


def test_a_paid_request_that_is_never_answered_is_sent_once(api, studio_at):
    api.on("POST", RUN, Answer({"jobId": "job_1"}, 202, delay=0.5))
    # The limit on a read and the limit on the whole answer are the same moment: either may be noticed first.
    with pytest.raises(SubmissionUncertain, match=r"not complete in time|ReadTimeout"):
        studio_at(f"{api.url}/api/v1", timeout=0.1).submit(PAINTING)
    assert 1 == len(api.requests("POST"))


def test_what_could_be_read_of_an_uncertain_answer_is_kept(api, studio):
    api.on("POST", RUN, Answer({"data": "cHJl"}, 202, headers={"x-request-id": "req_7"}))
    with pytest.raises(SubmissionUncertain) as caught:
        studio.submit(PAINTING)
    assert ({"data": "cHJl"}, "req_7") == (caught.value.body, caught.value.request_id)


def test_a_request_that_never_left_may_be_made_again(studio_at):
    with pytest.raises(ConnectionFailed, match="nothing was submitted: ConnectError") as caught:
        studio_at(closed_port()).submit(PAINTING)
    assert caught.value.retryable


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0"}, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}])
def test_a_refusal_by_pace_is_waited_out(api, studio, headers):
    api.on("POST", RUN, Answer(status=429, headers=headers), Answer({"jobId": "job_1", "status": "pending"}, 202))
    assert "job_1" == studio.submit(PAINTING).id
    assert 2 == len(api.requests("POST"))


def test_retry_after_holds_the_whole_client(api, studio):
    api.on("POST", RUN, Answer(status=429, headers={"Retry-After": "1"}), Answer({"jobId": "job_1"}, 202))
    started = time.monotonic()
    studio.submit(PAINTING)
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize("wait", ["3", "86400"])
def test_a_pause_longer_than_is_worth_waiting_for_is_an_error(api, studio, wait):
    api.on("POST", RUN, Answer({"error": {"code": "rate_limit_exceeded"}}, 429, {"Retry-After": wait}))
    with pytest.raises(RateLimited) as caught:
        studio.submit(PAINTING)
    assert float(wait) == caught.value.retry_after
    assert 1 == len(api.requests("POST"))


def test_the_error_of_a_pause_longer_than_the_deadline_states_that_nothing_was_submitted(api, studio):
    api.on("POST", RUN, Answer(status=429, headers={"Retry-After": "2"}))
    with pytest.raises(DeadlineExceeded) as caught:
        studio.run(PAINTING, timeout=0.5)
    assert 1 == len(api.requests("POST"))  # a second one would have followed the pause
    assert isinstance(caught.value.__cause__, RateLimited)


def test_an_endless_refusal_by_pace_is_an_error_in_the_end(api, studio):
    api.on("POST", RUN, Answer(status=429, headers={"Retry-After": "0"}))
    with pytest.raises(RateLimited):
        studio.submit(PAINTING)
    assert 3 == len(api.requests("POST"))


@pytest.mark.parametrize(
    ("status", "body", "name"),
    [
        (400, {"error": {"code": "validation_error", "message": "prompt too long"}}, "InvalidRequest"),
        (401, {"error": "unauthorized", "message": "bad key"}, "AuthenticationError"),
        (402, {"error": {"code": "insufficient_credits"}}, "InsufficientCredits"),
        (403, {"code": "blocked"}, "PermissionDenied"),
        (403, {"code": "no_credits"}, "InsufficientCredits"),
        (404, {}, "NotFound"),
        (418, None, "APIError"),
        (422, {"detail": [{"loc": ["body", "prompt"]}]}, "InvalidRequest"),
        (500, {"error": {"code": "submission_failed", "message": "try later"}}, "ServerError"),
        (307, None, "RedirectRefused"),
    ],
)
def test_a_refusal_raises_its_class_at_once(api, studio, status, body, name):
    api.on("POST", RUN, Answer(body, status, {"x-request-id": "req_1"}))
    with pytest.raises(errors.APIError) as caught:
        studio.submit(PAINTING)
    error = caught.value
    assert (name, status, "req_1", body) == (type(error).__name__, error.status, error.request_id, error.body)
    assert 1 == len(api.requests("POST"))


def test_an_error_has_status_code_and_message(api, studio):
    api.on("POST", RUN, Answer({"error": {"code": "validation_error", "message": "prompt too long"}}, 400))
    with pytest.raises(errors.InvalidRequest) as caught:
        studio.submit(PAINTING)
    assert "400 validation_error: prompt too long" == str(caught.value)


@pytest.mark.parametrize(
    "first",
    [
        b"",
        http(b'{"jobId": "jo', length=50, status="200 OK"),
        http(b'{"jobId": "jo', status="200 OK"),
        http(b"<html>", status="200 OK"),
        http(b"", status="503 Service Unavailable"),
        http(b"", status="429 Too Many Requests"),
    ],
)
def test_a_look_is_repeated_through_hiccups(faulty, studio_at, first):
    faulty.replies = [first, http(json.dumps({"jobId": "job_1", "status": "completed"}).encode(), status="200 OK")]
    assert "succeeded" == studio_at(faulty.url).jobs.get("job_1", Painting).status
    assert 2 == len(faulty.requests)


def test_a_look_that_never_becomes_readable_is_an_error(api, studio):
    api.on("GET", JOB, Answer(content=b"<html>Sign in</html>", headers={"content-type": "text/html"}))
    with pytest.raises(UnreadableResponse, match=r"expected a JSON object, got text/html: .*Sign in"):
        studio.jobs.get("job_1", Painting)
    assert 3 == len(api.requests("GET"))


def test_json_under_another_content_type_is_read(api, studio):
    api.on("GET", JOB, Answer(content=b'{"status": "completed"}', headers={"content-type": "text/plain"}))
    assert "succeeded" == studio.jobs.get("job_1", Painting).status


def test_a_replay_is_not_repeated_when_it_may_have_arrived(faulty, studio_at):
    faulty.replies = [b""]
    with pytest.raises(ConnectionFailed):
        studio_at(faulty.url).jobs.replay_webhook("job_1")
    assert 1 == len(faulty.requests)
