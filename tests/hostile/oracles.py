"""What must hold for any untrusted input."""

from __future__ import annotations

import contextlib
import importlib
import sys
import warnings
from pathlib import Path

from tests.hostile.sandbox import Bounds, Outcome, run
from tests.hostile.texts import CANARY
from tests.hostile.workspace import Workspace

MEGABYTES = 1_500
"""Most memory of a case, the tool's own included."""
LONGEST = 2_000
"""Most characters of the line that names the reason of a failure."""


def faults_of_run(outcome: Outcome, workspace: Workspace, *, codes: tuple[int, ...] = (0, 1, 2, 3)) -> list[str]:
    """What is wrong with how a command ended, what it printed, and how it left the folders around its own."""
    faults = [f"violation: {violation}" for violation in dict.fromkeys(outcome.violations)]
    if outcome.code not in codes:
        faults.append(f"exit {outcome.code}: {outcome.printed[-600:]}")
    if "Traceback (most recent call last)" in outcome.printed:
        faults.append(f"traceback: {outcome.printed[-600:]}")
    reasons = [line for line in outcome.printed.split("\n") if line.startswith(("error: ", "Error: "))]
    reasons = [line for line in reasons if ": the model cannot be generated: " not in line]  # the others were
    if outcome.code in {2, 3} and (len(reasons) != 1 or len(reasons[0]) > LONGEST):
        faults.append(f"exit {outcome.code} is not explained in one line: {outcome.printed[-300:]!r}")
    hidden = {char for char in outcome.printed if not char.isprintable() and char not in "\n\t"}
    if hidden:
        faults.append(f"printed {''.join(sorted(hidden))!a}: {outcome.printed[-300:]!a}")
    if outcome.megabytes > MEGABYTES:
        faults.append(f"took {outcome.megabytes:.0f} MB")
    if list(workspace.root.rglob(CANARY)):
        faults.append("the canary was written: hostile text ran")
    return faults + [f"changed around: {path}" for path in workspace.disturbed()]


def faults_of_package(workspace: Workspace, folder: Path, log: Path) -> list[str]:
    """What is wrong with the generated package on disk, and with importing all of it."""
    faults: list[str] = []
    seen: set[str] = set()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or name.casefold() in seen or not name.isascii() or len(path.name) > 140:
            faults.append(f"not a safe path: {name!r}")
        seen.add(name.casefold())
        if path.suffix == ".py":
            hidden = {char for char in path.read_text("utf-8") if not char.isprintable() and char != "\n"}
            if hidden:
                faults.append(f"{name} holds {''.join(sorted(hidden))!a}")
    source = folder / "src"
    outcome = run(lambda: import_all(source), workspace.work, Bounds(writable=()), log)
    if outcome.code != 0 or outcome.violations:
        faults.append(f"importing: exit {outcome.code}: {outcome.violations} {outcome.printed[-900:]}")
    return faults + (["the canary was written on import"] if list(workspace.root.rglob(CANARY)) else [])


def import_all(source: Path) -> None:
    """Import a package and every model of it, and use each class as a program would."""
    warnings.simplefilter("error")
    sys.path.insert(0, str(source))
    for package in [path.name for path in source.iterdir()]:
        module = importlib.import_module(package)
        for name in module.__all__:
            getattr(module, name)
        for model_id in module.catalogue:
            request = module.catalogue[model_id].load()
            repr(module.catalogue[model_id])
            for payload in ({}, {"prompt": "x"}):
                with contextlib.suppress(ValueError):
                    repr(request.model_validate(payload).model_dump(mode="json"))
            request.model_json_schema()
            _ = request.__doc__, repr(request)
