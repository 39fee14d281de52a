"""Decide which models leave the snapshot, and which new ones do not enter it.

Most models that go missing are back soon, and a list that lacks or adds very many is a fault of the
provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from schemaloom.errors import Problem
from schemaloom.snapshot.fetch_result import FetchResult
from schemaloom.snapshot.guards import is_removal_due, max_additions, max_removals
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.lock import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePolicy:
    """The removals and additions that a run may make."""

    today: date
    allow_removals: bool
    """Remove every model that is not listed at once, and believe implausible changes."""
    allow_additions: bool
    removal_days: int
    """Age of the first complete list without a model at which the model may be removed."""
    renamed: Mapping[str, str]
    """Confirmed renames, from the old id to the new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """The known models that are not listed, as sorted ids."""

    kept: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    """Those of them that are too many to be removed."""
    since: Mapping[str, str]
    """Date of the first complete list that lacked the model."""
    problems: tuple[Problem, ...] = ()


def absent_models(
    old: Snapshot, after: AbstractSet[str], fetched: FetchResult, known: Lock, policy: MergePolicy
) -> Absent:
    """Return which models of `old` that are not in `after` are kept all the same.

    A model that is not listed is removed when two complete lists lack it, with none between them
    that has it, and the first is at least `removal_days` old.  The first such list only leaves its
    date in the lock.  A model is removed at once if `renamed` has its new id and that is listed, if
    no package was made of it yet (it has no names), or if `allow_removals` is true.  While more than
    `max_removals` are missing, none of them is removed unless `allow_removals` is true, and such a
    list does not count as one that lacks them.
    """
    before = old.by_id()
    gone = tuple(sorted(before.keys() - after))
    if not fetched.complete:
        unseen = tuple(Problem(model, "", "not seen in an incomplete list; kept") for model in gone)
        since = {model: day for model, day in known.missing.items() if model in gone}
        return Absent(kept=gone, since=since, problems=unseen)
    since = {model: known.missing.get(model, policy.today.isoformat()) for model in gone}
    if policy.allow_removals:
        return Absent(since=since)
    released = _package_models(old)
    lost = tuple(model for model in gone if model in released or not released)
    if len(lost) > max_removals(len(before)):
        # A list that lacks so many is a fault of the provider, and no evidence against any one of them.
        since = {model: day for model, day in known.missing.items() if model in lost}
        return Absent(kept=lost, withheld=lost, since=since)
    kept = tuple(
        model
        for model in lost
        if not is_removal_due(known.missing.get(model), policy.today, policy.removal_days)
        and policy.renamed.get(model) not in after
    )
    return Absent(
        kept=kept,
        since=since,
        problems=tuple(Problem(model, "", _reason(known.missing.get(model), policy.removal_days)) for model in kept),
    )


def refused_additions(before: AbstractSet[str], listed: AbstractSet[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the new models that are too many, and those whose id is a known and listed one in another case."""
    known = {model.casefold() for model in before & listed}
    new = listed - before
    twins = frozenset(model for model in new if model.casefold() in known)
    too_many = len(new - twins) > max_additions(len(before))
    return tuple(sorted(new - twins)) if too_many else (), twins


def _package_models(snapshot: Snapshot) -> AbstractSet[str]:
    """Return the models that a package was made of; empty if there is no package."""
    models = snapshot.names.get("models")
    return models.keys() if isinstance(models, dict) else frozenset()


def _reason(since: str | None, days: int) -> str:
    first = f"not listed since {since}" if since else "no longer listed"
    when = f"later lists lack it and {days} days have passed" if days else "the next list lacks it too"
    return f"{first}; kept, and removed when {when} (--allow-removals removes it now)"
