"""Whether a package is the one that its specs lead to, judged by content alone.

After a run, the digest of everything it read is kept with the digest of everything it wrote.
While both hold, there is nothing to render.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from schemaloom.cache import store
from schemaloom.cache.problem_json import problem_from_json, problem_to_json
from schemaloom.errors import Problem
from schemaloom.files.read import read_specs, read_tree
from schemaloom.files.rollback import has_siblings
from schemaloom.json.values import JsonValue

_KIND = "packages"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpToDate:
    """The result of a run that finds nothing to do."""

    distribution: str
    """Name of the distribution, which is that of its folder."""
    models: int
    problems: tuple[Problem, ...]
    released: bool
    """Whether the version of the package was released from these specs; false if they were edited since."""


def check(specs: Path, out: Path, files: Mapping[str, bytes] | None = None) -> UpToDate | None:
    """Return the recorded result for the provider's folder `specs`, if its package below `out` is still that one.

    `files` are those of `specs`, if they were read already.  None means that the package has to be
    rendered.  So does an interrupted replacement of either folder.
    """
    if store.is_empty(_KIND):  # as on a machine that is made for each run: nothing needs to be read
        return None
    with suppress(OSError, ValueError):
        key = digest(read_specs(specs) if files is None else files)
        match cast("JsonValue", json.loads(store.get(_KIND, key) or b"null")):
            case [str(distribution), str(package), int(models), [*found], bool(released)]:
                problems = tuple(map(problem_from_json, found))
                folder = out / distribution
                interrupted = has_siblings(specs) or has_siblings(folder)
                if not interrupted and package == digest(read_tree(folder)):
                    return UpToDate(distribution=distribution, models=models, problems=problems, released=released)
            case _:
                pass
    return None


def record(specs: str, package: Mapping[str, bytes], result: UpToDate) -> None:
    """Keep for `check` that specs of this `digest` lead to the files `package`, by path below its folder."""
    problems: list[JsonValue] = [*map(problem_to_json, result.problems)]
    content: JsonValue = [result.distribution, digest(package), result.models, problems, result.released]
    store.put(_KIND, specs, json.dumps(content).encode())


def digest(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of paths and content."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path}\0{len(files[path])}\0".encode("utf-8", "surrogateescape"))
        total.update(files[path])
    return total.hexdigest()
