"""Decide whether a schema admits a value, and whether two schemas share none.

Both answer from the schema alone and lean to one side if they cannot decide: `is_valid` answers
yes, `are_disjoint` answers no, so that a schema built on them is wider, never narrower.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from schemaloom.ir.decimals import is_multiple
from schemaloom.ir.intervals import are_apart, number_interval
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
_Side: TypeAlias = tuple[Schema, Dereference | None]
"""A schema, and how its references are followed."""
_DEEPEST_TAG = 3
"""How deep a property may be nested to prove two objects disjoint by its values."""
_ALL_KINDS: frozenset[Kind] = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_WHOLE: frozenset[Kind] = frozenset({"integer"})
_NUMBER: frozenset[Kind] = frozenset({"integer", "number"})
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
            return _WHOLE if schema.integer else _NUMBER
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


def are_disjoint(
    left: Schema, right: Schema, dereference: Dereference | None = None, other: Dereference | None = None
) -> bool:
    """Whether certainly no value is admitted by both.

    `dereference` follows the references of `left`, as for `is_valid`, and also those of `right` without `other`.
    """
    return _are_disjoint((left, dereference), (right, other or dereference), 0)


def _are_disjoint(left: _Side, right: _Side, depth: int) -> bool:
    ours, theirs = (schema if dereference is None else dereference(schema) for schema, dereference in (left, right))
    match ours, theirs:
        case (Union(), _):
            return all(_are_disjoint((branch, left[1]), right, depth) for branch in ours.branches)
        case (Enum(), Enum()):
            return set(ours.values).isdisjoint(theirs.values)
        case (_, Union()) | (_, Enum()):
            return _are_disjoint(right, left, depth)
        case (Enum(), _):
            return not any(is_valid(theirs, json_value(value), right[1]) for value in ours.values)
        case (Number(), Number()):
            return are_apart(number_interval(ours), number_interval(theirs))
        case (Object(), Object()):
            return depth < _DEEPEST_TAG and (
                _distinct_by_tag((ours, left[1]), (theirs, right[1]), depth)
                or _distinct_by_tag((theirs, right[1]), (ours, left[1]), depth)
            )
        case _:
            return not kinds(ours) & kinds(theirs)


def _distinct_by_tag(
    left: tuple[Object, Dereference | None], right: tuple[Object, Dereference | None], depth: int
) -> bool:
    """Whether a property that `left` requires can never be one that `right` takes."""
    others = {item.name: item.schema for item in right[0].properties}
    return any(
        item.required
        and _are_disjoint((item.schema, left[1]), (others.get(item.name, right[0].additional), right[1]), depth + 1)
        for item in left[0].properties
    )


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


def choice_of(*values: JsonText) -> Enum | Null | Never:
    """The choice of `values` without repetition; of nothing but ``null``, or of nothing, the kind for that."""
    unique = tuple(dict.fromkeys(values))
    if unique == (json_text(None),):
        return Null()
    return Enum(values=unique) if unique else Never()
