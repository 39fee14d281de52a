"""`Release`: the number and the changelog entry of a version that is about to be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a new version of a package adds to the one before."""

    version: str
    entry: str
    """Its section of ``CHANGELOG.md``."""
