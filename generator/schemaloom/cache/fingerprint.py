"""Which generator this is: its own files, Python, and everything installed beside it.

Remembered results hold for one generator only, and an upgrade of anything makes another one.
Nothing is read to tell: like Python with its bytecode, this goes by names, sizes and times.
"""

from __future__ import annotations

import hashlib
import os
import sys

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  pathlib is slow to import


def templates_path() -> str | None:
    """The folder of templates: inside an installed package, or at the top of a checkout.

    An editable install has them only in the checkout.
    """
    for place in (_PACKAGE, os.path.join(_PACKAGE, "..", "..")):  # noqa: PTH118  as above
        folder = os.path.normpath(os.path.join(place, "templates"))  # noqa: PTH118
        if os.path.isdir(os.path.join(folder, "runtime")):  # noqa: PTH112, PTH118
            return folder
    return None


def fingerprint() -> str:
    """A digest that changes with the generator's code, its templates, Python, and any installed version."""
    if not _known:
        facts = [sys.version, *_installed(), *_files(_PACKAGE), *_files(templates_path() or "")]
        _known.append(hashlib.sha256("\n".join(facts).encode("utf-8", "surrogateescape")).hexdigest())
    return _known[0]


_known: list[str] = []
"""The fingerprint once it was taken; `functools` is slow to import."""


def _installed() -> list[str]:
    """Distributions as they are recorded: ``<name>-<version>.dist-info``."""
    found: set[str] = set()
    for place in sys.path:
        if os.path.isdir(place):  # noqa: PTH112
            found.update(name for name in os.listdir(place) if name.endswith(".dist-info"))  # noqa: PTH208
    return sorted(found)


def _files(folder: str) -> list[str]:
    """Path, size and time of every file under `folder`, sorted."""
    found: list[str] = []
    pending = [folder] if folder else []
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    if entry.name != "__pycache__":
                        pending.append(entry.path)
                else:
                    facts = entry.stat()
                    found.append(f"{entry.path} {facts.st_size} {facts.st_mtime_ns}")
    return sorted(found)
