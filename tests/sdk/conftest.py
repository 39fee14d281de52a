"""Servers and clients for the tests of the runtime."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # importlib mode puts no test folder on the path

from sdk_sample import KEY, AsyncGateway, AsyncStudio, Gateway, Painting, Studio
from sdk_servers import Answer, Faulty, Site, serving, serving_bytes
from sdk_twins import Twin, event_loop


@pytest.fixture(scope="session")
def _sites() -> Iterator[tuple[Site, Site]]:
    with serving() as api, serving() as files:
        yield api, files


@pytest.fixture
def api(_sites: tuple[Site, Site]) -> Site:
    _sites[0].reset()
    return _sites[0]


@pytest.fixture
def files(_sites: tuple[Site, Site]) -> Site:
    """Another origin, which serves results."""
    _sites[1].reset()
    return _sites[1]


@pytest.fixture
def faulty() -> Iterator[Faulty]:
    with serving_bytes() as server:
        yield server


@pytest.fixture(params=["sync", "async"])
def twin(request: pytest.FixtureRequest) -> Iterator[Twin]:
    if request.param == "sync":
        made = Twin(None)
        yield made
        made.close()
        return
    with event_loop() as loop:
        made = Twin(loop)
        yield made
        made.close()


@pytest.fixture
def studio(twin: Twin, api: Site) -> Any:
    """A client of Studio, whose API is `api`."""
    return twin.client(Studio, AsyncStudio, KEY, base_url=f"{api.url}/api/v1")


@pytest.fixture
def gateway(twin: Twin, api: Site) -> Any:
    """A client of Gateway, whose API is `api`."""
    return twin.client(Gateway, AsyncGateway, KEY, base_url=api.url)


@pytest.fixture
def studio_at(twin: Twin) -> Callable[..., Any]:
    """Make a client of Studio for some base URL."""
    return lambda url, **options: twin.client(Studio, AsyncStudio, KEY, base_url=url, **options)


@pytest.fixture
def output(api: Site, studio: Any) -> Callable[..., Any]:
    """Make the output of a job of `studio` from URLs."""

    def make(*urls: str) -> Any:
        done = {"status": "completed", "expiresAt": "2030-01-02T03:04:05Z", "output": {"images": list(urls)}}
        api.on("GET", "/api/v1/jobs/job_1", Answer(done))
        return studio.jobs.get("job_1", Painting).result().output

    return make
