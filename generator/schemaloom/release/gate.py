"""The gate: the checks that a new package passes before it replaces the old one.

    imports       every module imports in a fresh interpreter, and the examples are valid requests
    ruff          finds no mistake
    mypy          finds no error in strict mode
    basedpyright  finds no error in strict mode
    griffe        finds no public name of the previous version missing

The examples of the previous version are imported and type-checked too.  These and griffe are left
out for a version that announces a break.  A failure means that the generator is wrong, or the
judgement of what changed; in both cases the package must not be released.

The last three come with ``schemaloom[gate]``.  The installed ones run, and `missing_tools` lists
the others, so that a partial proof is never taken for the whole one.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from schemaloom.cache import store
from schemaloom.drift.change import Bump
from schemaloom.errors import SchemaloomError
from schemaloom.release.checks.affected_modules import stale_modules
from schemaloom.release.checks.failure import Failure
from schemaloom.release.checks.imports import find_broken_imports
from schemaloom.release.checks.public_names import CHECK as SURFACE
from schemaloom.release.checks.public_names import find_lost_names
from schemaloom.release.checks.ruff import find_mistakes
from schemaloom.release.checks.type_checkers import check_with_basedpyright, check_with_mypy

EXAMPLES = "examples/every_model.py"
PREVIOUS = "previous_examples.py"
"""The examples of the previous version, as a file beside the new package."""
_TOLERANT = b"# pyright: reportDeprecated=false\n"
"""Appended to them: a deprecated name that still works is no failure."""
_OPTIONAL = {"mypy": "mypy", "basedpyright": "basedpyright", "griffe": "griffelib"}
_KIND = "proof"
_FAULT = "nothing was written; this is a bug of the generator: please report it"
_BREAK = (
    "nothing was written; if this is intended, because schemaloom was upgraded or an entry of renames.toml removed, "
    "release it as a break: --bump major, or before 1.0 --bump minor; otherwise please report it"
)
_SHOWN = 5


class GateFailed(SchemaloomError):
    """A newly generated package fails its checks; the previous one is kept."""

    def __init__(self, distribution: str, failures: Iterable[Failure]) -> None:
        self.failures = tuple(failures)
        shown = "; ".join(map(str, self.failures[:_SHOWN]))
        more = len(self.failures) - _SHOWN
        super().__init__(
            f"the new package does not pass its checks: {shown}{f'; and {more} more' if more > 0 else ''}",
            where=distribution,
            hint=_BREAK if any(map(_is_about_previous, self.failures)) else _FAULT,
        )


class ModelsHeld(SchemaloomError):
    """The new modules of some models fail their checks; these were held back, and the rest was released."""

    def __init__(self, distribution: str, held: Mapping[str, Failure]) -> None:
        shown = "; ".join(f"{model}: {failure}" for model, failure in list(held.items())[:_SHOWN])
        more = f"; and {len(held) - _SHOWN} more" if len(held) > _SHOWN else ""
        super().__init__(
            f"{len(held)} models held back, because their new modules fail the checks: {shown}{more}",
            where=distribution,
            hint="everything else was released; this is a bug of the generator: please report it",
        )


def _is_about_previous(failure: Failure) -> bool:
    return failure.check == SURFACE or failure.place.startswith(PREVIOUS)


def missing_tools() -> tuple[str, ...]:
    """Return the missing distributions, whose checks are left out; none with ``schemaloom[gate]``."""
    return tuple(package for module, package in _OPTIONAL.items() if find_spec(module) is None)


def prove(old: Mapping[str, bytes] | None, new: Mapping[str, bytes], bump: Bump, *, module: str) -> tuple[Failure, ...]:
    """Check a distribution before it is written; every failure, in the order of the checks above.

    `old` and `new` are its files by path below its folder: what users have, if anything, and what
    they would get.  `module` is the import package below ``src/``.  `bump` is what the changes
    call for, whatever the version: `Bump.MAJOR` skips the checks against the previous version.

    Types are checked where they can have changed: in files that differ, and in all that import one.
    A proof that passed is cached, until the generator, a checker or a library changes.
    """
    key = _digest(old or {}, new, [module, str(bump is Bump.MAJOR), *missing_tools()])
    if store.get(_KIND, key) is not None:
        return ()
    failures = _failures(old or {}, new, bump, module)
    if not failures:
        store.put(_KIND, key, b"passed")
    return failures


def _failures(old: Mapping[str, bytes], new: Mapping[str, bytes], bump: Bump, module: str) -> tuple[Failure, ...]:
    with tempfile.TemporaryDirectory(prefix="schemaloom-gate-") as name:
        root = Path(name).resolve()
        tree = root / "new"
        _lay_out(tree, new)
        examples = [EXAMPLES] if EXAMPLES in new else []
        if EXAMPLES in old and bump is not Bump.MAJOR:
            (tree / PREVIOUS).write_bytes(old[EXAMPLES] + _TOLERANT)
            examples.append(PREVIOUS)
        targets = [*stale_modules(old, new, module), *examples]
        checks: list[Callable[[], Iterable[Failure]]] = [
            partial(find_broken_imports, tree, module, examples),
            partial(find_mistakes, tree),
            partial(check_with_mypy, tree, targets),
            partial(check_with_basedpyright, tree, targets),
        ]
        if old and bump is not Bump.MAJOR:
            _lay_out(root / "old", old)
            checks.append(partial(find_lost_names, root / "old", tree, module))
        with ThreadPoolExecutor(len(checks)) as workers:  # each is a process of its own, or short
            found = list(workers.map(_findings, checks))
        return tuple(failure for failures in found for failure in failures)


def _digest(old: Mapping[str, bytes], new: Mapping[str, bytes], facts: Iterable[str]) -> str:
    total = hashlib.sha256(" ".join(facts).encode())
    for files in (old, new):
        for path in sorted(files):
            total.update(hashlib.sha256(path.encode()).digest() + hashlib.sha256(files[path]).digest())
        total.update(b"end")
    return total.hexdigest()


def _findings(check: Callable[[], Iterable[Failure]]) -> list[Failure]:
    return sorted(set(check()))


def _lay_out(root: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
