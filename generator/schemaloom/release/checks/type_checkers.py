"""Errors of mypy and basedpyright, both strict, in files of a package; none if they are not installed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TypedDict, cast

from schemaloom.release.checks.failure import Failure
from schemaloom.release.checks.run_tool import last_line, run_checker

_HEAP = "--max-old-space-size=440 --max-semi-space-size=32"
"""MiB of old and of new objects: beyond that, node collects its garbage rather than take more memory."""


class _MypyFinding(TypedDict):
    file: str
    line: int
    message: str
    severity: str


class _Position(TypedDict):
    line: int


class _Range(TypedDict):
    start: _Position


class _PyrightFinding(TypedDict):
    file: str
    severity: str
    message: str
    range: _Range


class _Summary(TypedDict):
    filesAnalyzed: int


class _PyrightReport(TypedDict):
    generalDiagnostics: list[_PyrightFinding]
    summary: _Summary


def check_with_mypy(tree: Path, cache: Path, targets: Sequence[str]) -> Iterator[Failure]:
    """Errors of ``mypy --strict`` in the `targets`, paths below `tree`, and in what they import of it.

    mypy keeps what it knows of libraries and of unchanged modules in the folder `cache`.
    """
    if not targets or find_spec("mypy") is None:
        return
    # With explicit bases, two files of the same name in two folders are two modules.
    options = ["--strict", "--config-file=", "--output=json", "--explicit-package-bases", f"--cache-dir={cache}"]
    command = [sys.executable, "-m", "mypy", *options, "--", *targets]
    done = run_checker(command, tree, MYPYPATH=str(tree / "src"))
    findings = [cast("_MypyFinding", json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]
    errors = [found for found in findings if found["severity"] == "error"]
    for found in errors:
        yield Failure("mypy", f"{_below(tree, found['file'])}:{found['line']}", found["message"])
    if done.returncode and not errors:
        yield Failure("mypy", ".", last_line(done))


def check_with_basedpyright(tree: Path, targets: Sequence[str]) -> Iterator[Failure]:
    """Errors and warnings of basedpyright's strict mode in the `targets`, paths below `tree`."""
    if not targets or find_spec("basedpyright") is None:
        return
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "include": targets, "extraPaths": ["src"]}
    with NamedTemporaryFile("w", encoding="utf-8", dir=tree, suffix=".json", delete=False) as file:
        json.dump(settings, file)
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable, "-p", file.name]
    done = run_checker(command, tree, NODE_OPTIONS=_HEAP)
    try:
        report = cast("_PyrightReport", json.loads(done.stdout))
        if report["summary"]["filesAnalyzed"] < len(targets):
            yield Failure("basedpyright", ".", "not all files were read")
    except (ValueError, KeyError):
        yield Failure("basedpyright", ".", last_line(done))
        return
    for found in report["generalDiagnostics"]:
        if found["severity"] in {"error", "warning"}:
            line = found["range"]["start"]["line"] + 1
            yield Failure("basedpyright", f"{_below(tree, found['file'])}:{line}", found["message"])


def _below(tree: Path, file: str) -> str:
    path = tree / file
    return path.relative_to(tree).as_posix() if path.is_relative_to(tree) else path.as_posix()
