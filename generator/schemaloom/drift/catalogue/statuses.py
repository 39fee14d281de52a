"""Statuses of an operation's responses, and the range or default that includes them."""

from __future__ import annotations

from collections.abc import Collection

_DEFAULT = "default"


def is_success(status: str) -> bool:
    """Whether a status, or a range of them, is a successful one."""
    return status.startswith("2")


def paired_statuses(ours: Collection[str], theirs: Collection[str]) -> list[tuple[str, str]]:
    """Return the statuses of both sides in pairs, an empty one where a side has none.

    A range is paired with a status in it.  The default is paired with a successful status of the
    other side if its own side lists no other response that is successful.
    """
    pairs = [(status, status) for status in ours if status in theirs]
    left = [status for status in ours if status not in theirs]
    right = [status for status in theirs if status not in ours]
    for status in list(left):
        wanted = [other for other in right if "XX" in status + other and other[0] == status[0]]
        if wanted:
            pairs.append((status, wanted[0]))
            left.remove(status)
            right.remove(wanted[0])
    if _answers_with_default(theirs) and (found := [*filter(is_success, left)]):
        pairs += [(status, _DEFAULT) for status in found]
        left = [status for status in left if status not in found]
        right = [status for status in right if status != _DEFAULT]
    if _answers_with_default(ours) and (found := [*filter(is_success, right)]):
        pairs += [(_DEFAULT, status) for status in found]
        right = [status for status in right if status not in found]
        left = [status for status in left if status != _DEFAULT]
    pairs += [(status, "") for status in left] + [("", status) for status in right]
    return sorted(pairs, key=lambda pair: pair[0] or pair[1])


def error_statuses(pairs: Collection[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Return the statuses of each side that are no success, nor paired with one; sorted."""
    errors = [pair for pair in pairs if not any(map(is_success, pair))]
    return sorted({pair[0] for pair in errors if pair[0]}), sorted({pair[1] for pair in errors if pair[1]})


def _answers_with_default(statuses: Collection[str]) -> bool:
    return _DEFAULT in statuses and not any(map(is_success, statuses))
