"""Ids that a model had before: the confirmed renames of the newest committed ``renames.toml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from schemaloom.drift.renames.confirmed import RENAMES, read_renames
from schemaloom.errors import SchemaloomError

if TYPE_CHECKING:
    from schemaloom.history.index import Commit


def renamed_models(commits: Sequence[Commit], read: Callable[[str], bytes]) -> dict[str, str]:
    """Return former id to later id; empty if no renames are committed, or their file cannot be read.

    `read` returns the object of an id.
    """
    oids = [commit.changed[RENAMES] for commit in commits if RENAMES in commit.changed]
    if not oids or oids[-1] is None:
        return {}
    try:
        renames = read_renames(read(oids[-1]), where=RENAMES)
    except SchemaloomError:
        return {}
    return {old: new for old, new in renames.items() if "#" not in old}


def former_ids(model: str, renames: Mapping[str, str]) -> list[str]:
    """Return the ids from which renames lead to `model`, the latest first."""
    found = [model]
    for later in found:
        found += [old for old, new in renames.items() if new == later and old not in found]
    return found[1:]
