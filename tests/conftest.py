"""What holds for all tests: how many processes run them, in which order, and with which cache."""

from __future__ import annotations

import gc
import os
import tempfile
from pathlib import Path

import pytest


def pytest_xdist_auto_num_workers() -> int:
    """Two workers more than processors: a fifth of the time, tests wait for what they started."""
    return (os.cpu_count() or 1) + 2


def pytest_configure(config: pytest.Config) -> None:
    """Give this run an empty cache; the processes that it starts inherit it, and share what they find out."""
    gc.set_threshold(50_000)  # a tenth of the processor time went into looking for circles among what stays
    if hasattr(config, "workerinput"):
        return
    cache = tempfile.TemporaryDirectory(prefix="schemaloom-cache-")
    config.add_cleanup(cache.cleanup)
    environment = pytest.MonkeyPatch()
    config.add_cleanup(environment.undo)
    environment.setenv("SCHEMALOOM_CACHE_DIR", cache.name)


def pytest_collection_finish() -> None:
    """Leave the modules and tests out of every later search for circles: they live as long as the process."""
    gc.freeze()


_LONGEST = (
    "readme", "workflows", "packaging", "gate", "crash", "hostile", "impact", "init", "sync", "sdk", "drift", "alerts",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose tests take longest, so that no process ends on one alone."""
    rank = {folder: number for number, folder in enumerate(_LONGEST)}
    top = Path(__file__).parent
    items.sort(key=lambda item: (rank.get(item.path.relative_to(top).parts[0], len(rank)), item.path))
