"""Intersection of schemas, which is the meaning of ``allOf`` and of the keywords of one schema together."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias, TypeVar

from schemaloom.ir.membership import choice_of, is_exact, is_valid, item_of, kinds
from schemaloom.ir.schema import (
    Anything,
    Array,
    Enum,
    Never,
    Number,
    Object,
    Property,
    Reference,
    Schema,
    String,
    Union,
    UnsupportedKeyword,
)
from schemaloom.ir.to_json_schema import to_json_schema
from schemaloom.ir.union import unite
from schemaloom.json.values import JsonValue, json_text, json_value

NumberT = TypeVar("NumberT", int, float)
Resolve: TypeAlias = Callable[[str], Object | None]
"""The definition of a name, or None while it is still being read (recursion)."""

_MOST_BRANCHES = 64
"""An intersection of unions that would have more branches stays unsupported."""


def intersect(left: Schema, right: Schema, resolve: Resolve) -> Schema:
    """Return the schema that admits what both admit, or a wider one that lists the rest in `unsupported`.

    Annotations of `left` win over those of `right`.
    """
    combined = _intersect(right, left, resolve) if isinstance(left, Anything) else _intersect(left, right, resolve)
    extra = tuple(dict.fromkeys((*combined.unsupported, *left.unsupported, *right.unsupported)))
    return replace(combined, annotations=left.annotations.merged_with(right.annotations), unsupported=extra)


def _intersect(left: Schema, right: Schema, resolve: Resolve) -> Schema:
    # A reference that is still being read may name anything.
    if not isinstance(left, Reference) and not isinstance(right, Reference) and not kinds(left) & kinds(right):
        return Never()
    match left, right:
        case (_, Anything()):
            return left
        case (Enum(), _):
            return _filter_choice(left, right, resolve)
        case (_, Enum()):
            return _filter_choice(right, left, resolve)
        case (Union(), _):
            return _intersect_branches(left, right, resolve)
        case (_, Union()):
            return _intersect_branches(right, left, resolve, other_first=True)
        case (Reference(), _) | (_, Reference()):
            return _intersect_target(left, right, resolve)
        case (Number(), Number()):
            return _intersect_numbers(left, right)
        case (String(), String()):
            return _intersect_strings(left, right)
        case (Array(), Array()):
            return _intersect_arrays(left, right, resolve)
        case (Object(), Object()):
            return _intersect_objects(left, right, resolve)
        case _:
            return left if type(left) is type(right) else Never()


def _filter_choice(choice: Enum, other: Schema, resolve: Resolve) -> Schema:
    """Return the values of a choice that the other schema admits."""
    if isinstance(other, Reference):
        return _intersect_target(choice, other, resolve)
    kept = choice_of(*(value for value in choice.values if is_valid(other, json_value(value))))
    if isinstance(other, String):
        unsupported = (UnsupportedKeyword(name="pattern", value=json_text(other.pattern)),) if other.pattern else ()
        return replace(kept, unsupported=unsupported)
    return kept if isinstance(kept, Never) or is_exact(other) else _with_unsupported(kept, other)


def _intersect_branches(union: Union, other: Schema, resolve: Resolve, *, other_first: bool = False) -> Schema:
    others = other.branches if isinstance(other, Union) else (other,)
    if sum(bool(kinds(a) & kinds(b)) for a in union.branches for b in others) > _MOST_BRANCHES:
        return _with_unsupported(union, other)
    branches = [
        intersect(other, branch, resolve) if other_first else intersect(branch, other, resolve)
        for branch in union.branches
    ]
    return unite(branches, exclusive=union.exclusive)


def _intersect_target(left: Schema, right: Schema, resolve: Resolve) -> Schema:
    if isinstance(left, Reference) and isinstance(right, Reference) and left.name == right.name:
        return left
    found = [resolve(side.name) if isinstance(side, Reference) else side for side in (left, right)]
    if found[0] is None or found[1] is None:
        return _with_unsupported(left, right)
    return intersect(found[0], found[1], resolve)


def _intersect_numbers(left: Number, right: Number) -> Schema:
    multiple = left.multiple_of or right.multiple_of
    extra: tuple[UnsupportedKeyword, ...] = ()
    if left.multiple_of and right.multiple_of and left.multiple_of != right.multiple_of:
        if isinstance(left.multiple_of, int) and isinstance(right.multiple_of, int):
            multiple = math.lcm(left.multiple_of, right.multiple_of)
        else:
            extra = (UnsupportedKeyword(name="multipleOf", value=json_text(right.multiple_of)),)
    return replace(
        left,
        integer=left.integer or right.integer,
        minimum=_largest(left.minimum, right.minimum),
        maximum=_smallest(left.maximum, right.maximum),
        exclusive_minimum=_largest(left.exclusive_minimum, right.exclusive_minimum),
        exclusive_maximum=_smallest(left.exclusive_maximum, right.exclusive_maximum),
        multiple_of=multiple,
        unsupported=extra,
    )


def _intersect_strings(left: String, right: String) -> Schema:
    both = left.pattern and right.pattern and left.pattern != right.pattern
    return replace(
        left,
        min_length=max(left.min_length, right.min_length),
        max_length=_smallest(left.max_length, right.max_length),
        pattern=left.pattern or right.pattern,
        unsupported=(UnsupportedKeyword(name="pattern", value=json_text(right.pattern)),) if both else (),
    )


def _intersect_arrays(left: Array, right: Array, resolve: Resolve) -> Schema:
    length = max(len(left.prefix), len(right.prefix))
    prefix = tuple(intersect(item_of(left, index), item_of(right, index), resolve) for index in range(length))
    return replace(
        left,
        prefix=prefix,
        items=intersect(left.items, right.items, resolve),
        min_items=max(left.min_items, right.min_items),
        max_items=_smallest(left.max_items, right.max_items),
        unique=left.unique or right.unique,
        unsupported=(),
    )


def _intersect_objects(left: Object, right: Object, resolve: Resolve) -> Schema:
    ours = {item.name: item for item in left.properties}
    theirs = {item.name: item for item in right.properties}
    properties: list[Property] = []
    for name in dict.fromkeys((*ours, *theirs)):
        a, b = ours.get(name), theirs.get(name)
        schema = intersect(a.schema if a else left.additional, b.schema if b else right.additional, resolve)
        required = bool((a and a.required) or (b and b.required))
        declared = bool((a and a.declared) or (b and b.declared))
        properties.append(Property(name=name, schema=schema, required=required, declared=declared))
    if any(item.required and isinstance(item.schema, Never) for item in properties):
        return Never()
    return replace(
        left,
        properties=tuple(properties),
        additional=intersect(left.additional, right.additional, resolve),
        additional_declared=left.additional_declared or right.additional_declared,
        min_properties=max(left.min_properties, right.min_properties),
        max_properties=_smallest(left.max_properties, right.max_properties),
        unsupported=(),
    )


def _with_unsupported(left: Schema, right: Schema) -> Schema:
    """Return `left`, which is wider than the intersection, with `right` as a keyword that is not expressed."""
    rest: JsonValue = [to_json_schema(right)]
    return replace(left, unsupported=(*left.unsupported, UnsupportedKeyword(name="allOf", value=json_text(rest))))


def _largest(left: NumberT | None, right: NumberT | None) -> NumberT | None:
    return max((bound for bound in (left, right) if bound is not None), default=None)


def _smallest(left: NumberT | None, right: NumberT | None) -> NumberT | None:
    return min((bound for bound in (left, right) if bound is not None), default=None)
