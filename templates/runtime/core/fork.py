"""State that a forked process must not take over from its parent.

A lock that another thread of the parent held stays locked for ever in the child, and a queue is
full of that process's threads.  Objects with such state register here and are reset in the child.
Work that cannot be reset, because SQLite or OpenSSL keeps the lock, is done under `undisturbed`.
What two processes must not have open at all is closed before the fork: see `close_before_fork`.
Python's own import locks are free, because a fork finishes the imports of this package first: those
of other threads, and what calls use.  So this module is the first that the package imports.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from contextlib import suppress
from importlib import import_module
from typing import Protocol

_LONGEST_HOLD = 10.0
"""Seconds for which a fork waits; after them it is made, as if this module did not exist."""
_RUNTIME = __name__.rpartition(".core.")[0]
_PACKAGE = _RUNTIME.removesuffix("._runtime")
_OTHERS = ("logging", "concurrent.futures.thread")
"""Modules with hooks of their own, which take locks.  An import may need these locks, so our hook must run before
theirs, that is, be registered later."""


class _Resettable(Protocol):
    def reset_after_fork(self) -> None:
        """Make new locks, and forget the threads of the parent."""
        ...


class _Closable(Protocol):
    def close(self) -> None:
        """Close what the next use opens again."""
        ...


class _Undisturbed:
    """One lock for the whole process, held during a fork as well."""

    def __init__(self) -> None:
        self.lock = threading.RLock()  # a signal handler may close what is being opened
        self.modules: set[str] = set()
        self.is_last = False
        """Whether a hook was registered after those of the other modules."""

    def reset_after_fork(self) -> None:
        self.lock = threading.RLock()


class _Hook:
    """Holds the lock during a fork, once all imports are done."""

    def __init__(self) -> None:
        self._later = [name for name in _OTHERS if name not in sys.modules]
        self._holder = 0

    def before_fork(self) -> None:
        runs_first = not any(name in sys.modules for name in self._later)
        if _undisturbed.lock.acquire(timeout=_LONGEST_HOLD):
            self._holder = threading.get_ident()
            for owner in tuple(_closed_before_fork):
                owner.close()
        if runs_first:
            _finish_imports()

    def after_fork(self) -> None:
        if self._holder == threading.get_ident():
            self._holder = 0
            _undisturbed.lock.release()


_registered: weakref.WeakSet[_Resettable] = weakref.WeakSet()
_closed_before_fork: weakref.WeakSet[_Closable] = weakref.WeakSet()
_undisturbed = _Undisturbed()
_registered.add(_undisturbed)


def register(owner: _Resettable) -> None:
    """Have `owner` reset in every process that is forked from this one."""
    _registered.add(owner)


def close_before_fork(owner: _Closable) -> None:
    """Have `owner` closed before every fork of this process, under `undisturbed`."""
    _closed_before_fork.add(owner)


def import_before_fork(module: str) -> None:
    """Have every fork import `module` first.  Call this before anything else is imported.

    In a child, a module that another thread of the parent was importing stays locked for ever.  The
    import waits for that thread, and leaves nothing for the child to import.
    """
    with undisturbed():
        _undisturbed.modules.add(module)
        if not _undisturbed.is_last:
            for other in _OTHERS:
                import_module(other)
            _add_hook()


def undisturbed() -> threading.RLock:
    """The lock for work that a fork must not split: opening connections, and using SQLite."""
    return _undisturbed.lock


def _finish_imports() -> None:
    """Import what calls use, and wait for each module of this package that another thread imports."""
    finished: set[str] = set()
    while started := {*_undisturbed.modules, *(name for name in tuple(sys.modules) if _is_ours(name))} - finished:
        for module in sorted(started):
            with suppress(Exception):  # whatever it is, the import or the call that needs it will raise it again
                import_module(module)
        finished |= started


def _is_ours(module: str) -> bool:
    return f"{module}.".startswith(f"{_PACKAGE}.")


def _reset() -> None:
    for owner in tuple(_registered):
        owner.reset_after_fork()


def _add_hook() -> None:
    hook = _Hook()
    _undisturbed.is_last = all(name in sys.modules for name in _OTHERS)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=hook.before_fork, after_in_parent=hook.after_fork, after_in_child=_reset)


_add_hook()
