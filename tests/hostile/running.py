"""From a class and a number of cases to a tally of faults."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.hostile.classes import Class, Faults, Stage, draw
from tests.hostile.server import serving

_DRAWN_TOGETHER = 120


@dataclass
class Tally:
    """What came of a class."""

    cases: int = 0
    runs: int = 0
    faults: list[tuple[Any, Faults]] = field(default_factory=list)
    """Each case at fault, or the whole batch where no single case is."""


@contextlib.contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """A stage below `folder`; the tool's own scratch files go to its workspace."""
    with serving() as server, pytest.MonkeyPatch.context() as patch:
        place = Stage(folder.resolve(), server)
        patch.setenv("TMPDIR", str(place.workspace.scratch))
        patch.setenv("SCHEMALOOM_CACHE_DIR", str(place.cache))
        patch.setattr(tempfile, "tempdir", str(place.workspace.scratch))
        _warm_up(place)
        yield place


def run_class(each: Class, place: Stage, count: int, number: int) -> Tally:
    """Draw and judge `count` cases."""
    tally = Tally()
    # Small drawings, because the later cases of a large one vary its earlier ones more and more.
    for part in range(0, count, _DRAWN_TOGETHER):
        cases = draw(each.cases, min(_DRAWN_TOGETHER, count - part), 100_000 * number + part)
        for start in range(0, len(cases), each.batch):
            batch = cases[start : start + each.batch]
            tally.cases += len(batch)
            _judge(each, place, batch, tally)
    return tally


def _judge(each: Class, place: Stage, batch: Sequence[Any], tally: Tally) -> bool:
    tally.runs += 1
    faults = each.judge(place, batch)
    if not faults:
        return False
    if len(batch) == 1:
        tally.faults.append((batch[0], faults))
        return True
    middle = len(batch) // 2
    halves = [_judge(each, place, half, tally) for half in (batch[:middle], batch[middle:])]
    if not any(halves):  # only together are they at fault
        tally.faults.append((batch, faults))
    return True


def _warm_up(place: Stage) -> None:
    """Import once, here, what each fork would import for itself."""
    from schemaloom.cli import drift, fetch, generate  # noqa: F401
    from schemaloom.pipeline.generate import generate as rendered

    rendered("acme", specs=place.workspace.specs, out=place.workspace.work / "generated")
