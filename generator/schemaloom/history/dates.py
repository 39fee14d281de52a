"""Dates and revisions: which commit a user means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from schemaloom.errors import UsageError
from schemaloom.git.revision import find_revision
from schemaloom.git.run import GitFailed, run_git
from schemaloom.history.index import Commit

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?")
_FORMS = "write YYYY-MM-DD, YYYY-MM-DDTHH:MM, or a revision of git"


def parse_date(text: str) -> datetime | None:
    """Return the moment that a date names: the last one of a day, in UTC unless it has a zone; None if it is no date.

    Raises `UsageError` for a date that no calendar has.
    """
    if not _DATE.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"no such date: {text}", hint=_FORMS) from None
    if len(text) == len("2026-01-31"):
        moment += timedelta(days=1, microseconds=-1)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def first_moment(text: str) -> datetime:
    """Return the moment with which a date begins.  Raises `UsageError` if it is no date."""
    moment = parse_date(text)
    if moment is None:
        raise UsageError(f"not a date: {text!r}", hint="write YYYY-MM-DD")
    return moment - timedelta(days=1, microseconds=-1) if len(text) == len("2026-01-31") else moment


def commit_at(text: str, commits: Sequence[Commit], folder: Path) -> str:
    """Return the object id of the commit that a date or a revision names.

    For a date it is the newest commit up to then.  Raises `UsageError` for a date before the
    history begins, and for what is neither.
    """
    moment = parse_date(text)
    if moment is None:
        try:
            return find_revision(text, near=folder).commit
        except UsageError as error:
            raise UsageError(error.message, where=error.where, hint=_FORMS) from None
    found = next((commit for commit in reversed(commits) if commit.date <= moment), None)
    if found is None:
        first = f"{commits[0].date.astimezone(UTC):%Y-%m-%d}"
        raise UsageError(f"the history begins on {first}, after {text}", where=str(folder), hint=_FORMS)
    return found.id


def commits_until(text: str, commits: Sequence[Commit], folder: Path) -> tuple[Commit, ...]:
    """Return the commits of the history up to a date or a revision; none if the revision shares none with it."""
    moment = parse_date(text)
    last = commit_at(text, commits, folder)
    if moment is None:
        try:
            # A revision may have changed nothing in the folder; the newest one before it that did is listed.
            last = run_git(folder, "rev-list", "-1", "--first-parent", last, "--", ".").decode("ascii").strip()
        except GitFailed as error:
            raise UsageError(f"git failed: {error}", where=str(folder)) from None
    position = next((number for number, commit in enumerate(commits, 1) if commit.id == last), 0)
    return tuple(commits[:position])
