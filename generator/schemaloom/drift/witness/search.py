"""`find_payloads`: a payload that one raw schema accepts and another refuses, found by trying values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from schemaloom.drift.witness.payloads import Payloads
from schemaloom.drift.witness.raw_values import ShapeReader
from schemaloom.ir.raw_schema import RawSchema
from schemaloom.json.values import JsonValue, json_text

_MOST_TRIED = 6_000
_MOST_SEEDS = 40
"""Accepted payloads that are changed further."""


def find_payloads(
    valid: RawSchema, refusing: RawSchema, *, seeds: Iterable[JsonValue] = (), most: int = _MOST_TRIED, objects: bool
) -> Iterator[JsonValue]:
    """Yield payloads that `valid` accepts and `refusing` does not, confirmed by an independent validator.

    `seeds` are payloads to begin with; only objects count if `objects` is true.
    """
    reader = ShapeReader()
    reader.read(valid.schema)
    reader.read(refusing.schema)
    payloads = Payloads(reader.shape)
    accepted: list[JsonValue] = []
    known: set[str] = set()
    tried = 0
    for value in _candidates(payloads, list(islice(seeds, _MOST_SEEDS)), accepted, objects=objects):
        tried += 1
        if tried > most:
            return
        text = json_text(value)
        if text in known or not valid.accepts(value):
            continue
        known.add(text)
        if len(accepted) < _MOST_SEEDS:
            accepted.append(value)
        else:
            accepted[tried % _MOST_SEEDS] = value
        if not refusing.accepts(value) and valid.confirms(value, valid=True) and refusing.confirms(value, valid=False):
            yield value


def _candidates(
    payloads: Payloads, seeds: list[JsonValue], accepted: list[JsonValue], *, objects: bool
) -> Iterator[JsonValue]:
    yield from seeds
    if objects:
        yield {}
    turn = 0
    while True:
        turn += 1
        if accepted and turn % 3:
            yield payloads.variant(accepted[turn % len(accepted)])
        else:
            yield payloads.payload() if objects else payloads.value()
