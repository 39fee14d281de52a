"""Whole processes, measured in alternating pairs: a ratio of two that ran one after the other."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path


def _nothing() -> None:
    """Nothing to prepare."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A command, and what has to be done before each run of it, unmeasured."""

    command: Sequence[str | Path]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict[str, str])
    prepare: Callable[[], object] = _nothing
    codes: tuple[int, ...] = (0,)
    """Exit codes of a run that did its work; a type checker that finds fault has done it too."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one run took."""

    seconds: float
    mebibytes: float
    """Peak resident memory of the largest process of the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Ours against theirs, pair by pair."""

    ours: tuple[Sample, ...]
    theirs: tuple[Sample, ...]

    def ratio(self, of: Callable[[Sample], float]) -> Ratio:
        """The ratio of one quantity."""
        ours, theirs = [of(sample) for sample in self.ours], [of(sample) for sample in self.theirs]
        ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
        return Ratio(
            median=statistics.median(ratios),
            least=min(ratios),
            most=max(ratios),
            ours=statistics.median(ours),
            theirs=statistics.median(theirs),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Median and spread of the pairs' ratios, and the medians of both sides."""

    median: float
    least: float
    most: float
    ours: float
    theirs: float


def seconds(sample: Sample) -> float:
    """Wall time."""
    return sample.seconds


def mebibytes(sample: Sample) -> float:
    """Peak memory."""
    return sample.mebibytes


def measured(ours: Program, theirs: Program, pairs: int) -> Pairs:
    """Both programs in turns, `pairs` times, after one run of each that does not count."""
    for program in (ours, theirs):
        run(program)
    samples = [(run(ours), run(theirs)) for _ in range(pairs)]
    return Pairs(ours=tuple(mine for mine, _ in samples), theirs=tuple(other for _, other in samples))


def run(program: Program) -> Sample:
    """One run of a program, prepared for; raises `RuntimeError` with its words if it fails."""
    program.prepare()
    os.sync()  # or what was just deleted and what the other program wrote keep the disk busy for this one
    command = [str(part) for part in program.command]
    task = {"command": command, "folder": str(program.folder), "environment": program.environment}
    launcher = _launcher()
    if launcher.stdin is None or launcher.stdout is None:
        raise RuntimeError("the launcher has no pipes")
    launcher.stdin.write(json.dumps(task) + "\n")
    launcher.stdin.flush()
    answer = json.loads(launcher.stdout.readline())
    if answer["code"] not in program.codes:
        raise RuntimeError(f"{command} failed: {answer['complaint']}")
    divisor = 2**20 if sys.platform == "darwin" else 2**10
    return Sample(answer["seconds"], answer["peak"] / divisor)


@cache
def _launcher() -> subprocess.Popen[str]:
    # A variable that keeps Python from writing bytecode would have every import compile again.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    # As where the environment is activated: openapi-python-client leaves out its formatting where it finds no ruff.
    tools = str(Path(sys.executable).parent)
    if not shutil.which("ruff", path=tools):
        raise RuntimeError(f"no ruff in {tools}: the peers would do less than their work")
    environment["PATH"] = os.pathsep.join([tools, environment.get("PATH", os.defpath)])
    command = [sys.executable, "-S", str(Path(__file__).with_name("launching.py"))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
