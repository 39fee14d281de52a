"""Mistakes that ruff sees in generated code."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypedDict, cast

from ruff import find_ruff_bin  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  the wheel has no py.typed

from schemaloom.release.checks.failure import Failure
from schemaloom.release.checks.run_tool import last_line, run_checker

CHECK = "ruff"
_RULES = "E4,E7,E9,F,W"
"""Errors, independent of style."""
_PROVIDERS_OWN = "E741"
"""Depends on the provider: a parameter may be called ``l``."""


class _Location(TypedDict):
    row: int


class _Finding(TypedDict):
    code: str | None
    filename: str
    location: _Location
    message: str


def find_mistakes(tree: Path, targets: Sequence[str]) -> Iterator[Failure]:
    """Run ruff over the `targets`, paths below `tree`; no configuration found nearby counts."""
    if not targets:
        return
    options = ["--isolated", "--no-cache", "--target-version", "py311", "--select", _RULES, "--ignore", _PROVIDERS_OWN]
    command = [os.fsdecode(find_ruff_bin()), "check", *options, "--output-format", "json", "--", *targets]
    done = run_checker(command, tree)
    if done.returncode not in {0, 1}:
        yield Failure(CHECK, ".", last_line(done))
        return
    for found in cast("list[_Finding]", json.loads(done.stdout)):
        place = Path(found["filename"]).relative_to(tree).as_posix()
        yield Failure(CHECK, f"{place}:{found['location']['row']}", f"{found['message']} [{found['code']}]")
