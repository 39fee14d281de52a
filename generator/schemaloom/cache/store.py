"""What one run remembers for the next, in the user's own cache folder.

A memory only saves time: whatever it holds, is read only if it is whole, was written under the
same name by the same generator, and lies in a folder that nobody else can write.  Anything
else, and every failure, is as if there were no memory.

The folder is ``schemaloom`` where the system keeps caches, or what ``SCHEMALOOM_CACHE_DIR``
names; an empty ``SCHEMALOOM_CACHE_DIR`` means no memory at all.
"""

from __future__ import annotations

import hashlib
import os
import sys

from schemaloom.cache.fingerprint import fingerprint

_SUM = 64
_KEPT = 64
"""Most files of one kind; the oldest make room."""


def remembered(kind: str, name: str) -> bytes | None:
    """What was last remembered as `name` (a plain file name) of `kind`; None if nothing fit is there."""
    folder = _folder()
    if folder is None:
        return None
    try:
        if not _is_private(folder):
            return None
        with open(f"{folder}/{kind}/{name}", "rb") as file:  # noqa: PTH123  pathlib is slow to import
            content = file.read()
    except OSError:
        return None
    said, payload = content[:_SUM], content[_SUM:]
    return payload if said == _sum(kind, name, payload) else None


def remember(kind: str, name: str, payload: bytes) -> None:
    """Keep `payload` for `remembered`; not being able to is no failure."""
    folder = _folder()
    if folder is None:
        return
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103
        if _is_private(folder):
            _write(f"{folder}/{kind}", name, _sum(kind, name, payload), payload)
    except OSError:
        return


def private_folder(kind: str) -> str | None:
    """A folder for what outlives no run that ends well, such as a journal; None where nothing can be kept."""
    folder = _folder()
    if folder is None:
        return None
    try:
        os.makedirs(f"{folder}/{kind}", mode=0o700, exist_ok=True)  # noqa: PTH103
        return f"{folder}/{kind}" if _is_private(folder) else None
    except OSError:
        return None


def _write(place: str, name: str, *content: bytes) -> None:
    os.makedirs(place, mode=0o700, exist_ok=True)  # noqa: PTH103
    scratch = f"{place}/.{name}.{os.getpid()}"
    with open(scratch, "wb") as file:  # noqa: PTH123
        file.writelines(content)
    os.replace(scratch, f"{place}/{name}")  # noqa: PTH105
    with os.scandir(place) as entries:
        found = sorted(entries, key=lambda entry: entry.stat().st_mtime_ns)
    for entry in found[:-_KEPT]:
        os.unlink(entry.path)  # noqa: PTH108


def _folder() -> str | None:
    said = os.environ.get("SCHEMALOOM_CACHE_DIR")
    if said is not None:
        return said or None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")  # noqa: PTH111
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    return f"{base}/schemaloom" if base and os.path.isabs(base) else None  # noqa: PTH117


if sys.platform == "win32":

    def _is_private(folder: str) -> bool:  # noqa: ARG001  a user's local application data is private by default
        return True

else:

    def _is_private(folder: str) -> bool:
        facts = os.stat(folder)  # noqa: PTH116
        return facts.st_uid == os.getuid() and not facts.st_mode & 0o022


def _sum(kind: str, name: str, payload: bytes) -> bytes:
    total = hashlib.sha256(f"{fingerprint()} {kind} {name}\n".encode())
    total.update(payload)
    return total.hexdigest().encode()
