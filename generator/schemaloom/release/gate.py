"""The gate: the checks that a new package passes before it replaces the old one.

    imports       every module imports in a fresh interpreter, and the examples are valid requests
    ruff          finds no mistake
    mypy          finds no error in strict mode
    basedpyright  finds no error in strict mode
    griffe        finds no public name of the previous version missing

The examples of the previous version are imported and type-checked too.  These and griffe are left
out for a version that announces a break.  A failure means that the generator is wrong, or the
judgement of what changed; in both cases the package must not be released.

A file is checked again if its content or that of a file which it imports, directly or through
others, has not passed yet (`PassedChecks`).  So a proof costs what changed, and the runtime is
checked once for all packages.

The last three come with ``schemaloom[gate]``.  The installed ones run, and `missing_tools` lists
the others, so that a partial proof is never taken for the whole one.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import accumulate, chain, groupby
from pathlib import Path
from typing import TypeAlias

from schemaloom.cache.store import private_folder
from schemaloom.drift.change import Bump
from schemaloom.errors import SchemaloomError
from schemaloom.files.lock import locked
from schemaloom.release.checks.failure import Failure
from schemaloom.release.checks.import_graph import ImportGraph
from schemaloom.release.checks.imports import CHECK as IMPORTS
from schemaloom.release.checks.imports import find_broken_imports
from schemaloom.release.checks.passed_checks import PassedChecks
from schemaloom.release.checks.public_names import CHECK as SURFACE
from schemaloom.release.checks.public_names import find_lost_names
from schemaloom.release.checks.ruff import CHECK as MISTAKES
from schemaloom.release.checks.ruff import find_mistakes
from schemaloom.release.checks.type_checkers import check_with_basedpyright, check_with_mypy

EXAMPLES = "examples/"
PREVIOUS = "previous_examples/"
"""Folder of the examples of the previous version, beside the new package."""
_TOLERANT = b"# pyright: reportDeprecated=false\n"
"""Appended to them: a deprecated name that still works is no failure."""
_OPTIONAL = {"mypy": "mypy", "basedpyright": "basedpyright", "griffe": "griffelib"}
_FAULT = "nothing was written; this is a bug of the generator: please report it"
_BREAK = (
    "nothing was written; if this is intended, because schemaloom was upgraded or an entry of renames.toml removed, "
    "release it as a break: --bump major, or before 1.0 --bump minor; otherwise please report it"
)
_RUNTIME = "_runtime"
"""Folder of the runtime in a package."""
_SHOWN = 5
_SHARD = 4_200_000
"""Bytes of source that one process checks, so that its memory does not grow with the catalogue.

basedpyright takes 290 MB before the first of them, and 60 MB for each million.
"""
_FILE = 1_000
"""Bytes that a file counts for besides its own: what a checker knows of it takes memory even if it is short."""
_WORKERS = min(4, os.cpu_count() or 1)
"""Most processes at once: each takes a processor, and up to 600 MB."""
_LONGEST_FIRST = ("mypy", "basedpyright", IMPORTS, MISTAKES)
"""The order in which the checks begin."""


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
    return tuple(package for check, package in _OPTIONAL.items() if not _is_installed(check))


def _is_installed(check: str) -> bool:
    return check not in _OPTIONAL or find_spec(check) is not None


def prove(old: Mapping[str, bytes] | None, new: Mapping[str, bytes], bump: Bump, *, module: str) -> tuple[Failure, ...]:
    """Check a distribution before it is written; every failure, in the order of the checks above.

    `old` and `new` are its files by path below its folder: those that users have, if any, and
    those that they would get.  `module` is the import package below ``src/``.  `bump` is what the changes
    call for, whatever the version: `Bump.MAJOR` skips the checks against the previous version.
    """
    proof = _Proof({} if bump is Bump.MAJOR or old is None else old, new, module)
    try:
        return tuple(proof.failures())
    finally:
        proof.save()


_Check: TypeAlias = Callable[[Path, Sequence[str]], Iterable[Failure]]
"""Takes the folder of a distribution and paths below it."""
_Findings: TypeAlias = Sequence[tuple[Sequence[str], Sequence[Failure]]]
"""The failures of each shard."""


class _Proof:
    """The checks of one package: which of its files each of them has to see, and what they find."""

    def __init__(self, old: Mapping[str, bytes], new: Mapping[str, bytes], module: str) -> None:
        previous = {
            PREVIOUS + path.removeprefix(EXAMPLES): content
            for path, content in old.items()
            if path.startswith(EXAMPLES) and path.endswith(".py") and new.get(path) != content
        }
        self._module = module
        self._old, self._new = old, {**new, **previous}
        self._passed = PassedChecks(module)
        self._runtime = PassedChecks(_RUNTIME)
        self._before = ImportGraph(old, module, self._passed.imports)
        self._graph = ImportGraph(self._new, module, self._passed.imports)
        self._digests = {path: self._graph.digest(path) for path in sorted(self._graph.contents, key=_model_first)}

    def failures(self) -> Iterator[Failure]:
        """Run every check over what has not passed it."""
        with tempfile.TemporaryDirectory(prefix="schemaloom-gate-") as name, _mypy_cache(self._module) as cache:
            root = Path(name).resolve()
            checks: dict[str, _Check] = {
                IMPORTS: lambda tree, targets: find_broken_imports(tree, self._module, targets),
                MISTAKES: find_mistakes,
                "mypy": lambda tree, targets: check_with_mypy(tree, cache or root / "mypy", targets),
                "basedpyright": check_with_basedpyright,
            }
            targets = {
                check: [path for path, digest in self._digests.items() if not self._known(path).has(check, digest)]
                for check in checks
                if _is_installed(check)
            }
            _lay_out(root / "new", self._new, self._needed(self._graph, {*chain(*targets.values())}))
            with ThreadPoolExecutor(_WORKERS) as workers:  # each task is a process of its own, or short
                tasks = {
                    check: [
                        workers.submit(_run, checks[check], root / "new", shards)
                        for shards in self._turns(check, targets.get(check, ()))
                    ]
                    for check in _LONGEST_FIRST
                }
                lost = workers.submit(self._lost_names, root)
                for check in checks:
                    yield from self._found(check, tasks[check])
                yield from lost.result()

    def save(self) -> None:
        """Keep what passed."""
        self._passed.save({**self._before.imports, **self._graph.imports})
        self._runtime.extend()

    def _known(self, path: str) -> PassedChecks:
        """Return what passed of the kind of file that `path` is: the runtime is the same in every package."""
        return self._runtime if self._is_runtime(path) else self._passed

    def _is_runtime(self, path: str) -> bool:
        return path.startswith(f"src/{self._module}/{_RUNTIME}/")

    def _turns(self, check: str, paths: Sequence[str]) -> Iterable[Iterable[Sequence[str]]]:
        """Return what can run at once, each a series of shards: those of mypy share a cache.

        The runtime's files are checked together: a process that checks any of them reads nearly all.
        """
        runtime = [path for path in paths if self._is_runtime(path)]
        others = [path for path in paths if not self._is_runtime(path)]
        shards = [*_shards(runtime, self._new), *_shards(others, self._new)]
        return [shards] if check == "mypy" else [[shard] for shard in shards]

    def _found(self, check: str, tasks: Iterable[Future[_Findings]]) -> list[Failure]:
        """Return the failures of a check, and record what passed it."""
        found: set[Failure] = set()
        for shard, failures in chain.from_iterable(task.result() for task in tasks):
            found.update(failures)
            for path in () if failures else shard:
                self._known(path).add(check, [self._digests[path]])
        return sorted(found)

    def _lost_names(self, root: Path) -> list[Failure]:
        """Compare the names of the files that differ, or that import one that does."""
        if not self._old or not _is_installed(SURFACE):
            return []
        package = f"src/{self._module}/"
        paths = sorted(path for path in {*self._before.contents, *self._graph.contents} if path.startswith(package))
        changed = [path for path in paths if _digest(self._before, path) != _digest(self._graph, path)]
        found: set[Failure] = set()
        for number, shard in enumerate(_shards(changed, {**self._old, **self._new})):
            digests = (f"{path} {_digest(self._before, path)} {_digest(self._graph, path)}" for path in shard)
            key = hashlib.sha256("\n".join(digests).encode()).hexdigest()
            if self._passed.has(SURFACE, key):
                continue
            old, new = root / f"old-{number}", root / f"new-{number}"
            seen = self._needed(self._before, shard) | self._needed(self._graph, shard)
            _lay_out(old, self._old, seen)
            _lay_out(new, self._new, seen)
            failures = [*find_lost_names(old, new, self._module)]
            if not failures:
                self._passed.add(SURFACE, [key])
            found.update(failures)
        return sorted(found)

    def _needed(self, graph: ImportGraph, targets: Iterable[str]) -> set[str]:
        """Return the targets and the files that they import, with the packages around them."""
        found = {f"src/{self._module}/__init__.py", *targets}.intersection(graph.contents)
        found |= {package for path in found for package in graph.packages(path)}
        reached = set[str]().union(*map(graph.reached, found))
        return reached.union(*map(graph.packages, reached))


def _digest(graph: ImportGraph, path: str) -> str:
    return graph.digest(path) if path in graph.contents else ""


def _model_first(path: str) -> tuple[str, str]:
    """Order the files so that a model's module and its examples are beside each other."""
    return re.sub(r".*/(?:example_)?", "", path), path


def _run(check: _Check, tree: Path, shards: Iterable[Sequence[str]]) -> _Findings:
    return [(shard, [*check(tree, shard)]) for shard in shards]


def _shards(paths: Iterable[str], contents: Mapping[str, bytes]) -> Iterator[Sequence[str]]:
    """Split `paths` into parts of equal size, about `_SHARD` at most; `contents` are those of the files."""
    sizes = {path: len(contents[path]) + _FILE for path in paths}
    whole = sum(sizes.values())
    count = math.ceil(whole / _SHARD)
    before = accumulate(sizes.values(), initial=0)
    for _, found in groupby(zip(sizes, before, strict=False), lambda found: found[1] * count // whole):
        yield [path for path, _ in found]


@contextmanager
def _mypy_cache(module: str) -> Generator[Path | None]:
    """Lock and yield the folder in which mypy keeps what it knows; None without a cache."""
    folder = private_folder("mypy")
    if folder is None:
        yield None
        return
    own = folder / module
    own.mkdir(exist_ok=True)
    with locked([own]):
        yield own


def _lay_out(root: Path, files: Mapping[str, bytes], sources: Iterable[str]) -> None:
    """Write those of `files` that are among the `sources`, and those that are no Python."""
    wanted = set(sources)
    for path, content in files.items():
        if path in wanted or not path.endswith(".py"):
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content + _TOLERANT if path.startswith(PREVIOUS) else content)
