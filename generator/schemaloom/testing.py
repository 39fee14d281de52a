"""The emulator in tests of your own; needs pytest and the extra ``schemaloom[serve]``.

::

    # conftest.py
    pytest_plugins = ["schemaloom.testing"]

    # test_lamps.py
    def test_a_lamp(emulate):
        emulator = emulate("acme")  # specs/acme
        with Acme(emulator.api_key, base_url=emulator.base_url) as client:
            assert client.run(Lamp(prompt="a lamp")).files
        assert len(emulator.log.of("submit")) == 1
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from pathlib import Path
from typing import Protocol

import pytest

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import PROVIDER, read_snapshot

__all__ = ["Emulate", "Options", "RunningEmulator", "emulate", "emulated"]

_SPECS = Path("specs")


class Emulate(Protocol):
    """Starts an emulator that ends with the test."""

    def __call__(self, provider: str, *, specs: Path = _SPECS, options: Options | None = None) -> RunningEmulator:
        """Emulate `provider`; see `emulated`."""
        ...


@contextlib.contextmanager
def emulated(provider: str, *, specs: Path = _SPECS, options: Options | None = None) -> Generator[RunningEmulator]:
    """Emulate `provider` over its snapshot in `specs` for the duration of the block.

    Jobs take a tenth of a second and no rate limit holds, unless `options` are given.
    Raises `UsageError` if there is no such provider.
    """
    folder = specs / provider
    described = load_provider(folder / PROVIDER)
    quick = Options(job_seconds=0.1, rate_limit=0)
    with running_emulator(described, read_snapshot(folder), options or quick) as emulator:
        yield emulator


@pytest.fixture
def emulate() -> Generator[Emulate]:
    """A function that starts emulators; they end with the test."""
    with contextlib.ExitStack() as stack:

        def start(provider: str, *, specs: Path = _SPECS, options: Options | None = None) -> RunningEmulator:
            return stack.enter_context(emulated(provider, specs=specs, options=options))

        yield start
