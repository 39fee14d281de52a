"""State that a forked process must not take over from its parent.

A lock that another thread of the parent held stays locked for ever in the child, and a queue is
full of that process's threads.  Objects with such state register here and are reset in the child.
What cannot be reset, because SQLite or OpenSSL keeps the lock, is done under `undisturbed`.
Python's own import locks are free, because a fork finishes the imports of this package first.
"""

from __future__ import annotations

import os
import threading
import weakref
from contextlib import suppress
from importlib import import_module
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
        self.modules: set[str] = set()

    def before_fork(self) -> None:
        for module in sorted(self.modules):
            with suppress(ImportError):  # the package is gone, as a call will find out: no reason to disturb a fork
                import_module(module)
        self.held = self.lock.acquire(timeout=_LONGEST_HOLD)

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


def import_before_fork(module: str) -> None:
    """Have every fork import `module` first.

    In a child, a module that another thread of the parent was importing stays locked for ever.  The
    import waits for that thread, and leaves nothing for the child to import.
    """
    _undisturbed.modules.add(module)


def undisturbed() -> threading.RLock:
    """The lock for work that a fork must not split: opening connections, and using SQLite."""
    return _undisturbed.lock


def _reset() -> None:
    for owner in tuple(_registered):
        owner.reset_after_fork()


# They have hooks of their own.  These must be run after ours, which were registered later then: an import
# may need the lock that logging takes.  And they must be there before a fork begins, not be imported by it.
for _module in ("logging", "concurrent.futures.thread"):
    import_module(_module)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_undisturbed.before_fork, after_in_parent=_undisturbed.after_fork, after_in_child=_reset)
