"""The identity of this generator: its code, its templates, Python, and the distributions installed beside it."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from schemaloom.files.installation import PACKAGE, templates_folder


@cache
def generator_fingerprint() -> str:
    """Return a digest that changes with the generator's code, its templates, Python, or an installed version."""
    total = hashlib.sha256("\n".join([sys.version, *_distributions()]).encode("utf-8", "surrogateescape"))
    for root in (PACKAGE, templates_folder()):
        for path in _files(root):
            total.update(f"{path.relative_to(root).as_posix()}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _distributions() -> list[str]:
    """Return the names of installed distributions with their versions, such as ``click-8.3.1.dist-info``."""
    folders = [Path(entry) for entry in sys.path if Path(entry).is_dir()]
    return sorted({path.name for folder in folders for path in folder.glob("*.dist-info")})


def _files(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.rglob("*")) if "__pycache__" not in path.parts and path.is_file())
