"""What a long run tells whoever is watching."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told about steps as they are done; must not fail and must not block."""

    def start(self, task: str, total: int) -> None:
        """Begin a task of `total` steps; the one before it, if any, is over."""
        ...

    def advance(self, item: str) -> None:
        """Count one step as done; `item` names what it was about."""
        ...

    def note(self, text: str) -> None:
        """Say something that explains a pause."""
        ...


class Silent:
    """A `Progress` that nobody is watching."""

    def start(self, task: str, total: int) -> None:
        """Say nothing."""

    def advance(self, item: str) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""
