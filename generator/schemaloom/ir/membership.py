"""How schemas relate to values and to each other: membership and disjointness.

Both answer from the schema alone and lean to one side if they cannot decide: `is_valid` answers
yes, `are_disjoint` answers no, so that a schema built on them is wider, never narrower.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from schemaloom.ir.decimals import is_multiple
from schemaloom.ir.patterns import matches
from schemaloom.ir.schema import (
    Anything,
    Array,
    Boolean,
    Enum,
    Kind,
    Never,
    Null,
    Number,
    Object,
    Reference,
    Schema,
    String,
    Union,
)
from schemaloom.json.values import JsonText, JsonValue, json_text, json_type, json_value

Dereference: TypeAlias = Callable[[Schema], Schema]
_ALL_KINDS: frozenset[Kind] = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_KINDS: dict[type[Schema], frozenset[Kind]] = {
    Never: frozenset(),
    Null: frozenset({"null"}),
    Boolean: frozenset({"boolean"}),
    String: frozenset({"string"}),
    Array: frozenset({"array"}),
    Object: frozenset({"object"}),
    Reference: frozenset({"object"}),
    Anything: _ALL_KINDS,
}


def kinds(schema: Schema) -> frozenset[Kind]:
    """The kinds of value a schema may admit; ``number`` means numbers that are not integers."""
    match schema:
        case Number():
            return frozenset({"integer"}) if schema.integer else frozenset({"integer", "number"})
        case Enum():
            return frozenset(json_type(json_value(value)) for value in schema.values)  # type: ignore[misc]  # pyright: ignore[reportReturnType]  json_type returns exactly the words of Kind
        case Union():
            return frozenset[Kind]().union(*(kinds(branch) for branch in schema.branches))
        case _:
            return _KINDS[type(schema)]


def is_valid(schema: Schema, value: JsonValue, dereference: Dereference | None = None) -> bool:
    """Whether `schema` admits `value`.

    The answer is exact with `dereference`, which returns the target of a reference and any other schema
    as it is.  Without it, a reference admits every object, a pattern every string, and a `oneOf`
    what an `anyOf` does.  Raises `SchemaError` for a pattern that the engine cannot run.
    """
    if dereference is not None:
        schema = dereference(schema)
    match schema:
        case Anything():
            return True
        case Enum():
            return json_text(value) in schema.values
        case Union():
            hits = (branch for branch in schema.branches if is_valid(branch, value, dereference))
            only_one = schema.exclusive and dereference is not None
            return next(hits, None) is not None and not (only_one and next(hits, None) is not None)
        case _ if json_type(value) not in kinds(schema):
            return False
        case Number():
            return isinstance(value, int | float) and _is_valid_number(schema, value)
        case String():
            return isinstance(value, str) and _is_valid_string(schema, value, check_pattern=dereference is not None)
        case Array():
            return isinstance(value, list) and _is_valid_array(schema, value, dereference)
        case Object():
            return isinstance(value, dict) and _is_valid_object(schema, value, dereference)
        case _:
            return True


def is_exact(schema: Schema) -> bool:
    """Whether `is_valid` is exact: nothing below needs a pattern or a definition."""
    match schema:
        case String():
            return schema.pattern is None
        case Array():
            return all(is_exact(item) for item in (schema.items, *schema.prefix))
        case Object():
            return all(is_exact(part) for part in (schema.additional, *(item.schema for item in schema.properties)))
        case Union():
            return not schema.exclusive and all(is_exact(branch) for branch in schema.branches)
        case Reference():
            return False
        case _:
            return True


def are_disjoint(left: Schema, right: Schema) -> bool:
    """Whether certainly no value is admitted by both."""
    if isinstance(left, Union):
        return all(are_disjoint(branch, right) for branch in left.branches)
    if isinstance(right, Union):
        return are_disjoint(right, left)
    if isinstance(left, Enum):
        return not any(is_valid(right, json_value(value)) for value in left.values)
    if isinstance(right, Enum):
        return are_disjoint(right, left)
    if isinstance(left, Object) and isinstance(right, Object):
        return _objects_disjoint(left, right) or _objects_disjoint(right, left)
    return not kinds(left) & kinds(right)


def _is_valid_number(schema: Number, value: float) -> bool:
    if schema.minimum is not None and value < schema.minimum:
        return False
    if schema.maximum is not None and value > schema.maximum:
        return False
    if schema.exclusive_minimum is not None and value <= schema.exclusive_minimum:
        return False
    if schema.exclusive_maximum is not None and value >= schema.exclusive_maximum:
        return False
    return schema.multiple_of is None or is_multiple(value, schema.multiple_of)


def _is_valid_string(schema: String, value: str, *, check_pattern: bool) -> bool:
    if len(value) < schema.min_length or (schema.max_length is not None and len(value) > schema.max_length):
        return False
    return not check_pattern or schema.pattern is None or matches(schema.pattern, value)


def _is_valid_array(schema: Array, value: list[JsonValue], dereference: Dereference | None) -> bool:
    if len(value) < schema.min_items or (schema.max_items is not None and len(value) > schema.max_items):
        return False
    if schema.unique and len({json_text(item) for item in value}) != len(value):
        return False
    return all(is_valid(item_of(schema, index), item, dereference) for index, item in enumerate(value))


def _is_valid_object(schema: Object, value: dict[str, JsonValue], dereference: Dereference | None) -> bool:
    if len(value) < schema.min_properties:
        return False
    if schema.max_properties is not None and len(value) > schema.max_properties:
        return False
    known = {item.name: item.schema for item in schema.properties}
    if any(item.required and item.name not in value for item in schema.properties):
        return False
    return all(is_valid(known.get(key, schema.additional), part, dereference) for key, part in value.items())


def item_of(schema: Array, index: int) -> Schema:
    """The schema of the item at `index`."""
    return schema.prefix[index] if index < len(schema.prefix) else schema.items


def _objects_disjoint(left: Object, right: Object) -> bool:
    """Whether a member that `left` requires can never be one that `right` takes."""
    others = {item.name: item.schema for item in right.properties}
    return any(
        item.required and are_disjoint(item.schema, others.get(item.name, right.additional)) for item in left.properties
    )


def choice_of(*values: JsonText) -> Enum | Null | Never:
    """The choice of `values` without repetition; of nothing but ``null``, or of nothing, the kind for that."""
    unique = tuple(dict.fromkeys(values))
    if unique == (json_text(None),):
        return Null()
    return Enum(values=unique) if unique else Never()
