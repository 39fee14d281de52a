"""`fresh_names`: names of properties that an object accepts and does not list."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import count

from schemaloom.drift.witness.raw_values import ShapeReader
from schemaloom.ir.raw_schema import RawSchema
from schemaloom.ir.schema import Object, Schema
from schemaloom.json.values import JsonText, json_value

_OTHERS = "0123abcABC-_"
"""Characters in place of one of a name: a pattern of a fixed length gives only one name by itself."""
_LONGEST_VARIED = 40


def fresh_names(*objects: Schema | None) -> Iterator[str]:
    """Yield names that none of the objects lists, and that ``propertyNames`` of each accepts; at least one."""
    found = [parent for parent in objects if isinstance(parent, Object)]
    listed = {item.name for parent in found for item in parent.properties}
    rules = sorted({word.value for parent in found for word in parent.unsupported if word.name == "propertyNames"})
    allowed = [name for name in _names(tuple(rules)) if name not in listed]
    yield from allowed
    if not rules or not allowed:
        yield from (name for number in count() if (name := f"extra{number or ''}") not in listed)


@lru_cache(maxsize=256)
def _names(rules: tuple[JsonText, ...]) -> tuple[str, ...]:
    """Return a few names that rules of ``propertyNames`` accept."""
    reader = ShapeReader()
    schemas = [rule for text in rules if isinstance(rule := json_value(text), dict)]
    for rule in schemas:
        reader.read(rule)
    judges = [RawSchema(rule, opened=True, objects=False) for rule in schemas]
    read = [*reader.shape.values.values(), *reader.shape.texts()]
    found = [name for name in read if isinstance(name, str) and all(judge.accepts(name) for judge in judges)]
    near = (
        name[:index] + char + name[index + 1 :]
        for name in found[:2]
        for index in reversed(range(min(len(name), _LONGEST_VARIED)))
        for char in _OTHERS
    )
    return tuple(dict.fromkeys((*found, *(name for name in near if all(judge.accepts(name) for judge in judges)))))
