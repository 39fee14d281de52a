"""What type checkers say: nothing about the package, and exactly the mistakes in a user's code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.paths import GENERATED

SOURCE = GENERATED / "pixeldojo-sdk" / "src"
USER_CODE = Path(__file__).parent / "typing" / "mistakes.py"
MISTAKES = [
    number for number, line in enumerate(USER_CODE.read_text("utf-8").splitlines(), start=1) if "# MISTAKE" in line
]


def mypy(target: Path, cache: Path) -> list[tuple[Path, int, str]]:
    """Errors of ``mypy --strict``: file, line, text; no configuration file counts."""
    command = [sys.executable, "-m", "mypy", "--config-file=", "--strict", "--output=json", f"--cache-dir={cache}"]
    run = subprocess.run(
        [*command, str(target)],
        env={**os.environ, "MYPYPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "" == run.stderr
    found = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    return [(Path(item["file"]), item["line"], item["message"]) for item in found if item["severity"] == "error"]


def basedpyright(target: Path, scratch: Path) -> list[tuple[Path, int, str]]:
    """Errors and warnings of basedpyright in its strict mode: file, line, text."""
    settings = {"typeCheckingMode": "strict", "include": [str(target)], "extraPaths": [str(SOURCE)]}
    (scratch / "pyrightconfig.json").write_text(json.dumps({**settings, "pythonVersion": "3.11"}))
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(scratch)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(run.stdout)
    assert report["summary"]["filesAnalyzed"] > 0
    found = [item for item in report["generalDiagnostics"] if item["severity"] in {"error", "warning"}]
    return [(Path(item["file"]), item["range"]["start"]["line"] + 1, item["message"]) for item in found]


@pytest.mark.parametrize("check", [mypy, basedpyright])
def test_the_generated_package_has_no_type_errors(check, tmp_path: Path) -> None:
    assert [] == check(SOURCE, tmp_path)


@pytest.mark.parametrize("check", [mypy, basedpyright])
def test_a_users_mistakes_are_found_and_nothing_else(check, tmp_path: Path) -> None:
    assert 4 == len(MISTAKES)
    assert [(USER_CODE.name, line) for line in MISTAKES] == [
        (file.name, line) for file, line, _ in check(USER_CODE, tmp_path)
    ]
