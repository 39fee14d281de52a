"""Numbers and strings shared among several schemas."""

from __future__ import annotations

from collections.abc import Sequence

from schemaloom.drift.subschema.intervals import count_interval, cover, number_interval, whole_interval
from schemaloom.ir.decimals import is_multiple
from schemaloom.ir.schema import Number, Schema, String


def cover_number(wide: Sequence[Schema], narrow: Number) -> bool:
    """Whether the numbers among `wide` together admit all that `narrow` does."""
    fitting = [atom for atom in wide if isinstance(atom, Number) and _steps_fit(atom, narrow)]
    if narrow.integer:
        return cover([whole_interval(atom) for atom in fitting], number_interval(narrow))
    return cover([number_interval(atom) for atom in fitting], number_interval(narrow))


def _steps_fit(wide: Number, narrow: Number) -> bool:
    if wide.integer and not narrow.integer:
        return False
    if wide.multiple_of is None:
        return True
    step = narrow.multiple_of or (1 if narrow.integer else None)
    return step is not None and is_multiple(step, wide.multiple_of)


def cover_string(wide: Sequence[Schema], narrow: String) -> bool:
    """Whether the strings among `wide` together admit all that `narrow` does."""
    ranges = [
        count_interval(atom.min_length, atom.max_length)
        for atom in wide
        if isinstance(atom, String) and atom.pattern in (None, narrow.pattern)
    ]
    return cover(ranges, count_interval(narrow.min_length, narrow.max_length))
