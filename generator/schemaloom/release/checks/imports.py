"""Whether a package's modules import, and whether its examples are requests it takes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from schemaloom.release.checks.failure import Failure
from schemaloom.release.checks.run_tool import last_line, run_checker

CHECK = "imports"
_SCRIPT = Path(__file__).with_name("import_script.py")


def find_broken_imports(tree: Path, module: str, targets: Sequence[str]) -> Iterator[Failure]:
    """Import those of the `targets` that are modules of the package in one fresh interpreter; then run the others.

    A tombstone may raise the package's own ``ModelRetired``: that is what it is for.
    """
    if not targets:
        return
    root = f"src/{module}/"
    names = [
        path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in targets
        if path.startswith(root)
    ]
    examples = [path for path in targets if not path.startswith(root)]
    command = [sys.executable, "-I", "-B", str(_SCRIPT), str(tree / "src"), module]
    done = run_checker(command, tree, stdin=json.dumps([names, examples]))
    if done.returncode:
        yield Failure(CHECK, module, last_line(done))
        return
    for place, message in cast("list[tuple[str, str]]", json.loads(done.stdout)):
        yield Failure(CHECK, place, message.replace(f"{tree}{os.sep}", ""))
