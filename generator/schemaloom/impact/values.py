"""`Value`: a JSON value that code sends, with gaps where only the running program knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from schemaloom.ir.schema import Anything, Array, Enum, Never, Object, Property, Schema, Union
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonText, JsonValue, json_text, json_value


@dataclass(frozen=True, slots=True)
class Constant:
    """A scalar that is known: a string, a number, a boolean or null."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known; `schema` is what is known of its type."""

    schema: Schema = field(default_factory=Anything)


@dataclass(frozen=True, slots=True)
class ListValue:
    """A list of known length."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One property of an object."""

    value: Value
    certain: bool = True
    """False if the program may leave it out."""


@dataclass(frozen=True, slots=True)
class ObjectValue:
    """An object, by property."""

    members: Mapping[str, Member]
    is_open: bool = False
    """Whether it may hold properties that are not in `members`."""


Value: TypeAlias = Constant | Unknown | ListValue | ObjectValue
ANY_OBJECT = ObjectValue({}, is_open=True)
"""An object of which nothing is known."""


def from_json(value: JsonValue) -> Value:
    """The fully known value of a JSON value."""
    if isinstance(value, dict):
        return ObjectValue({name: Member(from_json(part)) for name, part in value.items()})
    if isinstance(value, list):
        return ListValue(tuple(from_json(item) for item in value))
    return Constant(value)


def is_known(value: Value) -> bool:
    """Whether nothing of the value is left open."""
    match value:
        case Constant():
            return True
        case Unknown():
            return False
        case ListValue():
            return all(map(is_known, value.items))
        case ObjectValue():
            return not value.is_open and all(item.certain and is_known(item.value) for item in value.members.values())


def to_json(value: Value) -> JsonValue:
    """Return the known parts of a value: unknown members are left out, an unknown item is null."""
    match value:
        case Constant():
            return value.value
        case Unknown():
            return None
        case ListValue():
            return [to_json(item) for item in value.items]
        case ObjectValue():
            return {
                name: to_json(item.value)
                for name, item in value.members.items()
                if item.certain and not isinstance(item.value, Unknown)
            }


def unknown_pointers(value: Value, pointer: str = "") -> Iterable[str]:
    """JSON Pointers of what is not known, in the order of the code."""
    match value:
        case Constant():
            return
        case Unknown():
            yield pointer
        case ListValue():
            for index, item in enumerate(value.items):
                yield from unknown_pointers(item, pointer + pointer_of(index))
        case ObjectValue():
            for name, member in value.members.items():
                if member.certain:
                    yield from unknown_pointers(member.value, pointer + pointer_of(name))
                else:
                    yield pointer + pointer_of(name)


def to_schema(value: Value) -> Schema:
    """The schema of every JSON value that `value` may be."""
    match value:
        case Constant():
            return Enum(values=(json_text(value.value),))
        case Unknown():
            return value.schema
        case ListValue():
            size = len(value.items)
            prefix = tuple(map(to_schema, value.items))
            return Array(items=Never(), prefix=prefix, min_items=size, max_items=size)
        case ObjectValue():
            properties = (
                Property(name=name, schema=to_schema(item.value), required=item.certain)
                for name, item in value.members.items()
            )
            additional = Anything() if value.is_open else Never()
            return Object(properties=tuple(properties), additional=additional, additional_declared=True)


def any_of(values: Iterable[Value]) -> Value:
    """A value that is one of `values`: that value if they are equal, else one of an enum where all are known."""
    found = list(dict.fromkeys(map(_hashable, values)))
    if len(found) == 1 and isinstance(found[0], str):
        return from_json(json_value(JsonText(found[0])))
    texts = [item for item in found if isinstance(item, str)]
    others = [item for item in found if isinstance(item, Schema)]
    branches: list[Schema] = [Enum(values=tuple(map(JsonText, texts)))] if texts else []
    branches += others
    if not branches or any(isinstance(branch, Anything) for branch in branches):
        return Unknown()
    return Unknown(branches[0] if len(branches) == 1 else Union(branches=tuple(branches)))


def _hashable(value: Value) -> str | Schema:
    return json_text(to_json(value)) if is_known(value) else to_schema(value)


def either_object(first: ObjectValue, second: ObjectValue) -> ObjectValue:
    """An object that is one of two: it may have the properties of both, with the values of either."""
    members: dict[str, Member] = {}
    for name in {**first.members, **second.members}:
        found = [side.members[name] for side in (first, second) if name in side.members]
        certain = len(found) == 2 and all(member.certain for member in found)
        members[name] = Member(any_of([member.value for member in found]), certain=certain)
    return ObjectValue(members, is_open=first.is_open or second.is_open)


def merge(left: Value, right: Value) -> ObjectValue:
    """``{**left, **right}``."""
    if not isinstance(right, ObjectValue):
        return ANY_OBJECT
    if not isinstance(left, ObjectValue) or right.is_open:
        return ObjectValue(right.members, is_open=True)
    members = dict(left.members)
    for name, member in right.members.items():
        before = members.get(name)
        if member.certain or before is None:
            members[name] = member
        else:
            members[name] = Member(any_of([before.value, member.value]), certain=before.certain)
    return ObjectValue(members, is_open=left.is_open)
