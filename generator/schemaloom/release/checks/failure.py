"""`Failure`: one reason why a package may not be released."""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST = 300


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """One error of one check."""

    check: str
    """Name of the check, such as ``mypy``."""
    place: str
    """Path below the distribution's folder, with a line where there is one; or a name."""
    message: str

    def __str__(self) -> str:
        message = " ".join(self.message.split())
        return f"{self.check}: {self.place}: {message if len(message) <= _LONGEST else message[:_LONGEST] + '…'}"
