"""The payload that a generated class sends: an optional None is left out unless the parameter may be null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from schemaloom.impact.values import Constant, ListValue, Member, ObjectValue, Unknown, Value
from schemaloom.ir.alternatives import with_wide_alternatives
from schemaloom.ir.model import Model
from schemaloom.ir.schema import Anything, Array, Null, Object, Reference, Schema, Union, nullable

_Definitions: TypeAlias = Mapping[str, Object]


def sent_by_class(model: Model, payload: ObjectValue) -> ObjectValue:
    """Return the parameters that a class of `model` sends for its arguments."""
    if model.request is None:
        return payload
    request, definitions = with_wide_alternatives(model.request, model.definitions)
    return _object(definitions, request, payload)


def _object(definitions: _Definitions, schema: Object, payload: ObjectValue) -> ObjectValue:
    listed = {item.name: item for item in schema.properties}
    members: dict[str, Member] = {}
    for key, member in payload.members.items():
        item = listed.get(key)
        if item is None:
            members[key] = member
        elif item.sends_null or nullable(_resolved(definitions, item.schema)):
            members[key] = Member(_value(definitions, item.schema, member.value), certain=member.certain)
        elif member.value != Constant(None):
            maybe = isinstance(member.value, Unknown) and not item.required and _may_be_null(member.value)
            value = _value(definitions, item.schema, member.value)
            members[key] = Member(value, certain=member.certain and not maybe)
    return ObjectValue(members, is_open=payload.is_open)


def _value(definitions: _Definitions, schema: Schema, value: Value) -> Value:
    schema = _resolved(definitions, schema)
    branches = [_resolved(definitions, part) for part in schema.branches] if isinstance(schema, Union) else [schema]
    if isinstance(value, ObjectValue):
        objects = [branch for branch in branches if isinstance(branch, Object) and branch.properties]
        return _object(definitions, objects[0], value) if len(objects) == 1 else value
    if isinstance(value, ListValue):
        arrays = [branch for branch in branches if isinstance(branch, Array) and not branch.prefix]
        return ListValue(tuple(_value(definitions, arrays[0].items, item) for item in value.items)) if arrays else value
    return value


def _resolved(definitions: _Definitions, schema: Schema) -> Schema:
    """A schema behind references, as far as they lead to one."""
    for _ in definitions:
        if not isinstance(schema, Reference):
            break
        schema = definitions.get(schema.name, Anything())
    return schema


def _may_be_null(value: Unknown) -> bool:
    match value.schema:
        case Anything() | Null():
            return True
        case Union(branches=branches):
            return any(isinstance(branch, Null | Anything) for branch in branches)
        case _:
            return nullable(value.schema)
