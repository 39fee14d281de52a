"""mypy and basedpyright in their strict modes, run as a user runs them; no configuration file counts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.users_mypy import run_mypy

Found = list[tuple[Path, int, str]]


def mypy(targets: list[Path], _scratch: Path, source: Path) -> Found:
    """Errors of ``mypy --strict`` in `targets`, with the packages below `source`: file, line, text."""
    run = run_mypy("--output=json", *targets, MYPYPATH=str(source))
    assert "" == run.stderr
    found = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    return [(Path(item["file"]), item["line"], item["message"]) for item in found if item["severity"] == "error"]


def basedpyright(targets: list[Path], scratch: Path, source: Path) -> Found:
    """Errors and warnings of basedpyright in its strict mode, as `mypy` has them."""
    settings = {"typeCheckingMode": "strict", "include": [*map(str, targets)], "extraPaths": [str(source)]}
    (scratch / "pyrightconfig.json").write_text(json.dumps({**settings, "pythonVersion": "3.11"}))
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(scratch)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(run.stdout)
    assert report["summary"]["filesAnalyzed"] > 0
    found = [item for item in report["generalDiagnostics"] if item["severity"] in {"error", "warning"}]
    return [(Path(item["file"]), item["range"]["start"]["line"] + 1, item["message"]) for item in found]
