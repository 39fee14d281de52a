"""The key is nowhere but in the requests to the API."""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import traceback
from collections.abc import Iterator
from typing import Annotated

import pytest
from pydantic import Field
from raw_server import Arrived, Part, raw_reply, raw_server
from sdk_sample import KEY, STUDIO, AsyncStudio, Painting, Studio
from sdk_servers import Answer, closed_port

from runtime.core.credential import Credential
from runtime.core.errors import APIError, ConfigurationError, JobFailed, JobTimeout, SDKError, SubmissionUncertain
from runtime.core.profile import Auth

RUN = "/api/v1/models/flux-1.1/pro/run"
JOB = "/api/v1/jobs/job_1"
ECHO = {"error": {"code": KEY, "message": f"the key {KEY} is not allowed", "keys": [KEY], KEY: 1}}


def everything(error: BaseException) -> str:
    """The error as the most talkative logger prints it: chained, with the locals of every frame but the tests'."""
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    while trace.stack and trace.stack[0].filename.startswith(__file__):
        del trace.stack[0]
    return "".join(trace.format()) + repr(error) + repr(vars(error))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(ECHO, 401, {"x-request-id": "req_1"}),
        Answer(ECHO, 500),
        Answer(content=f"<p>{KEY}</p>".encode(), status=502),
        Answer(content=f"<p>{KEY}</p>".encode(), status=403),
        Answer(ECHO, 202),
        Answer(ECHO, 202, {"x-request-id": KEY}),
        Answer(status=302, headers={"Location": f"https://evil.example/{KEY}"}),
    ],
)
def test_an_error_does_not_repeat_the_key_that_a_server_echoed(api, studio, caplog, answer):
    caplog.set_level(logging.DEBUG)
    api.on("POST", RUN, answer)
    with pytest.raises((APIError, SubmissionUncertain)) as caught:
        studio.submit(Painting(prompt="x"))
    error = caught.value
    assert KEY not in everything(error)
    ours = [record.message for record in caplog.records if not record.name.startswith("httpcore")]
    assert ours  # httpcore's own debug log repeats the headers of a response as they came
    assert KEY not in str(ours)


def test_a_failed_job_does_not_repeat_the_key(api, studio, caplog):
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "failed", **ECHO}))
    with pytest.raises(JobFailed) as caught:
        studio.jobs.get("job_1", Painting).result()
    assert KEY not in str(caught.value) + repr(vars(caught.value)) + caplog.text


@pytest.mark.parametrize("document", [{"jobId": KEY, "status": "pending"}, {"jobId": "job_1", "status": KEY, **ECHO}])
def test_a_success_does_not_repeat_the_key(api, studio, caplog, document):
    api.on("POST", RUN, Answer(document, 202))
    job = studio.submit(Painting(prompt="x"))
    assert KEY not in repr([job, vars(job), job.raw]) + caplog.text
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "completed", "output": {"images": ["data:,x"]}, "you": KEY}))
    result = studio.jobs.get("job_1", Painting).result()
    assert {**result.raw, "you": "[key]"} == result.raw
    assert KEY not in repr([result.output, result.output.raw])


@pytest.mark.parametrize("written", ["{}", '"{}"', "%22{}"])
def test_the_key_is_recognised_as_servers_write_it(written):
    key = 'pd_/"\\0123456789'
    credential = Credential(Auth(header="Authorization"), key, source="api_key")
    in_url = ("pd_%2F%22%5C0123456789", "pd_%2f%22%5c0123456789", "pd_/%22%5C0123456789", "pd_/%22%5c0123456789")
    for spelling in (key, json.dumps(key)[1:-1], json.dumps(key)[1:-1].replace("/", "\\/"), *in_url):
        assert written.format("[key]") == credential.scrub(written.format(spelling))
        assert written.format("[key]").encode() == credential.scrub_bytes(written.format(spelling).encode())


def test_the_key_is_recognised_whatever_of_it_a_server_escapes():
    credential = Credential(Auth(header="Authorization"), 'pd_/\\"+=0123456789', source="api_key")
    for spelling in (
        r"pd_/\\\"\u002B\u003D0123456789",
        r"pd_\/\\\u0022\u002b=0123456789",
        "".join(f"\\u{ord(char):04x}" for char in 'pd_/\\"+=0123456789'),
    ):
        assert b'{"you": "[key]"}' == credential.scrub_bytes(f'{{"you": "{spelling}"}}'.encode())


def test_a_cancelled_task_shows_neither_the_request_nor_what_has_come_of_the_answer():
    def answer(request: Arrived) -> Iterator[Part]:
        whole = raw_reply(KEY.encode() * 100, 200, f"x-echo: {KEY}")
        yield whole[:-1000]
        yield 30.0

    async def main() -> BaseException:
        async with AsyncStudio(KEY, base_url=server.url) as client:
            task = asyncio.create_task(client.jobs.list())
            await asyncio.to_thread(server.wait_for, 1, "GET")
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            return caught.value

    with raw_server(answer) as server:
        assert KEY not in everything(asyncio.run(main()))


class ByQuery(Studio):
    profile = STUDIO._replace(api=STUDIO.api._replace(auth=Auth(query="api_key")))


class AsyncByQuery(AsyncStudio):
    profile = ByQuery.profile


def test_a_key_in_the_query_is_in_no_log_and_no_error(api, twin, caplog):
    caplog.set_level(logging.DEBUG)
    api.on("GET", JOB, Answer(ECHO, 404))
    client = twin.client(ByQuery, AsyncByQuery, KEY, base_url=f"{api.url}/api/v1")
    with pytest.raises(APIError) as caught:
        client.jobs.get("job_1", Painting)
    assert f"api_key={KEY}" == api.seen[0].query
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]
    assert f'HTTP Request: GET {api.url}{JOB} "HTTP/1.1 404 Not Found"' in ours
    assert KEY not in everything(caught.value) + str(ours)


def test_a_client_that_could_not_be_made_can_be_printed():
    with pytest.raises(ConfigurationError) as caught:
        Studio(KEY, timeout=-1)
    assert "self = Studio()" in everything(caught.value)


def test_no_local_variable_shows_the_key_when_the_connection_fails(studio_at):
    with pytest.raises(SDKError) as caught:
        studio_at(closed_port()).submit(Painting(prompt="x"))
    assert KEY not in everything(caught.value)


@pytest.mark.parametrize("status", [422, 403, 500, 202])
def test_no_local_variable_shows_a_secret_parameter_that_was_sent(api, studio, status):
    class Login(Painting):
        token: Annotated[str | None, Field(repr=False)] = None

    api.on("POST", RUN, Answer({"error": {"code": "no"}}, status))
    with pytest.raises(SDKError) as caught:
        studio.submit(Login(prompt="x", token="hunter2"))
    assert b"hunter2" in api.seen[0].body
    assert "hunter2" not in everything(caught.value)


def test_objects_do_not_show_the_key(api, studio):
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "completed"}))
    client = Studio(KEY, base_url=f"{api.url}/api/v1")
    job = client.jobs.get("job_1", Painting)
    assert f"Studio(base_url='{api.url}/api/v1')" == repr(client)
    assert KEY not in repr([client, vars(client), job, vars(job), job.result(), client._context])
    with pytest.raises(TypeError, match="an API key is not pickled"):
        pickle.dumps(client._context.credential)
    client.close()


@pytest.mark.parametrize("key", ["", " ", "pd_ümlaut", "pd_with space", "pd_\r\nX-Evil: 1"])
def test_a_key_that_cannot_be_a_header_is_refused_without_being_shown(key):
    with pytest.raises(ConfigurationError) as caught:
        Studio(key)
    assert "api_key is empty or holds characters that no API key has" == str(caught.value)


def test_the_log_has_routes_and_statuses_and_nothing_else(api, studio, caplog):
    caplog.set_level(logging.DEBUG, logger="studio_sdk")
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "completed"}))
    studio.jobs.get("job_1", Painting)
    [record] = [record for record in caplog.records if record.name == "studio_sdk"]
    assert record.message.startswith("GET /api/v1/jobs/job_1: 200 in 0.")


def test_errors_survive_pickling(api, studio):
    api.on("POST", RUN, Answer({"error": {"code": "c", "message": "m"}}, 402))
    with pytest.raises(APIError) as caught:
        studio.submit(Painting(prompt="x"))
    api.on("POST", RUN, Answer({}, 202))
    with pytest.raises(SubmissionUncertain) as uncertain:
        studio.submit(Painting(prompt="x"))
    for error in (caught.value, uncertain.value, JobTimeout("job_1", status="running", waited=1.0)):
        again = pickle.loads(pickle.dumps(error))
        assert (type(error), str(error), vars(error)) == (type(again), str(again), vars(again))
