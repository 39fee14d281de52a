"""What holds for all tests: how many run at once, and that nothing is remembered from one session to the next."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: a fifth of the time, tests wait for what they started."""
    return (os.cpu_count() or 1) + 1


_LONGEST = ("readme", "workflows", "packaging", "gate", "crash", "impact", "init", "sync", "sdk", "drift", "alerts")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose tests take longest, so that no process ends on one alone."""
    rank = {folder: number for number, folder in enumerate(_LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.relative_to(Path(__file__).parent).parts[0], len(rank)))


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
