"""What is measured, row by row, and what each row must not exceed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import Pairs, Program, Ratio, Sample, measured, mebibytes, run, seconds
from benchmarks.sync import SyncWorkspace, first_run, growth, nothing_changed, one_changed
from benchmarks.workspace import PACKAGE, Workspace, made, user_environment

_BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How large, and how often."""

    pairs: int
    small: int
    middle: int
    large: int
    largest: int


FULL = Scale(pairs=5, small=300, middle=1000, large=3000, largest=4000)
QUICK = Scale(pairs=3, small=36, middle=150, large=300, largest=400)
SHORT = 10
"""Times as many pairs for programs of a tenth of a second: other processes disturb a single run of them by as much."""
FEW, SOME, ALL = 0.05, 0.2, 1.0
"""Shares of parameters whose rules no other parameter has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the results."""

    measure: str
    ratio: Ratio
    target: float | None = None
    unit: str = "s"

    @property
    def holds(self) -> bool:
        """Whether the target, if there is one, is met."""
        return self.target is None or self.ratio.median <= self.target


GROUPS = ("cold", "again", "sync", "imports", "types")
"""Rows that are measured together."""


def rows(root: Path, scale: Scale, groups: Collection[str] = GROUPS) -> Iterator[Row]:
    """Every row of the `groups`, as soon as it is measured; `root` is an empty folder."""
    measure = {"cold": _cold, "again": _again, "sync": _sync, "imports": _imports, "types": _type_checks}
    for group in GROUPS:
        if group in groups:
            yield from measure[group](root, scale)


def _cold(root: Path, scale: Scale) -> Iterator[Row]:
    against = "openapi-python-client"
    for models, target in ((scale.small, 0.20), (scale.middle, 0.25), (scale.large, 0.12)):
        pairs = _against_peer(Workspace(root / f"{models}-few", models, FEW), against, scale.pairs)
        yield Row(
            measure=f"cold, {models:,} models, 5 % distinct / {against}", ratio=pairs.ratio(seconds), target=target
        )
        if models == scale.middle:
            memory = pairs.ratio(mebibytes)
            yield Row(measure=f"peak memory of the same / {against}", ratio=memory, target=0.4, unit="MiB")
    for share, target in ((SOME, 0.25), (ALL, None)):
        workspace = Workspace(root / f"{scale.middle}-{share:g}", scale.middle, share)
        ratio = _against_peer(workspace, against, scale.pairs).ratio(seconds)
        measure = f"cold, {scale.middle:,} models, {share:.0%} distinct / {against}".replace("%", " %")
        yield Row(measure=measure, ratio=ratio, target=target)
        shutil.rmtree(workspace.root)
    workspace = Workspace(root / "codegen", scale.small, FEW)
    ratio = _against_peer(workspace, "datamodel-codegen", scale.pairs).ratio(seconds)
    yield Row(measure=f"cold, {scale.small:,} models, 5 % distinct / datamodel-codegen, its types alone", ratio=ratio)
    yield _per_model(root, scale)


def _against_peer(workspace: Workspace, peer: str, pairs: int) -> Pairs:
    return measured(workspace.generate(cold=True), workspace.peers()[peer], pairs)


def _per_model(root: Path, scale: Scale) -> Row:
    largest = Workspace(root / "largest", scale.largest, FEW)
    small = Workspace(root / "small", scale.small, FEW)
    pairs = measured(largest.generate(cold=True), small.generate(cold=True), scale.pairs)
    per_model = Pairs(
        ours=tuple(Sample(sample.seconds / scale.largest, sample.mebibytes) for sample in pairs.ours),
        theirs=tuple(Sample(sample.seconds / scale.small, sample.mebibytes) for sample in pairs.theirs),
    )
    measure = f"cold, cost per model, {scale.largest:,} / {scale.small:,} models"
    return Row(measure=measure, ratio=per_model.ratio(seconds), target=1.2)


def _again(root: Path, scale: Scale) -> Iterator[Row]:
    """Runs over a catalogue of which everything, or nearly, is known."""
    workspace = made(root / "again", scale.middle, FEW)
    again = workspace.generate(cold=False)
    peer = workspace.peers()["openapi-python-client"]
    ratio = measured(again, peer, scale.pairs).ratio(seconds)
    yield Row(measure=f"no change, {scale.middle:,} models / openapi-python-client", ratio=ratio, target=0.05)
    changed = Program(
        command=again.command, folder=again.folder, environment=again.environment, prepare=workspace.change_one
    )
    ratio = measured(changed, peer, scale.pairs).ratio(seconds)
    yield Row(measure=f"one model of {scale.middle:,} changed / openapi-python-client", ratio=ratio, target=0.02)


def _sync(root: Path, scale: Scale) -> Iterator[Row]:
    """Whole runs of the main job, from loopback, with all checks."""
    workspace = SyncWorkspace(root / "sync", scale.middle, FEW)
    peer = "openapi-python-client"
    with workspace.served() as base:
        ratio = first_run(workspace, base)
        measure = f"sync, first run, {scale.middle:,} models, all checks / {peer} and both type checkers"
        yield Row(measure=measure, ratio=ratio, target=0.35)
        ratio = one_changed(workspace, base, scale.pairs)
        yield Row(
            measure=f"sync, one model of {scale.middle:,} changed, all checks / {peer} without any",
            ratio=ratio,
            target=0.7,
        )
        ratio = nothing_changed(workspace, base, scale.pairs * 3)  # a second long, so each pair is noisy
        measure = f"sync, nothing changed, {scale.middle:,} models / the same requests with bare httpx2"
        yield Row(measure=measure, ratio=ratio, target=1.5)
    shutil.rmtree(workspace.root)
    models = (scale.middle, scale.largest)
    ratio, memory = growth(root / "sync-small", root / "sync-large", models, FEW, scale.pairs)
    sizes = f"{scale.largest:,} / {scale.middle:,} models"
    yield Row(measure=f"sync, one model changed, one request, all checks, {sizes}", ratio=ratio, target=1.5)
    measure = f"peak memory of the same and of its first run, {scale.largest:,} models / 600 MiB"
    yield Row(measure=measure, ratio=memory, target=1.0, unit="MiB")


def _imports(root: Path, scale: Scale) -> Iterator[Row]:
    python = user_environment(root / "environment")
    few, middle, largest = (made(root / f"import-{n}", n, FEW) for n in (36, scale.middle, scale.largest))

    def importing(code: str, workspace: Workspace | None = None) -> Program:
        paths = {"PYTHONPATH": str(workspace.source)} if workspace else {}
        return Program(command=(python, "-c", code), folder=root, environment=paths)

    http = importing("import httpx2")
    package = f"import {PACKAGE}"
    ratio = measured(importing(package, middle), http, scale.pairs * SHORT).ratio(seconds)
    yield Row(measure=f"{package}, {scale.middle:,} models / import httpx2", ratio=ratio, target=0.35)
    ratio = measured(importing(package, largest), importing(package, few), scale.pairs * SHORT).ratio(seconds)
    yield Row(measure=f"{package}, {scale.largest:,} / 36 models", ratio=ratio, target=1.1)
    module = min(path.stem for path in (middle.source / PACKAGE / "models").glob("[a-z]*.py"))
    model = f"import {PACKAGE}.models.{module}; {PACKAGE}.PixelDojo(api_key='k')"
    both = "import httpx2; from pydantic import BaseModel"
    ratio = measured(importing(model, middle), importing(both), scale.pairs * SHORT).ratio(seconds)
    yield Row(measure="import, one model and a client / import httpx2 and BaseModel", ratio=ratio, target=1.15)
    look = f"{package}; {PACKAGE}.catalogue[next(iter({PACKAGE}.catalogue))]"
    ratio = measured(importing(look, largest), importing(look, few), scale.pairs).ratio(seconds)
    yield Row(measure=f"first look into the catalogue, {scale.largest:,} / 36 models", ratio=ratio)
    ratio = measured(importing(look, largest), importing(package, few), scale.pairs).ratio(mebibytes)
    yield Row(measure="peak memory of the same / import alone, 36 models", ratio=ratio, unit="MiB")


def _type_checks(root: Path, scale: Scale) -> Iterator[Row]:
    workspace = made(root / "typed", scale.middle, FEW, results=True)
    run(workspace.peers()["openapi-python-client"])
    ours, theirs = workspace.source / PACKAGE, next(workspace.peer.glob("*/client.py")).parent
    checkers: tuple[tuple[str, float, Callable[[Path], tuple[str | Path, ...]]], ...] = (
        ("mypy --strict", 0.30, _mypy),
        ("basedpyright", 0.25, _basedpyright),
    )
    for name, target, command in checkers:
        mine, other = (Program(command=command(p), folder=p.parent, codes=(0, 1)) for p in (ours, theirs))
        ratio = measured(mine, other, scale.pairs).ratio(seconds)
        measure = f"{name}, cold, {scale.middle:,} models with results / the package of openapi-python-client"
        yield Row(measure=measure, ratio=ratio, target=target)


def _mypy(package: Path) -> tuple[str | Path, ...]:
    return (_BIN / "mypy", "--strict", "--no-incremental", "--config-file=", package)


def _basedpyright(package: Path) -> tuple[str | Path, ...]:
    return (_BIN / "basedpyright", "--level", "error", "--pythonpath", sys.executable, package)
