"""Public names and parameters that a new version lacks, as griffe sees them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from schemaloom.release.checks.failure import Failure

if TYPE_CHECKING:
    from griffe import Alias, Breakage, Object

CHECK = "griffe"


def find_lost_names(old: Path, new: Path, module: str) -> Iterator[Failure]:
    """Compare the sources of `module` below two trees; neither is imported.

    Griffe does not judge whether values, defaults and types are compatible: drift proves that, and
    the type checkers check the examples of the previous version.
    """
    if find_spec("griffe") is None:
        return
    from griffe import BreakageKind, find_breaking_changes

    broken = {
        BreakageKind.OBJECT_REMOVED,
        BreakageKind.OBJECT_CHANGED_KIND,
        BreakageKind.PARAMETER_REMOVED,
        BreakageKind.PARAMETER_MOVED,
        BreakageKind.PARAMETER_CHANGED_KIND,
        BreakageKind.PARAMETER_CHANGED_REQUIRED,
        BreakageKind.PARAMETER_ADDED_REQUIRED,
    }
    for breakage in find_breaking_changes(_surface(old, module), _surface(new, module)):
        parameter = _parameter(breakage)
        # Only the package itself gives a private one, such as a result's way to its files.
        if breakage.kind in broken and not parameter.startswith("_"):
            yield Failure(CHECK, breakage.obj.path + (f"({parameter})" if parameter else ""), breakage.kind.value)


def _parameter(breakage: Breakage) -> str:
    """The name of the parameter that a breakage is about; empty if it is about another thing."""
    from griffe import Parameter

    values = cast("tuple[object, ...]", (breakage.old_value, breakage.new_value))
    return next((value.name for value in values if isinstance(value, Parameter)), "")


def _surface(tree: Path, module: str) -> Object | Alias:
    from griffe import load

    return load(module, search_paths=[tree / "src"], try_relative_path=False, allow_inspection=False)
