"""Changes of a package at random: the proof of what changed finds what the proof of everything finds.

    python -m tests.gate.equal_proofs --changes 200 --seed 1 [--generated]

The package is a small one written by hand, or with ``--generated`` one that schemaloom generates.
One proof has a cache in which the package before the change has passed, the other has none.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.gate.catalogues import MODULE, PLAIN, SMALLEST, package

from schemaloom.drift.change import Bump
from schemaloom.release.checks.failure import Failure
from schemaloom.release.gate import prove

Files = dict[str, bytes]
SOURCE = f"src/{MODULE}"
MODELS = ("pen", "brush", "stamp", "unknown")


def replaced(files: Files, path: str, old: bytes, new: bytes) -> Files:
    """`files` with one replacement in a file that has the text."""
    assert old in files[path], path
    return {**files, path: files[path].replace(old, new, 1)}


def module(rng: random.Random) -> str:
    """The path of a model's module."""
    return f"{SOURCE}/models/{rng.choice(MODELS)}.py"


def anywhere(rng: random.Random, files: Files) -> str:
    """The path of any file of Python."""
    return rng.choice(sorted(path for path in files if path.endswith(".py")))


def appended(path: str, files: Files, line: bytes) -> Files:
    """`files` with one more line in a file."""
    return {**files, path: files[path] + b"\n" + line + b"\n"}


def without(path: str, files: Files) -> Files:
    """`files` without one of them."""
    return {name: content for name, content in files.items() if name != path}


CHANGES: dict[str, Callable[[random.Random, Files], Files]] = {
    "comment": lambda rng, files: appended(anywhere(rng, files), files, b"# nothing"),
    "wrong type": lambda rng, files: appended(anywhere(rng, files), files, b'WRONG: int = "text"'),
    "unknown name": lambda rng, files: appended(anywhere(rng, files), files, b"print(unknown_name)"),
    "unused import": lambda rng, files: appended(module(rng), files, b"import os"),
    "raises": lambda rng, files: appended(module(rng), files, b'raise RuntimeError("no")'),
    "syntax": lambda rng, files: appended(module(rng), files, b"def :"),
    "lost class": lambda rng, files: replaced(
        replaced(files, f"{SOURCE}/models/stamp.py", b"class StampMarks(", b"class StampMark("),
        f"{SOURCE}/models/stamp.py",
        b"list[StampMarks]",
        b"list[StampMark]",
    ),
    "lost field": lambda rng, files: replaced(
        replaced(files, f"{SOURCE}/models/pen.py", b"seed: ", b"seeds: "),
        "examples/example_pen.py",
        b"seed=",
        b"seeds=",
    ),
    "field of another type": lambda rng, files: replaced(
        files, f"{SOURCE}/models/pen.py", b"prompt: str", b"prompt: bytes"
    ),
    "lost export": lambda rng, files: replaced(files, f"{SOURCE}/__init__.py", b'    "ServerError",\n', b""),
    "type of the runtime": lambda rng, files: replaced(
        files, f"{SOURCE}/_runtime/models/json_types.py", b"Integer", b"Integers"
    ),
    "example": lambda rng, files: replaced(files, "examples/example_brush.py", b"size=", b"sizes="),
    "new module": lambda rng, files: {**files, f"{SOURCE}/models/other.py": files[f"{SOURCE}/models/pen.py"]},
    "module is gone": lambda rng, files: without(module(rng), files),
}
"""Each makes one change; some are harmless."""


@contextmanager
def cache(folder: str) -> Generator[None]:
    """Use the cache in `folder`; empty for none."""
    before = os.environ.get("SCHEMALOOM_CACHE_DIR")
    os.environ["SCHEMALOOM_CACHE_DIR"] = folder
    try:
        yield
    finally:
        if before is None:
            del os.environ["SCHEMALOOM_CACHE_DIR"]
        else:
            os.environ["SCHEMALOOM_CACHE_DIR"] = before


class Comparison:
    """One package that has passed, and both proofs of what becomes of it."""

    def __init__(self, root: Path, files: Files) -> None:
        self.files = files
        self._cache = root / "cache"
        with cache(str(self._cache)):
            assert prove(None, self.files, Bump.NONE, module=MODULE) == ()

    def proofs(self, new: Files) -> tuple[tuple[Failure, ...], tuple[Failure, ...]]:
        """The failures by the proof of what changed, and by that of everything."""
        with cache(""):
            return self.proof_of_what_changed(new), prove(self.files, new, Bump.MINOR, module=MODULE)

    def proof_of_what_changed(self, new: Files) -> tuple[Failure, ...]:
        """The failures by a proof that knows what has passed; it leaves that cache as it was."""
        with self._knowledge():
            return prove(self.files, new, Bump.MINOR, module=MODULE)

    def proof_of_another_package(self, new: Files, module: str) -> tuple[Failure, ...]:
        """The failures of a first package called `module` by such a proof."""
        with self._knowledge():
            return prove(None, new, Bump.NONE, module=module)

    @contextmanager
    def _knowledge(self) -> Generator[None]:
        with tempfile.TemporaryDirectory() as folder:
            copy = shutil.copytree(self._cache, Path(folder, "cache"))
            with cache(str(copy)):
                yield


def comparable(failures: Sequence[Failure]) -> list[Failure]:
    """Return the failures without those of mypy, which stops at a file that it cannot parse, in other files."""
    unread = {found.place.partition(":")[0] for found in failures if "[invalid-syntax]" in found.message}
    return [
        found for found in failures if not unread or found.check != "mypy" or found.place.partition(":")[0] in unread
    ]


def changed(rng: random.Random, files: Files) -> tuple[list[str], Files]:
    """One to three changes at random, by their names, and the package after them."""
    names = [rng.choice(sorted(CHANGES)) for _ in range(rng.choice((1, 1, 2, 3)))]
    for name in dict.fromkeys(names):
        try:
            files = CHANGES[name](rng, files)
        except (AssertionError, KeyError):  # another change took away what this one is about
            names.remove(name)
    return names, files


def main() -> int:
    """Compare; exit 1 if any two proofs differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--generated", action="store_true")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    different = faulty = 0
    with tempfile.TemporaryDirectory() as folder:
        files = package(Path(folder, "package"), PLAIN) if arguments.generated else SMALLEST
        comparison = Comparison(Path(folder), files)
        for number in range(1, arguments.changes + 1):
            names, files = changed(rng, comparison.files)
            some, whole = comparison.proofs(files)
            faulty += bool(whole)
            if comparable(some) != comparable(whole):
                different += 1
                print(f"{number}: {', '.join(names)}")
                print(*(f"  {failure}" for failure in {*some} ^ {*whole}), sep="\n")
            print(
                f"{number} of {arguments.changes}: {faulty} with failures, {different} judged differently", flush=True
            )
    return bool(different)


if __name__ == "__main__":
    sys.exit(main())
