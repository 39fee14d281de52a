"""The identity of this generator: its code, its templates, Python, and the distributions installed beside it."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path

from schemaloom.files.installation import PACKAGE, templates_folder
from schemaloom.files.read import read_tree


@cache
def generator_fingerprint() -> str:
    """Return a digest that changes with the generator's code, its templates, Python, or an installed version."""
    total = hashlib.sha256("\n".join([sys.version, *_distributions()]).encode("utf-8", "surrogateescape"))
    for root in (PACKAGE, templates_folder()):
        for path, content in read_tree(root).items():
            total.update(f"{path}\0".encode())
            total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def _distributions() -> list[str]:
    """Return the names of installed distributions with their versions, such as ``click-8.3.1.dist-info``."""
    folders = [Path(entry) for entry in sys.path if Path(entry).is_dir()]
    return sorted({path.name for folder in folders for path in folder.glob("*.dist-info")})
