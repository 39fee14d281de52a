"""How long drift takes, against merely reading both snapshots with ``json.load``.

    python benchmarks/drift.py

Two snapshots of 1,000 models with 40 parameters each lie on disk; one model in ten changed, one
parameter in each.  Both are timed in this process, in turns, and the median of the pairs is
printed with their ratio; the target is a ratio below 2.  Start-up and imports are not counted on
either side.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.pipeline.drift import Drift, drift
from schemaloom.snapshot.layout import Snapshot, snapshot_files
from schemaloom.snapshot.model import ModelDocument, Price

MODELS = 1_000
PARAMETERS = 40
CHANGED_EVERY = 10
TARGET = 2.0
DAY = date(2026, 1, 1)


def parameter(number: int) -> JsonObject:
    """One parameter, of the kinds that catalogues have."""
    text = f"What parameter {number} does to the picture, in the words of the provider. Default {number}."
    kinds: list[JsonObject] = [
        {"type": "integer", "minimum": 0, "maximum": 100 + number, "default": number},
        {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
        {"type": "string", "maxLength": 2000},
        {"type": "string", "enum": ["1:1", "16:9", "9:16", "4:3", "3:4"], "default": "1:1"},
        {"type": "boolean", "default": False},
        {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        {"type": "array", "items": {"type": "string", "format": "uri"}, "maxItems": 4},
        {"type": "object", "properties": {"x": {"type": "number"}, "y": {"type": "number"}}, "required": ["x"]},
    ]
    return {**kinds[number % len(kinds)], "description": text}


CHANGES: list[Callable[[dict[str, JsonValue]], object]] = [
    lambda properties: properties.pop("parameter_3"),
    lambda properties: properties.update(parameter_0={"type": "integer", "maximum": 50}),
    lambda properties: properties.update(added={"type": "string"}),
    lambda properties: properties.update(parameter_1={"type": "number", "minimum": 0, "maximum": 1, "default": 0.7}),
]
"""A removal, a tightening, an addition and a changed default, in turns."""


def snapshot(*, changed: bool) -> Snapshot:
    """The catalogue before or after."""
    models: list[ModelDocument] = []
    for number in range(MODELS):
        properties: dict[str, JsonValue] = {f"parameter_{index}": parameter(index) for index in range(PARAMETERS)}
        if changed and number % CHANGED_EVERY == 0:
            CHANGES[number // CHANGED_EVERY % len(CHANGES)](properties)
        schema: JsonObject = {"type": "object", "properties": properties, "required": ["parameter_2"]}
        price = Price(amount=1, unit="image")
        models.append(ModelDocument(id=f"model-{number:04}", name=f"Model {number}", price=price, input=schema))
    return Snapshot(models=tuple(models))


def write(folder: Path, content: Snapshot) -> None:
    """Put a snapshot on disk as the tool writes it."""
    for path, raw in snapshot_files(content).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)


def read(folders: tuple[Path, Path]) -> None:
    """The yardstick: every file of both sides through ``json.load``."""
    for folder in folders:
        for path in sorted((folder / "models").iterdir()):
            with path.open("rb") as file:
                json.load(file)


def compared(folders: tuple[Path, Path]) -> Drift:
    """The whole drift of the pair."""
    old, new = folders
    return drift(str(old), str(new), today=DAY, root=old)


def seconds(work: Callable[[tuple[Path, Path]], object], folders: tuple[Path, Path]) -> float:
    """Time of one run."""
    start = time.perf_counter()
    work(folders)
    return time.perf_counter() - start


def main() -> int:
    """Print the figures; exit 1 if the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=9, help="measured pairs (default 9, at least 5)")
    pairs = max(parser.parse_args().pairs, 5)
    with tempfile.TemporaryDirectory() as place:
        folders = (Path(place, "old"), Path(place, "new"))
        for folder, changed in zip(folders, (False, True), strict=True):
            write(folder, snapshot(changed=changed))
        found = compared(folders).report.changes  # also warms both up
        read(folders)
        times = [(seconds(read, folders), seconds(compared, folders)) for _ in range(pairs)]
    reading, drifting = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = statistics.median(theirs / ours for ours, theirs in times)
    print(f"python {sys.version.split()[0]}, {MODELS} models x {PARAMETERS} parameters, {pairs} pairs, medians")
    print(f"findings     {len(found)}: {dict(Counter(change.rule for change in found))}")
    print(f"proofs       {dict(Counter(change.proof for change in found))}")
    print(f"json.load    {reading * 1000:7.1f} ms")
    print(f"drift        {drifting * 1000:7.1f} ms")
    print(f"ratio        {ratio:7.2f}    target below {TARGET:g}")
    return 0 if ratio < TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
