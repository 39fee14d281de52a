"""Ranges of numbers and lengths, and whether some of them cover another.

A range is a pair of cuts.  A cut ``(v, 0)`` lies just below the value ``v`` and ``(v, 1)`` just
above it, so inclusive and exclusive ends, and whole numbers, compare alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeAlias

from schemaloom.ir.schema import Number

Cut: TypeAlias = tuple[int | float, int]
Interval: TypeAlias = tuple[Cut, Cut]

LOWEST: Cut = (-math.inf, 0)
HIGHEST: Cut = (math.inf, 1)


def count_interval(least: int, most: int | None) -> Interval:
    """The range of a length or a number of items."""
    return (least, 0), HIGHEST if most is None else (most + 1, 0)


def number_interval(schema: Number) -> Interval:
    """The range of a normalized number; that of whole numbers runs to just below the next one."""
    low = LOWEST
    if schema.minimum is not None:
        low = (schema.minimum, 0)
    if schema.exclusive_minimum is not None:
        low = max(low, (schema.exclusive_minimum, 1))
    high = HIGHEST
    if schema.maximum is not None:
        high = (schema.maximum + 1, 0) if schema.integer else (schema.maximum, 1)
    if schema.exclusive_maximum is not None:
        high = min(high, (schema.exclusive_maximum, 0))
    return low, high


def whole_interval(schema: Number) -> Interval:
    """The range of the whole numbers that a normalized number admits."""
    low, high = number_interval(schema)
    if schema.integer:
        return low, high
    if low != LOWEST:
        low = (math.ceil(low[0]) if low[1] == 0 else math.floor(low[0]) + 1, 0)
    if high != HIGHEST:
        high = (math.floor(high[0]) + 1 if high[1] == 1 else math.ceil(high[0]), 0)
    return low, high


def cover(ranges: Iterable[Interval], target: Interval) -> bool:
    """Whether every value of `target` is in one of `ranges`."""
    reached, end = target
    for low, high in sorted(ranges):
        if low > reached:
            break
        reached = max(reached, high)
    return reached >= end


def are_apart(left: Interval, right: Interval) -> bool:
    """Whether the two have no value in common."""
    return left[1] <= right[0] or right[1] <= left[0]
