"""Whether a package is what its specs say already, told without a slow import.

After a run, the digest of everything it read is remembered with the digest of everything it
wrote.  As long as both hold there is nothing to do.  Where that was seen once, and no file has
been touched since by the clock of the file system, the digests need not be taken again.
"""

from __future__ import annotations

import hashlib
import os
import time

from schemaloom.cache.store import remember, remembered
from schemaloom.files.read import read_specs, read_tree, spec_paths, tree_paths

TYPE_CHECKING = False  # typing takes as long to import as 1,000 files take to read
if TYPE_CHECKING:
    from collections.abc import Mapping

_SETTLED = "settled"
_SEEN = "seen"
_DISTRIBUTION = b'distribution = "'
_COARSEST = 4_000_000_000
"""Nanoseconds within which two changes of a file may get the same time, with a margin: the coarsest is 2 s."""


class Settled:
    """What a run that finds nothing to do has to say."""

    __slots__ = ("folder", "models", "problems")

    def __init__(self, folder: str, models: int, problems: str) -> None:
        """`folder` is the distribution's; `problems` are lines for stderr, maybe none."""
        self.folder = folder
        self.models = models
        self.problems = problems


def settled(name: str, *, specs: str, out: str) -> Settled | None:
    """The state of provider `name`, if specs and package are as an earlier run left them; else None."""
    folder = f"{specs}/{name}"
    try:
        state = _untouched(folder, out) or _unchanged(folder, out)
    except (OSError, ValueError):
        return None
    # An interrupted replacement is for the whole command to take back.
    return state if state and not _is_interrupted(folder) and not _is_interrupted(state.folder) else None


def question(given: Mapping[str, bytes], distribution: str) -> str | None:
    """What is asked of memory for the specs `given`; None where it would be asked for another `distribution`."""
    return digest(given) if _distribution(given) == distribution else None


def settle(asked: str, made: Mapping[str, bytes], state: Settled) -> None:
    """Remember that the specs that `asked` was the `question` of lead to the package `made`: its files by path."""
    remember(_SETTLED, asked, f"{digest(made)}\n{state.models}\n{state.problems}".encode())


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 of names and content."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path}\0{len(files[path])}\0".encode("utf-8", "surrogateescape"))
        total.update(files[path])
    return total.hexdigest()


def _unchanged(folder: str, out: str) -> Settled | None:
    """The state, if all content is what it was."""
    given = read_specs(folder)
    distribution = _distribution(given)
    known = remembered(_SETTLED, digest(given)) if distribution else None
    if known is None:
        return None
    made, models, problems = known.decode().split("\n", 2)
    package = f"{out}/{distribution}"
    stamp = _stamp(folder, package)  # taken first: what changes while it is read will look changed
    if made != digest(read_tree(package)):
        return None
    if stamp:
        remember(_SEEN, _place(folder, out), f"{stamp}\n{distribution}\n{models}\n{problems}".encode())
    return Settled(package, int(models), problems)


def _untouched(folder: str, out: str) -> Settled | None:
    """The state, if no file was written since it was last seen."""
    known = remembered(_SEEN, _place(folder, out))
    if known is None:
        return None
    stamp, distribution, models, problems = known.decode().split("\n", 3)
    package = f"{out}/{distribution}"
    return Settled(package, int(models), problems) if stamp == _stamp(folder, package) else None


def _stamp(folder: str, package: str) -> str:
    """A digest of sizes, inodes and times of all files; empty where times cannot tell.

    A change of a file always moves its ``ctime``, which nobody can set, unless it comes so soon
    that the file system's clock has not moved; so files must have rested for a while.
    """
    if os.name == "nt":
        return ""  # there it is the time of creation
    facts: list[str] = []
    newest = 0
    for root, paths in ((folder, spec_paths(folder)), (package, tree_paths(package))):
        for path in paths:
            about = os.stat(f"{root}/{path}")  # noqa: PTH116
            newest = max(newest, about.st_ctime_ns)
            facts.append(
                f"{path} {about.st_dev} {about.st_ino} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}"
            )
    if time.time_ns() - newest < _COARSEST:
        return ""
    return hashlib.sha256("\n".join(facts).encode("utf-8", "surrogateescape")).hexdigest()


def _place(folder: str, out: str) -> str:
    places = f"{os.path.realpath(folder)}\0{os.path.realpath(out)}"
    return hashlib.sha256(places.encode("utf-8", "surrogateescape")).hexdigest()


def _distribution(given: Mapping[str, bytes]) -> str:
    """The name that provider.toml gives the distribution, by its spelling alone; empty if that does not show it.

    A guess is enough: nothing is remembered where it is wrong, and the same bytes give the same guess.
    """
    lines = given.get("provider.toml", b"").split(b"\n")
    found = [line[len(_DISTRIBUTION) : -1] for line in lines if line.startswith(_DISTRIBUTION)]
    return found[0].decode() if found and found[0].replace(b"-", b"").isalnum() else ""


def _is_interrupted(folder: str) -> bool:
    parent, name = os.path.split(folder)
    return any(os.path.lexists(f"{parent}/.{name}.schemaloom-{end}") for end in ("new", "old", "undo"))
