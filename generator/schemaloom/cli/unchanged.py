"""The answer of ``schemaloom generate`` when nothing changed, given before anything slow is imported."""

from __future__ import annotations

import sys

from schemaloom.cache.up_to_date import Settled, settled

TYPE_CHECKING = False  # typing takes as long to import as 1,000 files take to read
if TYPE_CHECKING:
    from collections.abc import Sequence


def answered(arguments: Sequence[str]) -> bool:
    """Print what ``generate`` would, if `arguments` ask for it in plain words and there is nothing to do.

    Anything else is left to the whole command, and so is saying what is wrong with it.
    """
    asked = _asked(arguments)
    state = settled(asked["provider"], specs=asked["--specs"], out=asked["--out"]) if asked else None
    if not asked or state is None:
        return False
    sys.stderr.write(state.problems)
    sys.stdout.write(f"{unchanged(state, check='--check' in asked)}\n")
    return True


def unchanged(state: Settled, *, check: bool) -> str:
    """The line that says that a package is up to date."""
    if check:
        return f"{state.folder} is up to date: {state.models} models"
    return f"{state.folder}: {state.models} models; files: nothing to change"


def _asked(arguments: Sequence[str]) -> dict[str, str] | None:
    """The options of a ``generate`` of all models of one provider; None for any other command."""
    if len(arguments) < 2 or arguments[0] != "generate":
        return None
    asked = {"--specs": "specs", "--out": "generated"}
    rest = iter(arguments[1:])
    for argument in rest:
        if argument in {"--specs", "--out"}:
            asked[argument] = next(rest, "")
        elif argument == "--check":
            asked[argument] = "yes"
        elif argument.startswith("-") or "provider" in asked:
            return None
        else:
            asked["provider"] = argument
    return asked if asked.get("provider") and asked["--specs"] and asked["--out"] else None
