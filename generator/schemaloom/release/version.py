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
        """The next version in which the part that `bump` names is higher."""
        match bump:
            case Bump.MAJOR:
                return type(self)(self.major + 1, 0, 0)
            case Bump.MINOR:
                return type(self)(self.major, self.minor + 1, 0)
            case Bump.PATCH:
                return type(self)(self.major, self.minor, self.patch + 1)
            case Bump.NONE:
                return self


def part_to_raise(version: Version, found: Bump, asked: Bump = Bump.NONE) -> Bump:
    """Which part of `version` a release raises.

    `found` is what the changes call for; before 1.0 it counts one step lower, but never for
    nothing.  `asked` is a person's word and means the part it names: it can only raise, and
    ``major`` is how a package reaches 1.0.
    """
    lowered = {Bump.MAJOR: Bump.MINOR, Bump.MINOR: Bump.PATCH} if version.major == 0 else {}
    return larger(lowered.get(found, found), asked)


def says_it_breaks(version: Version, asked: Bump) -> bool:
    """Whether a release after `version` that raises the part `asked` says that it breaks its users' code."""
    return asked is not Bump.NONE and larger(asked, part_to_raise(version, Bump.MAJOR)) is asked


def larger(one: Bump, other: Bump) -> Bump:
    """The larger of two bumps."""
    return min(one, other, key=_STEPS.index)
