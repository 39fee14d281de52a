"""State that a forked process must not take over from its parent.

A lock that another thread of the parent held stays locked for ever in the child, and a queue is
full of that process's threads.  Objects with such state register here and are reset in the child.
What cannot be reset, because Python or SQLite keeps the lock, is done under `undisturbed`; and a
fork waits until no thread imports a module of this package.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from typing import Protocol

_LONGEST_HOLD = 10.0
"""Seconds for which a fork waits; after them it is made, as if this module did not exist."""


class _Resettable(Protocol):
    def reset_after_fork(self) -> None:
        """Make new locks, and forget the threads of the parent."""
        ...


class _Undisturbed:
    """One lock for the whole process, held during a fork as well."""

    def __init__(self) -> None:
        self.lock = threading.RLock()  # a signal handler may close what is being opened
        self.held = False

    def before_fork(self) -> None:
        end = time.monotonic() + _LONGEST_HOLD
        self.held = self.lock.acquire(timeout=_LONGEST_HOLD)
        while _is_importing() and time.monotonic() < end:
            time.sleep(0.001)

    def after_fork(self) -> None:
        if self.held:
            self.lock.release()

    def reset_after_fork(self) -> None:
        self.lock = threading.RLock()


_registered: weakref.WeakSet[_Resettable] = weakref.WeakSet()
_undisturbed = _Undisturbed()
_registered.add(_undisturbed)


def register(owner: _Resettable) -> None:
    """Have `owner` reset in every process that is forked from this one."""
    _registered.add(owner)


def _is_importing() -> bool:
    """Whether a thread imports a module of this package: in a child it would stay half imported, and locked."""
    # Python's own locks, one for each module from before it is found until it is imported.
    locks: dict[str, object] = getattr(sys.modules.get("_frozen_importlib"), "_module_locks", {})
    package = __name__.partition(".")[0]
    return any(name.partition(".")[0] == package for name in tuple(locks))


def undisturbed() -> threading.RLock:
    """The lock for work that a fork must not split: importing a module, and using SQLite."""
    return _undisturbed.lock


def _reset() -> None:
    for owner in tuple(_registered):
        owner.reset_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_undisturbed.before_fork, after_in_parent=_undisturbed.after_fork, after_in_child=_reset)
