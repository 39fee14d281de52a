"""A program of its own: ``import_script.py SRC PACKAGE`` prints what fails, as JSON.

Its input is JSON: the names of the modules to import, and the paths of the examples to run.  It runs
in an interpreter without schemaloom on its path, like that of the package's users.
"""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path


def probe(source: Path, package: str, modules: Iterable[str], examples: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Place and message of each failure; if the package itself fails, nothing else is tried."""
    sys.path.insert(0, str(source))
    try:
        top = import_module(package)
    except Exception as error:  # noqa: BLE001  whatever it is, it is the finding
        yield package, _words(error)
        return
    if not Path(top.__file__ or "").is_relative_to(source):
        yield package, "another package of that name was imported"
        return
    retired = getattr(top, "ModelRetired", ())
    for name in modules:
        try:
            import_module(name)
        except Exception as error:  # noqa: BLE001  as above
            if not isinstance(error, retired):
                yield name, _words(error)
    for example in examples:
        try:
            runpy.run_path(example)
        except Exception as error:  # noqa: BLE001  as above
            yield example, _words(error)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    json.dump(list(probe(Path(sys.argv[1]), sys.argv[2], *json.load(sys.stdin))), sys.stdout)
