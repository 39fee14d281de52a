"""What cannot be right is refused before anything is sent, with an error of the package and no row in the ledger."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from raw_server import Arrived, Part, RawServer, raw_server, reply
from sdk_sample import KEY, AsyncStudio, Painting, Studio

from runtime.core.errors import ConfigurationError, SDKError

FOX = Painting(prompt="a fox")


@pytest.fixture
def server() -> Iterator[RawServer]:
    def answer(request: Arrived) -> Iterator[Part]:
        yield reply({"jobId": f"job_{request.number}", "status": "completed", "creditCost": -3000}, 202)

    with raw_server(answer) as server:
        yield server


@pytest.fixture
def client(twin, server, tmp_path):
    return twin.client(Studio, AsyncStudio, KEY, base_url=server.url, ledger=tmp_path / "jobs.sqlite")


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.with_options(headers={"x-trace": "a\r\nx-other: b"}),
        lambda client: client.with_options(headers={"x-trace": "größe"}),
        lambda client: client.with_options(headers={"x trace": "a"}),
        lambda client: client.with_options(headers={"": "a"}),
        lambda client: client.with_options(extra_body={"seed": math.nan}),
        lambda client: client.with_options(extra_body={"seed": object()}),
        lambda client: client.with_options(extra_body={"seed": {1, 2}}),
        lambda client: client.with_options(timeout=math.nan),
        lambda client: client.with_options(timeout=math.inf),
        lambda client: client.with_options(timeout=-1),
        lambda client: client.with_options(retries=-1),
        lambda client: client.with_options(max_credits=math.nan),
        lambda client: client.with_options(max_credits=-1),
        lambda client: client.with_options(max_credits="5"),
        lambda client: client.with_options(max_credits=10**400),
        lambda client: client.with_options(timeout="5"),
        lambda client: client.with_options(timeout=1e10),
        lambda client: client.with_options(timeout=10**400),
        lambda client: client.with_options(retries="5"),
        lambda client: client.run(FOX, timeout=math.nan),
        lambda client: client.run(FOX, max_credits=math.nan),
        lambda client: client.submit(FOX, timeout=math.nan),
        lambda client: client.submit(FOX, timeout="5"),
        lambda client: client.run_many([FOX], max_concurrency=0),
        lambda client: client.run_many([FOX], max_concurrency=-3),
        lambda client: client.run_many([FOX], max_concurrency=1.5),
        lambda client: client.run_many([FOX], timeout=math.nan),
        lambda client: client.jobs.list(limit="2"),
        lambda client: client.jobs.list(limit=-1),
        lambda client: client.submit_raw("m", {"seed": math.nan}),
        lambda client: client.submit_raw("m", {"seed": object()}),
        lambda client: client.request("POST", "/models", {"seed": math.nan}),
        lambda client: client.submit(FOX, webhook_url="https://x.example/\n"),
    ],
)
def test_an_argument_that_cannot_be_right_sends_nothing(client, server, tmp_path, call: Callable[[Any], object]):
    with pytest.raises(ConfigurationError):
        call(client)
    assert [] == server.arrived
    assert [(0,)] == rows(tmp_path / "jobs.sqlite")


@pytest.mark.parametrize("timeout", [math.inf, 1e10, 10**400])
def test_a_timeout_of_more_than_a_year_is_none(client, timeout):
    assert "succeeded" == client.submit(FOX, timeout=timeout).status
    assert client.run(FOX, timeout=timeout)
    assert client.run_many([FOX], timeout=timeout, job_timeout=timeout)


@pytest.mark.parametrize(
    "options", [{"timeout": math.nan}, {"timeout": None}, {"connect_timeout": 0}, {"max_credits": math.nan}]
)
def test_a_client_with_an_option_that_cannot_be_right_is_not_made(options):
    with pytest.raises(ConfigurationError):
        Studio(KEY, **options)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("extra_body", lambda client: client.with_options(extra_body=[1])),
        ("extra_body", lambda client: client.with_options(extra_body=[])),
        ("a name in extra_body", lambda client: client.with_options(extra_body={1: 2})),
        ("headers", lambda client: client.with_options(headers=[("x-trace", "a")])),
        ("the value of the header x-trace", lambda client: client.with_options(headers={"x-trace": 1})),
        ("the name of a header", lambda client: client.with_options(headers={1: "a"})),
        ("webhook_url", lambda client: client.submit(FOX, webhook_url=b"https://x.example")),
        ("key", lambda client: client.submit(FOX, key=b"mine")),
        ("key", lambda client: client.submit(FOX, key=5)),
        ("model_id", lambda client: client.submit_raw(5, {})),
        ("parameters", lambda client: client.submit_raw("m", ["a fox"])),
        ("job_id", lambda client: client.jobs.get(5, Painting)),
        ("on_progress", lambda client: client.run_many([FOX], on_progress="print")),
        ("a request", lambda client: client.submit({"prompt": "a fox"})),
        ("a request", lambda client: client.estimate({"prompt": "a fox"})),
    ],
)
def test_an_argument_of_a_wrong_type_is_named(client, server, tmp_path, name, call: Callable[[Any], object]):
    with pytest.raises(ConfigurationError, match=rf"^{name} is .*, not of type \w+"):
        call(client)
    assert [] == server.arrived
    assert [(0,)] == rows(tmp_path / "jobs.sqlite")


@pytest.mark.parametrize(
    "options",
    [{"api_key": b"secret"}, {"base_url": 5}, {"ledger": 5}, {"hooks": print}],
)
@pytest.mark.parametrize("kind", [Studio, AsyncStudio])
def test_an_option_of_a_wrong_type_is_named_without_its_value(kind, options):
    (name,) = options
    with pytest.raises(ConfigurationError, match=rf"^{name} is .*, not of type \w+$"):
        kind(**{"api_key": KEY, **options})


def test_a_closed_client_raises_and_records_nothing(client, server, tmp_path):
    client.close()
    for call in (client.submit, client.run, lambda fox: client.run_many([fox]), lambda _: client.jobs.list()):
        with pytest.raises(ConfigurationError, match="closed"):
            call(FOX)
    assert [] == server.arrived
    assert [(0,)] == rows(tmp_path / "jobs.sqlite")


@pytest.mark.parametrize(
    ("variable", "value"),
    [("HTTPS_PROXY", "carrier-pigeon://loft"), ("SSL_CERT_FILE", "/no/such/file"), ("ALL_PROXY", "http://[")],
)
def test_settings_of_the_environment_that_cannot_be_used_are_named(monkeypatch, tmp_path, variable, value):
    from runtime.http.httpx_adapter import tls

    tls.cache_clear()
    monkeypatch.setenv(variable, value)
    with Studio(KEY, ledger=tmp_path / "jobs.sqlite") as client, pytest.raises(SDKError, match=r"nothing was s|ledger"):
        client.submit(FOX)
    tls.cache_clear()
    assert [(0,)] == rows(tmp_path / "jobs.sqlite")


def test_a_negative_cost_does_not_raise_the_budget(client, caplog):
    job = client.submit(FOX)
    assert (None, 0) == (job.cost, client.spent)
    assert "states the cost -3000" in caplog.text


def rows(path) -> list[tuple[int]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT count(*) FROM submission").fetchall()
    finally:
        connection.close()
