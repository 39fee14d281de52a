"""Hours of a client's life in a second: time that passes only while nothing is under way."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
from pixeldojo_sdk import AsyncPixelDojo, PixelDojo
from pixeldojo_sdk._profile import PROFILE
from pixeldojo_sdk._runtime.core.clock import Clock
from tests.paths import SPECS

from schemaloom.emulator.app import Application
from schemaloom.emulator.options import DEMO_KEY, Options
from schemaloom.emulator.request_log import RequestLog
from schemaloom.emulator.server import running_emulator
from schemaloom.emulator.url_mapping import UrlMapping
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

T = TypeVar("T")

FOLDER = SPECS / "pixeldojo"
START = 1e6  # as seconds since the epoch; later, a nanosecond is less than rounding leaves of it
ONE_BY_ONE = PROFILE._replace(job=PROFILE.job._replace(list=None))
"""The provider, if it listed no jobs."""


class Sleeping(Clock):
    """Time of a single thread: sleeping is all that takes any."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> float:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += seconds


@contextmanager
def simulated(**options: Any) -> Iterator[tuple[PixelDojo, PixelDojo, RequestLog, Sleeping]]:
    """A client, another that looks at jobs one by one, what the API was asked, and the time."""
    clock = Sleeping()

    class Simulated(PixelDojo):
        pass

    Simulated.clock = clock

    class OneByOne(Simulated):
        profile = ONE_BY_ONE

    served = Options(clock=clock.now, credits=1e6, **options)
    with running_emulator(load_provider(FOLDER / "provider.toml"), read_snapshot(FOLDER), served) as server:
        settings = {"api_key": server.api_key, "base_url": server.base_url}
        with Simulated(**settings) as client, OneByOne(**settings) as alone:
            yield client, alone, server.log, clock


class _Idle(selectors.DefaultSelector):
    """Where an event loop would wait, time moves on to its next timer."""

    moment = START

    def select(self, timeout: float | None = None) -> Any:
        if timeout:
            self.moment += timeout
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, idle: _Idle) -> None:
        super().__init__(idle)
        self._idle = idle

    def time(self) -> float:
        return self._idle.moment


class _OfLoop(Clock):
    def __init__(self, idle: _Idle) -> None:
        self._idle = idle

    def now(self) -> float:
        return self._idle.moment


class AsyncSimulation:
    """An event loop with time of its own, and the emulator in the same loop."""

    def __init__(self, **options: Any) -> None:
        self._idle = _Idle()
        self.clock = _OfLoop(self._idle)
        self.log = RequestLog()
        served = Options(clock=self.clock.now, credits=1e6, **options)
        provider = load_provider(FOLDER / "provider.toml")
        addresses = UrlMapping(provider.api.base_url, "http://localhost:1", "http://localhost:2")
        self._application = Application(provider, read_snapshot(FOLDER), addresses, served, self.log)
        self._base_url = addresses.base_url

    def client(self) -> AsyncPixelDojo:
        class Simulated(AsyncPixelDojo):
            clock = self.clock

        http = httpx.AsyncClient(transport=httpx.ASGITransport(self._application))
        return Simulated(api_key=DEMO_KEY, base_url=self._base_url, http_client=http)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        with asyncio.Runner(loop_factory=lambda: _Loop(self._idle)) as runner:
            return runner.run(coroutine)
