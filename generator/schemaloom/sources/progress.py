"""Progress reports of a long run."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives the steps of a run; must neither fail nor block."""

    def start(self, task: str, total: int) -> None:
        """Begin a task of `total` steps; the one before it, if any, is over."""
        ...

    def advance(self, item: str) -> None:
        """Count one step as done; `item` names what it was about."""
        ...

    def report(self, text: str) -> None:
        """Report the reason of a pause."""
        ...


class Silent:
    """A `Progress` that reports nothing."""

    def start(self, task: str, total: int) -> None:
        """Do nothing."""

    def advance(self, item: str) -> None:
        """Do nothing."""

    def report(self, text: str) -> None:
        """Do nothing."""
