"""Swapping two directories in one step, where the operating system can."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
"""The flag has the same value for Linux's ``renameat2`` and macOS's ``renamex_np``."""


def exchange(one: Path, other: Path) -> bool:
    """Let two existing paths of one file system change places atomically.

    Returns False, with nothing changed, where the system or the file system cannot do it; the
    standard library has no call for it.
    """
    import ctypes  # here, because a run that finds nothing to change needs none of it

    first, second = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(library.renamex_np(first, second, ctypes.c_uint(_RENAME_EXCHANGE)) == 0)
        result: int = library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, ctypes.c_uint(_RENAME_EXCHANGE))
    except (AttributeError, OSError, TypeError):  # an older C library; Windows has no CDLL(None)
        return False
    return result == 0
