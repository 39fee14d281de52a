"""Store what the next run can use again, in the user's own cache folder.

The cache saves time and never changes a result.  An entry is a hit only if it is whole, was
written under the same name by the same generator (`generator_fingerprint`), and lies in a folder
that no other user can write.  Everything else, and every error, is a miss.

The folder is ``schemaloom`` where the system keeps caches, or the value of
``SCHEMALOOM_CACHE_DIR``.  An empty ``SCHEMALOOM_CACHE_DIR`` turns the cache off.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from schemaloom.cache.fingerprint import generator_fingerprint

_CHECKSUM_LENGTH = 64
_MAX_ENTRIES = 64
"""Most entries of one kind; the oldest are removed first."""


def get(kind: str, name: str) -> bytes | None:
    """Return the entry that `put` last wrote as `name` (a plain file name) of `kind`; None for a miss."""
    folder = _folder()
    if folder is None:
        return None
    try:
        if not _is_private(folder):
            return None
        content = (folder / kind / name).read_bytes()
    except OSError:
        return None
    checksum, payload = content[:_CHECKSUM_LENGTH], content[_CHECKSUM_LENGTH:]
    return payload if checksum == _checksum(kind, name, payload) else None


def is_empty(kind: str) -> bool:
    """Whether `get` finds no entry of `kind`, whatever its name."""
    folder = _folder()
    return folder is None or not (folder / kind).is_dir()


def put(kind: str, name: str, payload: bytes) -> None:
    """Keep `payload` for `get`; a cache that cannot be written is no error."""
    folder = private_folder(kind)
    if folder is None:
        return
    try:
        scratch = folder / f".{name}.{os.getpid()}"
        scratch.write_bytes(_checksum(kind, name, payload) + payload)
        scratch.replace(folder / name)
        entries = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        for path in entries[:-_MAX_ENTRIES]:
            path.unlink()
    except OSError:
        return


def private_folder(kind: str) -> Path | None:
    """Make and return the folder of `kind`; None if the cache is off or cannot be written."""
    folder = _folder()
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(folder):
            return None
        (folder / kind).mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return None
    return folder / kind


def _folder() -> Path | None:
    chosen = os.environ.get("SCHEMALOOM_CACHE_DIR")
    if chosen is not None:
        return Path(chosen) if chosen else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")  # noqa: PTH111  `Path.home` raises where there is no home
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111  as above
    folder = Path(base or "")
    return folder / "schemaloom" if folder.is_absolute() else None


if sys.platform == "win32":

    def _is_private(folder: Path) -> bool:  # noqa: ARG001  a user's local application data is private by default
        return True

else:

    def _is_private(folder: Path) -> bool:
        status = folder.stat()
        return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _checksum(kind: str, name: str, payload: bytes) -> bytes:
    total = hashlib.sha256(f"{generator_fingerprint()} {kind} {name}\n".encode())
    total.update(payload)
    return total.hexdigest().encode()
