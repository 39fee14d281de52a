"""A wrong argument is a `ConfigurationError` that names it, before anything is sent."""

from __future__ import annotations

import asyncio
import inspect
import math
from collections.abc import Callable, Iterator

import pytest
from raw_server import Arrived, Part, raw_server, reply
from sdk_sample import KEY, STUDIO, AsyncStudio, Painting, Studio
from sdk_servers import Answer

from runtime.core.errors import ConfigurationError
from runtime.core.profile import Upload

FOX = Painting(prompt="a fox")
WRONG = (None, 5, math.nan, 10**400, b"x", [], [5], {}, {5: 5}, object(), int)
"""Of a type that none of the calls below takes for what it is given for."""
CALLS = {
    "submit request": lambda client, value: client.submit(value),
    "run key": lambda client, value: client.run(FOX, key=value or 5),
    "run_many requests": lambda client, value: client.run_many([value] if value in ([], {}) else value),
    "submit_raw model_id": lambda client, value: client.submit_raw(value, {}),
    "submit_raw parameters": lambda client, value: client.submit_raw("m", 5 if value == {} else value),
    "submit_raw endpoint": lambda client, value: client.submit_raw("m", {}, endpoint=value or 5),
    "request method": lambda client, value: client.request(value, "/jobs"),
    "request path": lambda client, value: client.request("GET", value),
    "upload source": lambda client, value: client.upload(5 if value == b"x" else value),
    "upload media_type": lambda client, value: client.upload(b"x", media_type=value or 5),
    "estimate request": lambda client, value: client.estimate(value),
    "jobs.get job_id": lambda client, value: client.jobs.get(value, Painting),
    "jobs.get request": lambda client, value: client.jobs.get("job_1", value),
    "jobs.list limit": lambda client, value: client.jobs.list(limit="x" if value in (None, 5) else value),
    "jobs.resolve fingerprint": lambda client, value: client.jobs.resolve(value, None),
    "jobs.resolve job_id": lambda client, value: client.jobs.resolve("f", value or 5),
    "jobs.replay_webhook job_id": lambda client, value: client.jobs.replay_webhook(value),
    "jobs.parse_webhook body": lambda client, value: client.jobs.parse_webhook(5 if value == b"x" else value, {}),
    "jobs.parse_webhook request": lambda client, value: client.jobs.parse_webhook(b"{}", {}, value or 5),
}
"""By the call and its argument; the wrong ones that it takes are replaced."""


@pytest.mark.parametrize("made", [Studio, AsyncStudio])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_wrong_argument_is_refused_before_anything_is_sent(tmp_path, made, call: Callable[..., object]):
    class Made(made):
        profile = STUDIO._replace(upload=Upload(url="/upload", max_bytes=100, file=("/url",), raw=True))

    async def main() -> None:
        client = Made(KEY, base_url=server.url, ledger=tmp_path / "jobs.sqlite")
        for value in WRONG:
            with pytest.raises(ConfigurationError):  # noqa: PT012  an asynchronous call is awaited
                found = call(client, value)
                if inspect.isawaitable(found):
                    await found
        client.close() if made is Studio else await client.close()

    with raw_server(answer) as server:
        asyncio.run(main())
    assert [] == server.arrived


def answer(request: Arrived) -> Iterator[Part]:
    yield reply({})


@pytest.mark.parametrize("value", [None, 5, math.nan, b"x", [], {}, object(), "a\0b", "\ud800"])
def test_a_path_that_no_file_can_have_is_refused(api, files, studio, value):
    api.on("GET", "/api/v1/jobs/job_1", reply_of(files.url))
    result = studio.jobs.get("job_1", Painting).result()
    for save in (result.save_all, result.output.save_all, result.output.images[0].save):
        with pytest.raises(ConfigurationError):
            save(value)
    if value is not None:
        with pytest.raises(ConfigurationError):
            Studio(KEY, ledger=value)


def reply_of(url: str) -> Answer:
    return Answer({"status": "completed", "output": {"images": [f"{url}/a.png"]}})


def test_a_string_that_cannot_be_encoded_is_refused(studio):
    with pytest.raises(ConfigurationError, match="job_id is no text"):
        studio.jobs.get("\ud800", Painting)


def test_a_number_that_no_computer_counts_to_is_refused():
    with pytest.raises(ConfigurationError, match="requests_per_minute"):
        Studio(KEY, requests_per_minute=10**400)
