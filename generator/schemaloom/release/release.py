"""`Release`: the number and the changelog entry of a version that is about to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schemaloom import __version__
from schemaloom.drift.change import Bump, DriftReport
from schemaloom.drift.formats.markdown import escaped
from schemaloom.drift.message import code
from schemaloom.errors import Problem
from schemaloom.release.changelog import changelog_entry
from schemaloom.release.version import Version, larger, part_to_raise

_UNKNOWN = "Perhaps breaking: the specs were also changed by other means since the release before."
_REGENERATED = f"Generated anew by schemaloom {__version__}; the catalogue is the same."
_ASKED = "The version was raised on request."


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a new version of a package adds to the one before."""

    version: str
    raised: Bump
    """Which part of the version is higher."""
    entry: str
    """Its section of ``CHANGELOG.md``."""
    notes: tuple[str, ...]
    """Reasons for it that are no findings, as sentences."""


def next_release(
    previous: Version,
    report: DriftReport,
    *,
    day: date,
    asked: Bump = Bump.NONE,
    taken_back: Sequence[Problem] = (),
    unknown: bool = False,
    regenerated: bool = False,
) -> Release | None:
    """The release after `previous`; None if there is no reason for one.

    Reasons are the findings of `report`, what a person `asked` for, names that the package has
    `taken_back` although no finding breaks callers, `unknown` findings between what the package was
    made from and the old side of `report` (they may be breaking), and a package that came out
    differently without any of these: `regenerated` (a patch).
    """
    found = larger(report.bump, Bump.MAJOR if unknown or taken_back else Bump.PATCH if regenerated else Bump.NONE)
    raised = part_to_raise(previous, found, asked)
    if raised is Bump.NONE:
        return None
    notes = [_UNKNOWN] if unknown else [_REGENERATED] if regenerated else [_ASKED] if found is Bump.NONE else []
    lost = [f"**Breaking:** {code(found.model)}: {escaped(found.message)}." for found in taken_back]
    version = str(previous.raised(raised))
    entry = changelog_entry(version, day, report, [*lost, *notes])
    return Release(version=version, raised=raised, entry=entry, notes=tuple(notes))
