"""Strike every file system call of every command: ``python -m tests.crash``, some ten minutes.

The suite strikes a sample of them.  Prints one line for each scene and way of striking, with counts.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.crash.killing import random_kills
from tests.crash.striking import SCENES, STRIKES
from tests.paths import ROOT


def main() -> None:
    """Run all; the exit code is 1 if anything was found that must not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="strike at each so-manieth call only")
    parser.add_argument("--kills", type=int, default=200, help="random kills of real processes")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a background job may ignore it, and so would its children
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SCHEMALOOM_CACHE_DIR"] = folder
        bad = _strike_all(asked.every, asked.kills, asked.seed)
    print(f"{bad} bad")
    sys.exit(bool(bad))


def _strike_all(every: int, kills: int, seed: int) -> int:
    bad = 0
    for scene in SCENES:
        for strike, *options in (*((strike,) for strike in STRIKES), ("kill", "--renames"), ("full", "--renames")):
            bad += _all_at(scene, strike, ["--every", str(every), *options])
    for number in (signal.SIGKILL, signal.SIGINT):
        with tempfile.TemporaryDirectory() as folder:
            found = Counter(random_kills(Path(folder), kills, seed, number))
        print(
            f"random {number.name}:", ", ".join(f"{count}x {end}" for end, count in sorted(found.items())), flush=True
        )
        bad += sum(count for (_, whole, healed), count in found.items() if not (whole and healed))
    return bad


def _all_at(scene: str, strike: str, options: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.crash.striking", folder, scene, strike, *options]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    runs: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    bad = [run for run in runs if not _good(run)]
    kinds = Counter(f"exit {run['struck']} {'/'.join(run['seen'])}->{'/'.join(run['recovered'])}" for run in runs)
    print(f"{scene}, {strike} {' '.join(options)}: {len(runs)} runs, {len(bad)} bad")
    for kind, count in sorted(kinds.items()):
        print(f"    {count:4} {kind}")
    for run in bad[:3]:
        print(f"    bad: {run}")
    sys.stdout.flush()
    return len(bad)


def _good(run: dict[str, Any]) -> bool:
    ended = run["struck"] in {-signal.SIGKILL, 0, 2, 3, 130} and "Traceback" not in run["output"]
    one = len(set(run["recovered"])) == 1 and set(run["recovered"]) <= {"old", "new"}
    return ended and one and (run["reader"], run["again"], run["clean"]) == (0, 0, True)


if __name__ == "__main__":
    main()
