"""What holds for all tests: nothing is remembered from one session to the next."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest


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
