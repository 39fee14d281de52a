"""A job from submission to its files, to its end."""

from __future__ import annotations

import struct

import pytest

RUN = "/models/flux-1.1-pro/run"


@pytest.fixture
def emulator(start, dojo, dojo_snapshot, clock):
    return start(dojo, dojo_snapshot, clock=clock, job_seconds=8)


@pytest.fixture
def http(start, emulator):
    return start.client(emulator, Authorization="Bearer demo-key")


def test_a_job_is_queued_then_running_then_finished(http, clock):
    url = http.post(RUN, json={"prompt": "x"}).json()["statusUrl"]
    seen = []
    for _ in range(5):
        seen.append(http.get(url).json()["status"])
        clock.now += 2
    assert ["pending", "processing", "processing", "processing", "completed"] == seen


def test_an_unfinished_job_has_no_output_and_no_error(http):
    job = http.get(http.post(RUN, json={"prompt": "x"}).json()["statusUrl"]).json()
    assert {"jobId", "status", "apiId", "creditCost", "expiresAt"} == job.keys()


def test_images_come_in_a_list_as_long_as_was_asked_and_open_without_a_key(start, http, emulator, clock):
    url = http.post(RUN, json={"prompt": "x", "num_outputs": 3}).json()["statusUrl"]
    clock.now += 8
    job = http.get(url).json()
    images = job["output"]["images"]
    assert [f"{emulator.files_url}/files/job_000001/{n}.png" for n in range(3)] == images
    answers = [start.client(emulator).get(image) for image in images]
    assert ["image/png"] * 3 == [answer.headers["content-type"] for answer in answers]
    assert all(answer.content.startswith(b"\x89PNG\r\n\x1a\n") for answer in answers)
    assert 3 == len({answer.content for answer in answers})
    assert [False] * 3 == [exchange.key_sent for exchange in emulator.log.of("files")]


def test_a_video_comes_alone_and_its_boxes_add_up(start, http, emulator, clock):
    url = http.post("/models/wan-video/run", json={}).json()["statusUrl"]
    clock.now += 8
    answer = start.client(emulator).get(http.get(url).json()["output"]["video"])
    assert "video/mp4" == answer.headers["content-type"]
    kinds, rest = [], answer.content
    while rest:
        size, kind = struct.unpack(">I4s", rest[:8])
        kinds.append(kind)
        rest = rest[size:]
    assert [b"ftyp", b"moov", b"mdat"] == kinds
    # The index leads to the only sample: its length, then a picture that can be decoded by itself.
    index = answer.content.index(b"stco") + 4
    [offset] = struct.unpack(">I", answer.content[index + 8 : index + 12])
    [size] = struct.unpack(">I", answer.content[offset : offset + 4])
    assert (len(answer.content), 5) == (offset + 4 + size, answer.content[offset + 4] & 0x1F)


def test_files_have_another_origin_than_the_api(start, emulator):
    http = start.client(emulator)
    assert emulator.base_url.split("/api")[0] != emulator.files_url
    assert 404 == http.get(f"{emulator.files_url}/api/v1/models").status_code
    assert 404 == http.get(f"{emulator.files_url}/files/job_000001/0.png").status_code
    assert ["files", "files"] == [exchange.host for exchange in emulator.log]


def test_a_file_that_the_job_did_not_make_is_not_there(http, emulator, clock):
    http.post(RUN, json={"prompt": "x"})
    assert 404 == http.get(f"{emulator.files_url}/files/job_000001/0.png").status_code
    clock.now += 8
    assert 200 == http.get(f"{emulator.files_url}/files/job_000001/0.png").status_code
    for name in ("1.png", "0.mp4", "", "../0.png"):
        assert 404 == http.get(f"{emulator.files_url}/files/job_000001/{name}").status_code


def test_a_job_and_its_files_expire_after_a_day(http, emulator, clock):
    url = http.post(RUN, json={"prompt": "x"}).json()["statusUrl"]
    clock.now += 24 * 3600 - 1
    assert 200 == http.get(url).status_code
    clock.now += 1
    for each in (url, f"{emulator.files_url}/files/job_000001/0.png"):
        answer = http.get(each)
        assert (410, "expired") == (answer.status_code, answer.json()["error"]["code"])
    assert [] == http.get("/jobs").json()["jobs"]


def test_an_unknown_job_is_refused(http):
    answer = http.get("/jobs/job_999999")
    assert (404, "not_found") == (answer.status_code, answer.json()["error"]["code"])


def test_the_job_list_is_newest_first_and_bounded(http, clock):
    for _ in range(3):
        http.post(RUN, json={"prompt": "x"})
    clock.now += 8
    newest = http.get("/jobs", params={"limit": 2}).json()["jobs"]
    assert ["job_000003", "job_000002"] == [job["jobId"] for job in newest]
    assert http.get("/jobs/job_000003").json() == newest[0]
    assert 3 == len(http.get("/jobs").json()["jobs"])
    for limit in ("0", "-1", "x", "²"):
        assert 400 == http.get("/jobs", params={"limit": limit}).status_code


def test_a_failed_job_has_a_reason_and_is_charged_unless_the_provider_states_otherwise(start, http, emulator, clock):
    emulator.faults.add("job-failed:1")
    url = http.post(RUN, json={"prompt": "x"}).json()["statusUrl"]
    clock.now += 8
    job = http.get(url).json()
    assert "failed" == job["status"]
    assert isinstance(job["error"], str)
    assert "output" not in job
    assert 1000 - 1.5 == float(emulator.credits)
    clock.now += 1
    assert "completed" == _finished(http, clock)["status"]


def test_an_unknown_status_can_mean_running(http, emulator, clock):
    emulator.faults.add("job-status=warming")
    url = http.post(RUN, json={"prompt": "x"}).json()["statusUrl"]
    assert "warming" == http.get(url).json()["status"]
    clock.now += 8
    assert "completed" == http.get(url).json()["status"]


def _finished(http, clock):
    url = http.post(RUN, json={"prompt": "x"}).json()["statusUrl"]
    clock.now += 8
    return http.get(url).json()
