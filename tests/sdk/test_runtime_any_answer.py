"""Whatever a server answers: a result, or one of the documented errors, and nothing else."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sdk_sample import KEY, STUDIO, AsyncStudio, Painting, Studio
from sdk_servers import Answer
from sdk_twins import Twin, event_loop

from runtime.core.errors import DownloadFailed, InvalidRequest, JobFailed, SDKError, UnreadableResponse
from runtime.core.profile import SchemaSource
from runtime.core.retry_policy import RetryPolicy

BASE = "/api/v1"
RUN = f"{BASE}/models/flux-1.1/pro/run"
JOB = f"{BASE}/jobs/job_1"
PROFILE = STUDIO._replace(
    api=STUDIO.api._replace(poll_seconds=(0.001, 0.002)),
    schemas=(SchemaSource(path="/models/{id}/schema", pointer="/schema"),),
)
IMPATIENT = RetryPolicy(attempts=2, first_pause=0.001, longest_pause=0.001, longest_retry_after=0.01)
DOCUMENTS: dict[str, Any] = {
    RUN: {
        "jobId": "job_1", "status": "pending", "statusUrl": "/api/v1/jobs/job_1", "creditCost": 1.5,
        "creditsRemaining": 90, "expiresAt": "2030-01-01T00:00:00Z",
    },
    JOB: {
        "jobId": "job_1", "status": "completed", "creditCost": 1.5, "error": None, "webhook": {"url": "https://x.example"},
        "output": {"images": ["data:image/png;base64,iVBORw0KGgo="]}, "assets": [{"url": "data:,x", "type": "image"}],
    },
    f"{BASE}/jobs": {"jobs": [{"jobId": "job_1", "status": "failed", "error": {"code": "c", "message": "m"}}]},
    f"{JOB}/webhook": {},
    f"{BASE}/models/flux-1.1/pro/schema": {
        "schema": {"properties": {"prompt": {"type": "string", "maxLength": 9}, "size": {"enum": ["large"]}}}
    },
}  # fmt: skip

_texts = st.sampled_from([
    "", "completed", "failed", "COMPLETED", "unheard-of", "job_2", "../..", "\ud800", "\0", "é" * 300, "NaN", "1e999",
    "http://", "https://[", "//evil.example", "https://127.0.0.1:1/x", "data:", "data:,x", "data:image/png;base64,?",
    "http://127.0.0.1:1/x", "0000-00-00", "9999-12-31T23:59:60Z", "#/schema", "object",
])  # fmt: skip
_scalars = (
    st.none() | st.booleans() | _texts | st.sampled_from([0, -1, 10**400, 0.5, 1e308, float("inf"), float("nan")])
)
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3), max_leaves=5
)
_names = st.sampled_from(
    ["jobId", "status", "error", "output", "images", "url", "jobs", "schema", "$ref", "type", "new"]
)


@st.composite
def _mutants(draw: st.DrawFn, document: Any) -> Any:
    """`document` with one to three parts replaced, dropped or added anywhere."""
    changed: Any = {"root": copy.deepcopy(document)}
    for _ in range(draw(st.integers(1, 3))):
        place, key = draw(st.sampled_from(list(_places(changed))))
        what = draw(st.sampled_from(["replace", "replace", "drop", "add"]))
        if what == "drop" and place is not changed:
            del place[key]
        elif what == "add" and isinstance(place[key], dict):
            place[key][draw(_names)] = draw(_values)
        else:
            place[key] = draw(_values)
    return changed["root"]


def _places(container: Any) -> Iterator[tuple[Any, Any]]:
    """Every container and key inside `container`, at any depth."""
    for key in container if isinstance(container, dict) else range(len(container)):
        yield container, key
        if isinstance(container[key], dict | list):
            yield from _places(container[key])


_STATUSES = [200] * 6 + [201, 202, 202, 204, 206, 299, 302, 304, 400, 402, 404, 410, 418, 422, 429, 500, 503, 599]
_ERROR = {"error": {"code": "unheard_of", "message": "size: no", "details": [{"loc": ["body", "size"]}]}, "code": 7}


@st.composite
def _answers(draw: st.DrawFn, document: Any) -> Answer:
    status = draw(st.sampled_from(_STATUSES))
    kind = draw(st.integers(0, 9))
    body = _ERROR if status >= 400 else document
    content = json.dumps(body if kind < 3 else draw(_mutants(body))).encode()
    if kind == 8:
        content = content[: draw(st.integers(0, len(content)))]
    if kind == 9:
        content = draw(st.sampled_from([b"", b"\xff\xfe", b"<html>", b"[" * 5000, b"9" * 5000, b'{"jobId": Infinity}']))
    headers = {
        "content-type": draw(st.sampled_from(["application/json", "text/html", "", "image/png", "x; y"])),
        "retry-after": draw(st.sampled_from(["0", "-1", "soon", "1e400", "Wed, 21 Oct 2015 07:28:00 GMT", ""])),
        "location": draw(st.sampled_from(["", "/api/v1/jobs/job_1", "http://[", "https://evil.example/", "\xe9"])),
        "x-request-id": draw(st.sampled_from(["", "req_1", "\xe9"])),
    }
    if status in {204, 304}:
        content = b""
    return Answer(content=content, status=status, headers=headers)


class Impatient(Studio):
    profile = PROFILE
    retries = IMPATIENT


class AsyncImpatient(AsyncStudio):
    profile = PROFILE
    retries = IMPATIENT


class Published(Painting):
    __digest__ = "ab" * 32


def read(result: Any, twin: Twin, folder: Path, attempt: Any) -> None:
    """Look at everything in a result, and fetch what it points to."""
    output = result.output
    assert repr((result, output.images, output.values, result.expires_at, result.cost))
    for asset in output.files[:2]:
        assert isinstance(asset.url, str)
        attempt(lambda asset=asset: twin.bytes(asset))
    attempt(lambda: twin.save_all(output, folder))


def exercise(client: Any, twin: Twin, callback: bytes, folder: Path) -> list[SDKError]:
    """Call everything; each call may end with a documented error."""
    raised: list[SDKError] = []

    def attempt(call: Any) -> Any:
        try:
            return call()
        except SDKError as error:
            raised.append(error)
            return None

    def finish(result: Any) -> None:
        if result is not None:
            read(result, twin, folder, attempt)

    request = Published(prompt="a fox in the snow", size="small")
    finish(attempt(lambda: client.run(request, timeout=0.03)))
    job = attempt(lambda: client.submit(request))
    if job is not None:
        attempt(lambda: [repr(update) for update in job.updates(timeout=0.03)])
        attempt(job.refresh)
        finish(attempt(lambda: job.result(timeout=0.03)))
    found = attempt(lambda: client.jobs.get("job_1", Painting))
    assert repr((job, found))
    attempt(lambda: repr(client.jobs.list(limit=2)))
    attempt(lambda: client.jobs.replay_webhook("job_1"))
    attempt(lambda: client.request("GET", "/jobs"))
    attempt(lambda: client.jobs.parse_webhook(callback, {}, Painting))
    return raised


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_no_answer_raises_anything_undocumented(kind, api, tmp_path):
    with event_loop() as loop:
        twin = Twin(None if kind == "sync" else loop)
        client = twin.client(Impatient, AsyncImpatient, KEY, base_url=f"{api.url}{BASE}", timeout=5)

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        @given(data=st.data())
        def law(data: st.DataObject) -> None:
            api.reset()
            for path, document in DOCUMENTS.items():
                method = "POST" if path in {RUN, f"{JOB}/webhook"} else "GET"
                api.on(method, path, data.draw(_answers(document), label=path))
            callback = data.draw(_answers(DOCUMENTS[JOB]), label="callback").content or b""
            for error in exercise(client, twin, callback, tmp_path):
                assert str(error)
                assert KEY not in repr(vars(error))
                assert str(error) == str(pickle.loads(pickle.dumps(error)))

        law()
        twin.close()


_outputs = (
    _values
    | _mutants({"images": ["data:,x", {"url": "data:,y"}]})
    | st.lists(_texts, min_size=1, max_size=3).map(lambda urls: {"images": urls})
)
DONE = {"jobId": "job_1", "status": "completed", "creditsRemaining": 90, "expiresAt": "2030-01-01T00:00:00Z"}


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_no_result_raises_anything_undocumented(kind, tmp_path):
    with event_loop() as loop:
        twin = Twin(None if kind == "sync" else loop)
        client = twin.client(Impatient, AsyncImpatient, KEY)
        raised: list[SDKError] = []

        def attempt(call: Any) -> None:
            try:
                call()
            except DownloadFailed as error:
                raised.append(error)

        @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
        @given(facts=st.just(DONE) | _mutants(DONE), output=_outputs)
        def law(facts: Any, output: Any) -> None:
            document = {**(facts if isinstance(facts, dict) else {}), "output": output, "jobId": "job_1"}
            job = client.jobs.parse_webhook(json.dumps(document).encode(), {}, Painting)
            assert job.status in {"queued", "running", "succeeded", "failed"}
            if job.status == "succeeded":
                read(job.result(), twin, tmp_path, attempt)

        law()
        assert raised
        twin.close()


@pytest.mark.parametrize("job_id", ["\ud800", "\0", "a\nb", "x" * 100_000, 10**400, "../..", "."], ids=range(7))
@pytest.mark.parametrize("ledger", [False, True])
def test_a_job_with_a_strange_id_is_an_error_at_worst(api, studio_at, tmp_path, job_id, ledger):
    job = {"jobId": job_id, "status": "pending"}
    api.on("POST", RUN, Answer(content=json.dumps(job).encode(), status=202))
    api.on("GET", f"{BASE}/jobs", Answer(content=json.dumps({"jobs": [job]}).encode()))
    client = studio_at(f"{api.url}{BASE}", ledger=tmp_path / "jobs.sqlite" if ledger else None)
    for _ in range(2):
        with pytest.raises(SDKError):
            client.run(Painting(prompt="x"), timeout=0.02)
    if ledger:
        client.jobs.recover()


def test_a_list_of_any_length_is_read_to_its_ten_thousandth_job(api, studio):
    api.on("GET", f"{BASE}/jobs", Answer({"jobs": [{}] * 10_001}))
    assert 10_000 == len(studio.jobs.list()) == len(studio.jobs.list(limit=10_001))


@pytest.mark.parametrize("error", ["x" * 50_000, ["x"] * 50_000], ids=["one", "many"])
def test_a_message_of_any_length_is_cut(api, studio, error):
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "failed", "error": error}))
    with pytest.raises(JobFailed) as failed:
        studio.jobs.get("job_1", Painting).result()
    api.on("GET", JOB, Answer({"error": {"message": error}}, status=400))
    with pytest.raises(InvalidRequest) as invalid:
        studio.jobs.get("job_1", Painting)
    api.on("GET", JOB, Answer({"jobId": "job_2" * 10_000}))
    with pytest.raises(UnreadableResponse) as another:
        studio.jobs.get("job_1", Painting)
    assert max(len(str(caught.value)) for caught in (failed, invalid, another)) < 11_000


def test_unknown_statuses_are_warned_about_a_hundred_times_at_most_and_in_short(api, studio, caplog):
    api.on("GET", JOB, *(Answer({"status": f"{number}" * 1000}) for number in range(1, 102)))
    for _ in range(101):
        assert "running" == studio.jobs.get("job_1", Painting).status
    assert 100 == len(caplog.messages)
    assert max(map(len, caplog.messages)) < 200


def test_a_deeply_nested_result_is_no_error(studio):
    images = b"[" * 600 + b'"https://f.example/1.png"' + b"]" * 600
    callback = b'{"jobId": "job_1", "status": "completed", "output": {"images": %s}}' % images
    assert ("https://f.example/1.png",) == studio.jobs.parse_webhook(callback, {}, Painting).result().output.values
