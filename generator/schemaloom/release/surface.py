"""Public names and parameters that a new version lacks, as griffe sees them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from schemaloom.release.failure import Failure

if TYPE_CHECKING:
    from griffe import Alias, Object

CHECK = "griffe"


def find_lost_names(old: Path, new: Path, module: str) -> Iterator[Failure]:
    """Compare the sources of `module` below two trees; neither is imported.

    Whether values, defaults and types are compatible is not griffe's to say: drift has proof, and
    the type checkers read the old version's examples.
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
        if breakage.kind in broken:
            yield Failure(CHECK, breakage.obj.path, breakage.kind.value)


def _surface(tree: Path, module: str) -> Object | Alias:
    from griffe import load

    return load(module, search_paths=[tree / "src"], try_relative_path=False, allow_inspection=False)
