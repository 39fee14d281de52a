"""Every figure in one run, against peers: ``make bench``, or ``python -m benchmarks``.

The peers come with the dependency group ``bench``.  Prints each ratio as it is known and writes
``RESULTS.md``; ``--quick`` measures small catalogues, to see that all of it works, and writes
nothing.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import line, markdown
from benchmarks.rows import FULL, QUICK, Row, rows

FOLDER = Path(__file__).resolve().parent
PROGRAMS = ("drift.py", "runtime.py")
"""Programs beside this one that print figures of their own."""


def main() -> int:
    """Measure; exit 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small catalogues and three pairs; writes nothing")
    quick: bool = parser.parse_args().quick
    scale = QUICK if quick else FULL
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="schemaloom-bench-") as folder:
        for row in rows(Path(folder), scale):
            print(line(row, judged=not quick), flush=True)
            found.append(row)
    others = [(f"python benchmarks/{name}", _output(FOLDER / name)) for name in PROGRAMS if (FOLDER / name).is_file()]
    if not quick:
        text = markdown(found, command="make bench", pairs=scale.pairs, others=others)
        (FOLDER / "RESULTS.md").write_text(text, "utf-8")
    return 0 if quick or all(row.holds for row in found) else 1


def _output(program: Path) -> str:
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)
    print(f"\n{program.name}\n{done.stdout}{done.stderr}", flush=True)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
