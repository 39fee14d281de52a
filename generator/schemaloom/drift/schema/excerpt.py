"""Schemas as changes show them: JSON Schema of bounded size, references inlined."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import cast

from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.ir.schema import Array, Never, Object, Reference, Schema, Union
from schemaloom.ir.to_json_schema import to_json_schema
from schemaloom.json.values import JsonValue

_DEEPEST = 6
"""Levels of references that are inlined; below, and in a recursion, an empty object is shown."""
_MOST_NODES = 500


def excerpt(side: ResolvedSchemas, schema: Schema) -> JsonValue:
    """The JSON Schema of a schema, without the names of definitions, which a provider may renumber."""
    count: Counter[str] = Counter()
    inlined = cast("JsonValue", to_json_schema(_inlined(side, schema, 0, count)))
    return False if isinstance(schema, Never) else inlined


def _inlined(side: ResolvedSchemas, schema: Schema, depth: int, count: Counter[str]) -> Schema:
    count["nodes"] += 1
    if isinstance(schema, Reference):
        if depth >= _DEEPEST or count["nodes"] > _MOST_NODES:
            return Object()
        return _inlined(side, side.resolve(schema), depth + 1, count)
    match schema:
        case Object():
            members = tuple(
                replace(item, schema=_inlined(side, item.schema, depth, count)) for item in schema.properties
            )
            return replace(schema, properties=members, additional=_inlined(side, schema.additional, depth, count))
        case Array():
            prefix = tuple(_inlined(side, item, depth, count) for item in schema.prefix)
            return replace(schema, prefix=prefix, items=_inlined(side, schema.items, depth, count))
        case Union():
            return replace(schema, branches=tuple(_inlined(side, part, depth, count) for part in schema.branches))
        case _:
            return schema
