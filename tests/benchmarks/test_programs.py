"""Every program of the benchmarks can be started: nothing else in the suite imports them."""

from __future__ import annotations

import subprocess
import sys

from tests.paths import ROOT

IMPORT_ALL = (
    "import pathlib, runpy; [runpy.run_path(path) for path in sorted(pathlib.Path('benchmarks').glob('[a-z]*.py'))]"
)


def test_every_module_of_the_benchmarks_is_imported() -> None:
    subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=ROOT, check=True)
