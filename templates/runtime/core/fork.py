"""State that a forked process must not take over from its parent.

A lock that another thread of the parent held stays locked for ever in the child, and a queue is
full of that process's threads.  Objects with such state register here and are reset in the child.
"""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class _Resettable(Protocol):
    def reset_after_fork(self) -> None:
        """Make new locks, and forget the threads of the parent."""
        ...


_registered: weakref.WeakSet[_Resettable] = weakref.WeakSet()


def register(owner: _Resettable) -> None:
    """Have `owner` reset in every process that is forked from this one."""
    _registered.add(owner)


def _reset() -> None:
    for owner in tuple(_registered):
        owner.reset_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset)
