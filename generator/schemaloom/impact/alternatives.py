"""Every JSON value that code may send, where there are few."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Final, TypeVar

from schemaloom.impact.values import Constant, ListValue, ObjectValue, Unknown, Value
from schemaloom.ir.schema import Boolean, Enum, Null, Schema, Union
from schemaloom.json.values import JsonObject, JsonValue, json_value

MOST: Final = 64
"""Payloads that are judged one by one."""
_T = TypeVar("_T")


def list_payloads(payload: ObjectValue) -> list[JsonObject] | None:
    """Return every object that `payload` may be; None if they are not known, or more than `MOST`."""
    if payload.is_open:
        return None
    places: list[list[JsonObject]] = []
    for name, member in payload.members.items():
        values = list_values(member.value)
        if values is None:
            return None
        places.append([{name: value} for value in values] + ([] if member.certain else [{}]))
    return _joined(places, _merged)


def list_values(value: Value) -> list[JsonValue] | None:
    """Return every JSON value that `value` may be; None if they are not known, or more than `MOST`."""
    match value:
        case Constant():
            return [value.value]
        case Unknown(schema=schema):
            return _of_schema(schema)
        case ListValue():
            parts = [list_values(item) for item in value.items]
            known = [part for part in parts if part is not None]
            return _joined(known, list) if len(known) == len(parts) else None
        case ObjectValue():
            found = list_payloads(value)
            return None if found is None else [*found]


def _of_schema(schema: Schema) -> list[JsonValue] | None:
    match schema:
        case Enum(values=values):
            return [json_value(text) for text in values]
        case Null():
            return [None]
        case Boolean():
            return [False, True]
        case Union(branches=branches):
            parts = [_of_schema(branch) for branch in branches]
            known = [part for part in parts if part is not None]
            return [value for part in known for value in part] if len(known) == len(parts) else None
        case _:
            return None


def _joined(places: Sequence[list[_T]], join: Callable[[tuple[_T, ...]], _T]) -> list[_T] | None:
    count = 1
    for place in places:
        count *= len(place)
        if count > MOST:
            return None
    return [join(parts) for parts in product(*places)]


def _merged(parts: tuple[JsonObject, ...]) -> JsonObject:
    return {name: value for part in parts for name, value in part.items()}
