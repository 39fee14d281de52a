"""The long run: ``python -m tests.hostile --cases 10000 --seed 1``, some half an hour.

The suite runs a small share of the same.  Prints a line per class, and every fault with its case;
``--only CLASS`` runs one class.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.hostile.classes import CLASSES
from tests.hostile.running import Tally, run_class, stage


def main() -> None:
    """Run all; the exit code is 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=[each.name for each in CLASSES])
    asked = parser.parse_args()
    total = sum(each.share for each in CLASSES)
    tallies: list[Tally] = []
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as place:
        for each in CLASSES:
            if asked.only and each.name not in asked.only:
                continue
            began = time.monotonic()
            place.slowest = place.largest = 0.0
            tally = run_class(each, place, max(1, round(asked.cases * each.share / total)), asked.seed)
            tallies.append(tally)
            print(
                f"{each.name}: {tally.cases} cases in {tally.runs} runs, {len(tally.faults)} at fault; "
                f"slowest {place.slowest:.1f} s, most {place.largest:.0f} MB; {time.monotonic() - began:.0f} s"
            )
            for case, faults in tally.faults[:20]:
                print(f"  case {ascii(case)[:1500]}")
                for fault in faults[:4]:
                    print(f"    {fault}")
            sys.stdout.flush()
    found = sum(len(tally.faults) for tally in tallies)
    print(f"{sum(tally.cases for tally in tallies)} cases, {found} at fault")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
