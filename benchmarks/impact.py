"""How long ``schemaloom impact`` takes, against compiling the same files with ``python -m compileall``.

    python benchmarks/impact.py

2,000 files lie on disk: Python's own library, some of them large, copied until there are enough, with a call of a
generated class at the end of every fourth.  Both programs are run as a user runs them, in turns, with cold caches for
``compileall``; the processor time of each is compared, and the median of the pairs is printed.  The target is a ratio
below 3.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from schemaloom.ir.model import Catalogue
from schemaloom.json.values import JsonObject
from schemaloom.parse.model import parse_model
from schemaloom.render.names.names_json import names_to_json
from schemaloom.render.names.table import name_models
from schemaloom.snapshot.layout import Snapshot, snapshot_files
from schemaloom.snapshot.model import ModelDocument

FILES = 2_000
CALL_EVERY = 4
TARGET = 3.0
MODEL = "acme/flux-dev"
LARGEST = 400_000
"""Bytes of the largest file that is copied."""
PROVIDER = """
name = "sample"
title = "Sample"
homepage = "https://sample.example"
package = { distribution = "sample-sdk", module = "sample_sdk", client = "Sample", env_prefix = "SAMPLE" }
submit = { url = "/models/{id}/run" }
[api]
base_url = "https://sample.example/api/v1"
auth = { header = "Authorization" }
[catalogue]
kind = "api"
[job]
url = "/jobs/{job_id}"
fields = { id = ["/id"], status = ["/status"] }
statuses = { done = "succeeded" }
output = { image = ["/output"] }
[errors]
code = ["/code"]
message = ["/message"]
table = {}
"""


def library() -> Iterator[Path]:
    """Every module of the standard library that compiles, its tests left out, by path below the library."""
    root = Path(sysconfig.get_path("stdlib"))
    for path in sorted(root.rglob("*.py")):
        inner = path.relative_to(root)
        if path.stat().st_size > LARGEST or not {"site-packages", "test", "tests", "idle_test"}.isdisjoint(inner.parts):
            continue
        try:
            compile(path.read_bytes(), str(inner), "exec")
        except (SyntaxError, ValueError):
            continue
        yield inner


def write_code(folder: Path) -> None:
    """Write the files, a call at the end of every fourth."""
    root, found = Path(sysconfig.get_path("stdlib")), list(library())
    for number, inner in enumerate(islice(cycle(found), FILES)):
        content = (root / inner).read_bytes()
        if number % CALL_EVERY == 0:
            content += (
                "\nfrom sample_sdk.models.acme_flux_dev import AcmeFluxDev\n\n"
                f"def call_{number}(prompt):\n"
                f"    return AcmeFluxDev(prompt=f'{{prompt}}', steps={number % 60}, size='wide')\n"
            ).encode()
        path = folder / f"copy_{number // len(found)}" / inner
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write_side(folder: Path, steps: int, sizes: list[str]) -> None:
    """Write a provider's folder with one model."""
    schema: JsonObject = {
        "type": "object",
        "properties": {
            "prompt": {"type": "string"},
            "steps": {"type": "integer", "maximum": steps},
            "size": {"enum": [*sizes]},
        },
    }
    models = (ModelDocument(id=MODEL, name=MODEL, input=schema),)
    catalogue = Catalogue(provider="sample", models=tuple(map(parse_model, models)))
    names = names_to_json(name_models(catalogue, {}))
    content = snapshot_files(Snapshot(models=models, names=names))
    for path, raw in {**content, "provider.toml": PROVIDER.encode()}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)


def processor_seconds(command: list[str], folder: Path) -> tuple[float, str]:
    """Processor time of a program and what it prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def main() -> int:
    """Print the figures; exit 1 if the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5, help="measured pairs (default 5, at least 3)")
    pairs = max(parser.parse_args().pairs, 3)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_code(folder / "app")
        write_side(folder / "old", 50, ["wide", "tall"])
        write_side(folder / "new", 30, ["wide"])
        judge = [sys.executable, "-m", "schemaloom", "impact", "old", "new", "app", "--fail-on", "never"]
        processor_seconds(judge, folder)  # warm
        times: list[tuple[float, float]] = []
        report = ""
        for _ in range(pairs):
            for cached in list(folder.rglob("__pycache__")):
                shutil.rmtree(cached)
            compiling, _ = processor_seconds([sys.executable, "-m", "compileall", "-q", "app"], folder)
            judging, report = processor_seconds(judge, folder)
            times.append((compiling, judging))
    compiling, judging = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = statistics.median(theirs / ours for ours, theirs in times)
    print(f"python {sys.version.split()[0]}, {FILES} files, {pairs} pairs, medians of processor time")
    print(f"report       {report.partition(chr(10))[0]}")
    print(f"compileall   {compiling:7.2f} s")
    print(f"impact       {judging:7.2f} s")
    print(f"ratio        {ratio:7.2f}    target below {TARGET:g}")
    return 0 if ratio < TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
