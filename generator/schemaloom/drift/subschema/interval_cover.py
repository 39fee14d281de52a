"""Numbers and strings shared among several schemas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemaloom.ir.decimals import is_multiple
from schemaloom.ir.intervals import count_interval, cover, number_interval, whole_interval
from schemaloom.ir.pattern_language import Coverage, Strings, find_uncovered
from schemaloom.ir.schema import Enum, Number, Schema, String
from schemaloom.json.values import json_value


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
    """Whether the strings among `wide` together include all that `narrow` admits."""
    ranges = [
        count_interval(atom.min_length, atom.max_length)
        for atom in wide
        if isinstance(atom, String) and atom.pattern in (None, narrow.pattern)
    ]
    if cover(ranges, count_interval(narrow.min_length, narrow.max_length)):
        return True
    return string_coverage(wide, narrow).is_proved


def string_coverage(wide: Sequence[Schema], narrow: String) -> Coverage:
    """Whether the strings and choices among `wide` include all that `narrow` admits, decided by their patterns.

    A string that ``not`` excludes from `narrow` need not be included.
    """
    values = (json_value(value) for atom in wide if isinstance(atom, Enum) for value in atom.values)
    return find_uncovered(
        _strings(narrow),
        [*(_strings(atom) for atom in wide if isinstance(atom, String)), *_excluded(narrow)],
        [value for value in values if isinstance(value, str)],
    )


def _excluded(schema: String) -> Iterator[Strings]:
    """Yield the strings that ``not`` excludes by a pattern alone."""
    for keyword in schema.unsupported:
        rule = json_value(keyword.value) if keyword.name == "not" else None
        pattern = rule.get("pattern") if isinstance(rule, dict) else None
        if isinstance(pattern, str) and rule in ({"pattern": pattern}, {"type": "string", "pattern": pattern}):
            yield Strings(pattern=pattern)


def _strings(schema: String) -> Strings:
    return Strings(schema.min_length, schema.max_length, schema.pattern)
