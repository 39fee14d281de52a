"""Every figure in one run, against peers: ``make bench``, or ``python -m benchmarks``.

The peers come with the dependency group ``bench``.  Prints each ratio as it is known and writes
``RESULTS.md``.  ``--only sync`` measures one group of rows, and ``--quick`` small catalogues, to see
that all of it works; both write nothing.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import line, markdown
from benchmarks.rows import FULL, GROUPS, QUICK, Row, rows

FOLDER = Path(__file__).resolve().parent
_ROOM = 2 * 2**30
"""Bytes; the largest row's packages take a quarter of it."""
PROGRAMS = ("drift.py", "impact.py", "runtime.py")
"""Programs beside this one that print figures of their own."""


def main() -> int:
    """Measure; exit 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small catalogues and three pairs; writes nothing")
    parser.add_argument("--only", choices=GROUPS, action="append", help="measure this group of rows; writes nothing")
    arguments = parser.parse_args()
    quick: bool = arguments.quick
    only: list[str] | None = arguments.only
    scale = QUICK if quick else FULL
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="schemaloom-bench-", dir=_in_memory()) as folder:
        for row in rows(Path(folder), scale, only or GROUPS):
            print(line(row, judged=not quick), flush=True)
            found.append(row)
    if only:
        return 0 if quick or all(row.holds for row in found) else 1
    others = [(f"python benchmarks/{name}", _output(FOLDER / name)) for name in PROGRAMS if (FOLDER / name).is_file()]
    if not quick:
        text = markdown(found, command="make bench", pairs=scale.pairs, others=others)
        (FOLDER / "RESULTS.md").write_text(text, "utf-8")
    return 0 if quick or all(row.holds for row in found) else 1


def _in_memory() -> Path | None:
    """A file system in memory, if there is one with room.

    On ext4, to make a file takes up to four times as long in the minutes after others were deleted, which would be
    measured instead of the programs.
    """
    memory = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM else None


def _output(program: Path) -> str:
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)
    print(f"\n{program.name}\n{done.stdout}{done.stderr}", flush=True)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
