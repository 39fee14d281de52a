"""What holds for all tests: how many run at once, and that nothing is remembered from one session to the next."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: a fifth of the time, tests wait for what they started."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def _own_memory() -> Iterator[None]:
    """A cache folder of this session's own, for the processes it starts too."""
    before = os.environ.get("SCHEMALOOM_CACHE_DIR")
    with tempfile.TemporaryDirectory(prefix="schemaloom-cache-") as folder:
        os.environ["SCHEMALOOM_CACHE_DIR"] = folder
        yield
    if before is None:
        del os.environ["SCHEMALOOM_CACHE_DIR"]
    else:
        os.environ["SCHEMALOOM_CACHE_DIR"] = before
