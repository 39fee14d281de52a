"""Numbers and strings at the bounds of schemas, where two schemas may differ."""

from __future__ import annotations

import math
from collections.abc import Iterator

from schemaloom.ir.decimals import exact, plain
from schemaloom.ir.pattern_language import samples_of
from schemaloom.ir.schema import Boolean, Number, Schema, String
from schemaloom.json.values import JsonValue

_LONGEST_TEXT = 20_000
_NEAR = (0, 1, -1, -2, -3, -4, -5, 2, 3, 4, 5)
"""Multiples tried near a bound: in binary fractions, some of them are none."""
_WORDS = ("x", "a", "1", "A", "ab", "abc", "-", " ", "é", "x-y_z.0", "https://example.com/a.png")


def scalars(*schemas: Schema) -> Iterator[JsonValue]:
    """Values of the first schema, a number, a text, or another simple kind, at the borders of all."""
    match schemas[0]:
        case Number():
            yield from _numbers([schema for schema in schemas if isinstance(schema, Number)])
        case String():
            yield from _texts([schema for schema in schemas if isinstance(schema, String)])
        case Boolean():
            yield from (True, False)
        case _:
            return


def _numbers(schemas: list[Number]) -> Iterator[JsonValue]:
    steps = [schema.multiple_of for schema in schemas if schema.multiple_of is not None]
    yield from (1, 0, 2, 0.5, -1, -0.5, 1.5, 3)
    for schema in schemas:
        for bound in (schema.minimum, schema.maximum, schema.exclusive_minimum, schema.exclusive_maximum):
            if bound is None:
                continue
            yield from (bound, bound + 1, bound - 1, bound + 0.5, bound - 0.5)
            for step in steps:
                nearest = math.floor(exact(bound) / exact(step))
                yield from (plain((nearest + count) * exact(step)) for count in _NEAR)
            for other in schemas:
                for end in (other.minimum, other.maximum, other.exclusive_minimum, other.exclusive_maximum):
                    if end is not None:
                        yield (bound + end) / 2
    for step in steps:
        yield from (step, step / 2, step * 2, step * 3, step + 1)


def _texts(schemas: list[String]) -> Iterator[JsonValue]:
    lengths = [0, 1, 2]
    for schema in schemas:
        lengths += [schema.min_length, schema.min_length - 1]
        lengths += [schema.max_length, schema.max_length + 1] if schema.max_length is not None else []
    patterns = [schema.pattern for schema in schemas if schema.pattern is not None]
    own = schemas[0]
    found = [text for pattern in patterns for text in samples_of(pattern)]
    for text in (*_WORDS, *found):
        yield text
        for length in dict.fromkeys(lengths):
            if 0 <= length <= _LONGEST_TEXT and text and own.min_length <= length:
                yield (text * (length // len(text) + 1))[:length]
