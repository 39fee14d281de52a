"""Faults: what goes wrong on request, exactly as often as asked."""

from __future__ import annotations

import time

import httpx
import pytest

from schemaloom.emulator.faults.spec import KINDS, parse_fault
from schemaloom.errors import UsageError

RUN = "/models/flux-1.1-pro/run"
GOOD = {"prompt": "x"}


@pytest.fixture(scope="module")
def shared(dojo, dojo_snapshot):
    from schemaloom.emulator.options import Options
    from schemaloom.emulator.server import running_emulator

    with running_emulator(dojo, dojo_snapshot, Options(rate_limit=0)) as emulator:
        yield emulator


@pytest.fixture
def emulator(shared):
    yield shared
    shared.faults.clear()
    shared.log.clear()


@pytest.fixture
def http(start, emulator):
    return start.client(emulator, Authorization="Bearer demo-key")


def test_a_burst_of_errors_ends_after_its_count(http, emulator):
    emulator.faults.add("error=503:2@submit")
    balance = emulator.credits
    assert 200 == http.get("/models").status_code
    assert [503, 503, 202] == [http.post(RUN, json=GOOD).status_code for _ in range(3)]
    assert 1.5 == float(balance - emulator.credits)
    assert ("error=503:2@submit",) == emulator.log.of("submit")[0].faults


def test_an_error_uses_the_documented_code_for_its_status(http, emulator):
    emulator.faults.add("error=500:1")
    assert "submission_failed" == http.get("/models").json()["error"]["code"]
    emulator.faults.add("error=503")
    answer = http.get("/models").json()["error"]
    assert "service_unavailable" == answer["code"]
    assert "error=503" in answer["message"]


def test_a_share_strikes_evenly(http, emulator):
    emulator.faults.add("error=503:0.5@list")
    assert [200, 503, 200, 503] == [http.get("/models").status_code for _ in range(4)]


def test_faults_end_when_cleared(http, emulator):
    emulator.faults.add("error=503")
    assert 503 == http.get("/models").status_code
    emulator.faults.clear()
    assert 200 == http.get("/models").status_code


def test_one_models_schema_can_be_broken_on_both_its_routes(http, emulator):
    emulator.faults.add("error=404@schema/wan-video")
    assert 404 == http.get("/models/wan-video/schema").status_code
    assert 404 == http.get("/models/wan-video").status_code
    assert 200 == http.get("/models/flux-1.1-pro/schema").status_code
    emulator.faults.add("not-json@schema/flux-1.1-pro")
    answer = http.get("/models/flux-1.1-pro/schema")
    assert (200, "text/html; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
    emulator.faults.add("not-object@list")
    assert [] == http.get("/models").json()


def test_a_lost_response_is_a_job_that_no_client_knows(http, emulator):
    emulator.faults.add("lost-response:1@submit")
    before = len(http.get("/jobs").json()["jobs"])
    with pytest.raises(httpx.RemoteProtocolError):
        http.post(RUN, json=GOOD)
    assert before + 1 == len(http.get("/jobs").json()["jobs"])
    assert None is emulator.log.of("submit")[0].status


def test_a_reset_request_was_never_processed(http, emulator):
    emulator.faults.add("reset:1@submit")
    balance = emulator.credits
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        http.post(RUN, json=GOOD)
    assert balance == emulator.credits


def test_json_can_be_cut_with_and_without_saying_so(http, emulator):
    whole = http.get("/models").content
    emulator.faults.add("truncated-json:1")
    answer = http.get("/models")
    assert (200, whole[: len(whole) // 2]) == (answer.status_code, answer.content)
    emulator.faults.add("cut-body:1")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        http.get("/models")
    assert whole == http.get("/models").content


def test_a_download_can_be_cut_short(http, emulator, until):
    job = http.post(RUN, json=GOOD).json()
    images = until(lambda: http.get(job["statusUrl"]).json().get("output", {}).get("images"))
    emulator.faults.add("cut-body:1")
    assert 200 == http.get(images[0]).status_code
    emulator.faults.add("cut-body:1@files")
    with pytest.raises(httpx.RemoteProtocolError):
        http.get(images[0])


def test_the_right_body_can_carry_the_wrong_label(http, emulator):
    whole = http.get("/models").json()
    emulator.faults.add("wrong-content-type")
    answer = http.get("/models")
    assert ("text/html; charset=utf-8", whole) == (answer.headers["content-type"], answer.json())


def test_a_redirect_leads_to_another_origin_where_a_leaked_key_shows(http, emulator):
    emulator.faults.add("redirect-foreign:1@job")
    answer = http.get("/jobs/job_000001")
    assert (302, f"{emulator.files_url}/api/v1/jobs/job_000001") == (answer.status_code, answer.headers["location"])
    http.get(answer.headers["location"])
    leaked = emulator.log[-1]
    assert ("files", True) == (leaked.host, leaked.key_sent)


def test_a_429_can_be_asked_for(http, emulator):
    emulator.faults.add("rate-limit=7:1")
    answer = http.get("/models")
    assert (429, "7", "rate_limit_exceeded") == (
        answer.status_code,
        answer.headers["retry-after"],
        answer.json()["error"]["code"],
    )
    emulator.faults.add("rate-limit:1")
    assert "1" == http.get("/models").headers["retry-after"]


def test_latency_delays_the_answer_and_other_faults_still_strike(http, emulator):
    emulator.faults.add("latency=0.05@list")
    emulator.faults.add("error=503@list")
    started = time.monotonic()
    assert 503 == http.get("/models").status_code
    assert 0.05 <= time.monotonic() - started


@pytest.mark.parametrize(
    "text",
    [
        "", "nonsense", "error", "error=", "error=200", "error=999", "error=x", "latency", "latency=-1", "reset=1",
        "error=503:0", "error=503:1.5", "error=503:x", "error=503@nowhere", "job-failed@job", "job-status", "reset:",
        "rate-limit=soon", "error=503:1:2", "reset@", "reset@schema/",
    ],
)  # fmt: skip
def test_what_is_no_fault_is_refused_with_the_reason(text):
    with pytest.raises(UsageError) as caught:
        parse_fault(text)
    assert caught.value.hint


def test_a_fault_is_read_whole():
    fault = parse_fault("error=503:3@schema/owner/name:1@x")
    assert ("error", "503", 3, "schema", "owner/name:1@x") == (
        fault.kind, fault.value, fault.count, fault.route, fault.model,
    )  # fmt: skip


def test_every_kind_is_listed_in_the_commands_help():
    from schemaloom.cli.serve import command

    for kind, usage in KINDS.items():
        argument, _, sentence = usage.rpartition(": ")
        assert f"  {kind}{argument} " in command.epilog
        assert sentence in command.epilog
