"""A client of the caller's: of httpx2 or of httpx, with its own settings, and under the same rules."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace

import httpx
import httpx2
import pytest
from sdk_sample import KEY, STUDIO, AsyncStudio, Painting, Studio
from sdk_servers import Answer, closed_port

from runtime.core.errors import ConfigurationError, ConnectionFailed, SubmissionUncertain

RUN, JOB = "/models/flux-1.1/pro/run", "/jobs/job_1"
LIBRARIES = pytest.mark.parametrize("library", [httpx2, httpx], ids=["httpx2", "httpx"])


@pytest.fixture
def given(twin):
    """Make a client of a library, and one of Studio that uses it; both are closed at the end."""
    pairs = []

    def make(library, url, blocking=Studio, asynchronous=AsyncStudio, **options):
        pair = library.Client(**options), library.AsyncClient(**options)
        pairs.append(pair)
        if twin._loop is None:
            return twin.client(blocking, asynchronous, KEY, base_url=url, http_client=pair[0])
        return twin.client(blocking, asynchronous, KEY, base_url=url, http_client=pair[1])

    yield make
    for pair in pairs:
        twin.close_http(*pair)


@LIBRARIES
def test_a_job_runs_over_it_to_its_file(given, api, files, twin, library):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202))
    output = {"images": [f"{files.url}/a.png"]}
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "completed", "output": output}))
    files.on("GET", "/a.png", Answer(content=b"\x89PNG" * 50_000))
    client = given(library, api.url, headers={"x-mine": "1"})
    result = client.run(Painting(prompt="a fox"))
    assert b"\x89PNG" * 50_000 == twin.bytes(result.output.images[0])
    (sent,) = api.requests("POST")
    assert ("1", f"Bearer {KEY}", b'{"prompt": "a fox"}') == (
        sent.headers["x-mine"], sent.headers["authorization"], sent.body,
    )  # fmt: skip
    assert str(len(sent.body)) == sent.headers["content-length"]
    assert "transfer-encoding" not in sent.headers
    (fetched,) = files.seen
    assert not {"authorization", "x-mine", "content-length", "transfer-encoding"} & fetched.headers.keys()


@LIBRARIES
def test_a_compressed_answer_is_read(given, api, library):
    import gzip

    body = gzip.compress(b'{"jobId": "job_1", "status": "pending"}')
    headers = {"content-encoding": "gzip", "content-type": "application/json"}
    api.on("POST", RUN, Answer(status=202, content=body, headers=headers))
    assert "job_1" == given(library, api.url).submit(Painting(prompt="x")).id


@LIBRARIES
def test_what_a_hook_has_read_is_read_all_the_same(given, api, files, twin, library):
    import gzip

    output = {"images": [f"{files.url}/a.png"]}
    body = gzip.compress(json.dumps({"jobId": "job_1", "status": "completed", "output": output}).encode())
    headers = {"content-encoding": "gzip", "content-type": "application/json"}
    api.on("POST", RUN, Answer(status=202, content=body, headers=headers))
    files.on("GET", "/a.png", Answer(content=b"PNG" * 50_000))

    def read(response):
        response.read()

    async def read_async(response):
        await response.aread()

    hook = read if twin._loop is None else read_async
    result = given(library, api.url, event_hooks={"response": [hook]}).run(Painting(prompt="x"))
    assert b"PNG" * 50_000 == twin.bytes(result.output.images[0])


@LIBRARIES
def test_an_answer_of_a_mock_is_the_answer(twin, library):
    def answer(request):
        output = {"images": ["https://f.example/a.png"]}
        if request.url.host == "f.example":
            return library.Response(200, content=b"PNG")
        return library.Response(202, json={"jobId": "job_1", "status": "completed", "output": output})

    transport = library.MockTransport(answer)
    http = library.Client(transport=transport) if twin._loop is None else library.AsyncClient(transport=transport)
    client = twin.client(Studio, AsyncStudio, KEY, base_url="https://api.example", http_client=http)
    result = client.run(Painting(prompt="x"))
    assert b"PNG" == twin.bytes(result.output.images[0])


@LIBRARIES
def test_its_errors_prove_what_was_never_sent(given, faulty, library):
    with pytest.raises(ConnectionFailed, match="ConnectError"):
        given(library, closed_port()).submit(Painting(prompt="x"))
    faulty.replies = [b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"]
    with pytest.raises(SubmissionUncertain):
        given(library, faulty.url).submit(Painting(prompt="x"))


@LIBRARIES
def test_a_key_in_the_query_is_not_logged(given, api, library, caplog):
    class Keyed(Studio):
        profile = STUDIO._replace(api=STUDIO.api._replace(auth=STUDIO.api.auth._replace(header=None, query="key")))

    class AsyncKeyed(AsyncStudio):
        profile = Keyed.profile

    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202))
    with caplog.at_level(logging.DEBUG):
        given(library, api.url, Keyed, AsyncKeyed).submit(Painting(prompt="x"))
    assert f"key={KEY}" == api.seen[0].query
    assert any(record.name.startswith(library.__name__) for record in caplog.records)
    assert [] == [found for found in caplog.records if KEY in found.getMessage() and "uvicorn" not in found.name]


@LIBRARIES
def test_it_is_closed_by_its_owner_alone(api, library):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202))
    with library.Client() as http:
        with Studio(KEY, base_url=api.url, http_client=http) as client:
            client.submit(Painting(prompt="x"))
        assert not http.is_closed
        late = Studio(KEY, base_url=api.url, http_client=http)
        late.submit(Painting(prompt="x"))
    with pytest.raises(ConfigurationError, match="closed; nothing was sent"):
        late.submit(Painting(prompt="x"))


@pytest.mark.parametrize("wrong", [SimpleNamespace(is_closed=False), httpx.AsyncClient(), httpx2.AsyncClient()])
def test_what_is_no_client_is_refused(api, wrong):
    with pytest.raises(ConfigurationError, match=r"http_client is an httpx2\.Client or an httpx\.Client, not"):
        Studio(KEY, base_url=api.url, http_client=wrong).submit(Painting(prompt="x"))
    assert [] == api.seen


@pytest.mark.parametrize("wrong", [SimpleNamespace(is_closed=False), httpx.Client(), httpx2.Client()])
def test_what_is_no_asynchronous_client_is_refused(api, wrong):
    with pytest.raises(ConfigurationError, match=r"http_client is an httpx2\.AsyncClient or an httpx\.AsyncClient"):
        AsyncStudio(KEY, base_url=api.url, http_client=wrong)
