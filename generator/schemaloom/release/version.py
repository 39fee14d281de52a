"""`Version`: the three numbers of a release, and how far changes raise them."""

from __future__ import annotations

import re
from typing import NamedTuple, Self

from schemaloom.drift.change import Bump

_STEPS = (Bump.MAJOR, Bump.MINOR, Bump.PATCH, Bump.NONE)
"""Largest first."""


class Version(NamedTuple):
    """A version ``X.Y.Z``; no other form is written or read."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``X.Y.Z``; raises `ValueError` for anything else."""
        if not re.fullmatch(r"(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){2}", text, re.ASCII):
            raise ValueError(f"not a version X.Y.Z: {text!r}")
        return cls(*map(int, text.split(".")))

    def raised(self, bump: Bump) -> Self:
        """Return the next version with the part `bump` raised."""
        match bump:
            case Bump.MAJOR:
                return type(self)(self.major + 1, 0, 0)
            case Bump.MINOR:
                return type(self)(self.major, self.minor + 1, 0)
            case Bump.PATCH:
                return type(self)(self.major, self.minor, self.patch + 1)
            case Bump.NONE:
                return self


def part_to_raise(version: Version, found: Bump, requested: Bump = Bump.NONE) -> Bump:
    """Return the part of `version` that a release raises.

    `found` is the bump that the changes require; before 1.0 it counts one step lower.  `requested`
    is the user's bump and means the part it names: it can only raise further, and ``major`` takes a
    package to 1.0.
    """
    lowered = {Bump.MAJOR: Bump.MINOR, Bump.MINOR: Bump.PATCH} if version.major == 0 else {}
    return larger(lowered.get(found, found), requested)


def announces_break(version: Version, requested: Bump) -> bool:
    """Whether raising the part `requested` of `version` announces a breaking release."""
    return requested is not Bump.NONE and larger(requested, part_to_raise(version, Bump.MAJOR)) is requested


def larger(one: Bump, other: Bump) -> Bump:
    """The larger of two bumps."""
    return min(one, other, key=_STEPS.index)
