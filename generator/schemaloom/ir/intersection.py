"""Intersection and union of schemas: what ``allOf``, ``anyOf`` and ``oneOf`` come down to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias, TypeVar

from schemaloom.ir.membership import are_disjoint, choice_of, is_exact, is_valid, item_of, kinds
from schemaloom.ir.schema import (
    Annotations,
    Anything,
    Array,
    Boolean,
    Enum,
    Never,
    Null,
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
from schemaloom.json.values import JsonValue, json_text, json_value

NumberT = TypeVar("NumberT", int, float)
Resolve: TypeAlias = Callable[[str], Object | None]
"""The definition of a name, or None while it is still being read (recursion)."""

_ANY: frozenset[Schema] = frozenset({Null(), Boolean(), Number(), String(), Array(), Object()})
"""The branches that together admit any value."""
_MAY_NAME_PROPERTIES = frozenset(
    {
        "$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "if", "dependentSchemas", "dependencies",
        "patternProperties", "unevaluatedProperties",
    }
)  # fmt: skip
"""Keywords whose schemas may name properties: an object that lost one of them is not closed."""
_MOST_BRANCHES = 64
"""An intersection of unions that would have more branches stays unsupported."""
_MOST_ALTERNATIVES = 512
"""A union of more branches, not counting the values of one enum, admits anything: checking whether
branches exclude each other is work for each pair, and a type of so many alternatives is of no use."""


def intersect(left: Schema, right: Schema, resolve: Resolve) -> Schema:
    """The schema that admits what both admit, or a wider one that lists the rest in `unsupported`.

    Texts of `left` win over those of `right`.
    """
    combined = _intersect(right, left, resolve) if isinstance(left, Anything) else _intersect(left, right, resolve)
    extra = tuple(dict.fromkeys((*combined.unsupported, *left.unsupported, *right.unsupported)))
    return replace(combined, annotations=left.annotations.merged_with(right.annotations), unsupported=extra)


def unite(branches: Iterable[Schema], *, exclusive: bool = False) -> Schema:
    """The simplest schema for any of `branches`, or, if `exclusive`, for exactly one of them."""
    found: list[Schema] = [branch for branch in branches if not isinstance(branch, Never)]
    if len(found) == 1:
        return found[0]
    if exclusive and _exclude_each_other(found):
        exclusive = False
    if not exclusive:
        found = _flat(found)
        found = _one_choice(_distinct(found))
        if any(isinstance(branch, Anything) and not branch.unsupported for branch in found) or {*found} >= _ANY:
            return Anything()
    if not found:
        return Never()
    if len(found) > _MOST_ALTERNATIVES:
        alternatives: JsonValue = [to_json_schema(branch) for branch in found]
        return Anything(
            unsupported=(UnsupportedKeyword(name="oneOf" if exclusive else "anyOf", value=json_text(alternatives)),)
        )
    return found[0] if len(found) == 1 else Union(branches=tuple(found), exclusive=exclusive)


def merge_objects(branches: Iterable[Object]) -> Object:
    """The closest single object that admits whatever any of `branches` admits.

    A request is one class, so a union of objects at the top becomes this.
    """
    found = list(branches)
    names = dict.fromkeys(item.name for branch in found for item in branch.properties)
    properties: list[Property] = []
    for name in names:
        held = [next((item for item in branch.properties if item.name == name), None) for branch in found]
        schemas = [item.schema if item else branch.additional for item, branch in zip(held, found, strict=True)]
        known = [item for item in held if item]
        annotations = next(
            (item.schema.annotations for item in known if item.schema.annotations.description),
            known[0].schema.annotations,
        )
        schema = replace(unite(schemas), annotations=annotations)
        properties.append(
            Property(name=name, schema=schema, required=len(known) == len(held) and all(i.required for i in known))
        )
    return Object(
        properties=tuple(properties),
        additional=unite(branch.additional for branch in found),
        additional_declared=any(branch.additional_declared for branch in found),
        annotations=found[0].annotations,
    )


def close_objects(schema: Schema, *, extended: bool = False) -> Schema:
    """`schema` with every object that lists properties and is silent about others closed.

    `extended`: a schema around it may name more properties of the same object.
    """
    match schema:
        case Object():
            naming = _may_name_properties(schema)
            declares = any(item.declared for item in schema.properties)
            silent = declares and not extended and not schema.additional_declared and not naming
            return replace(
                schema,
                properties=tuple(item.with_schema(close_objects(item.schema)) for item in schema.properties),
                additional=Never() if silent else close_objects(schema.additional),
            )
        case Array():
            return replace(
                schema, items=close_objects(schema.items), prefix=tuple(close_objects(item) for item in schema.prefix)
            )
        case Union():
            extended = extended or _may_name_properties(schema)
            branches = (close_objects(branch, extended=extended) for branch in schema.branches)
            united = unite(branches, exclusive=schema.exclusive)
            return replace(
                united, annotations=schema.annotations, unsupported=(*schema.unsupported, *united.unsupported)
            )
        case _:
            return schema


def _may_name_properties(schema: Schema) -> bool:
    return not _MAY_NAME_PROPERTIES.isdisjoint(keyword.name for keyword in schema.unsupported)


def object_of(schema: Schema) -> Object | None:
    """Return the object that a schema without a type describes: its only constrained branch, or None."""
    branches = schema.branches if isinstance(schema, Union) and not schema.exclusive else ()
    constrained = [branch for branch in branches if branch not in _ANY]
    found = constrained[0] if len(constrained) == 1 else None
    return found if isinstance(found, Object) and len(branches) == len(_ANY) else None


def _intersect(left: Schema, right: Schema, resolve: Resolve) -> Schema:
    # A reference that is still being read may name anything.
    if not isinstance(left, Reference) and not isinstance(right, Reference) and not kinds(left) & kinds(right):
        return Never()
    match left, right:
        case (_, Anything()):
            return left
        case (Enum(), _):
            return _kept(left, right, resolve)
        case (_, Enum()):
            return _kept(right, left, resolve)
        case (Union(), _):
            return _distribute(left, right, resolve)
        case (_, Union()):
            return _distribute(right, left, resolve, other_first=True)
        case (Reference(), _) | (_, Reference()):
            return _dereferenced(left, right, resolve)
        case (Number(), Number()):
            return _numbers(left, right)
        case (String(), String()):
            return _strings(left, right)
        case (Array(), Array()):
            return _arrays(left, right, resolve)
        case (Object(), Object()):
            return _objects(left, right, resolve)
        case _:
            return left if type(left) is type(right) else Never()


def _kept(choice: Enum, other: Schema, resolve: Resolve) -> Schema:
    """The values of a choice that the other schema admits."""
    if isinstance(other, Reference):
        return _dereferenced(choice, other, resolve)
    kept = choice_of(*(value for value in choice.values if is_valid(other, json_value(value))))
    if isinstance(other, String):
        unsupported = (UnsupportedKeyword(name="pattern", value=json_text(other.pattern)),) if other.pattern else ()
        return replace(kept, unsupported=unsupported)
    return kept if isinstance(kept, Never) or is_exact(other) else _wider(kept, other)


def _distribute(union: Union, other: Schema, resolve: Resolve, *, other_first: bool = False) -> Schema:
    others = other.branches if isinstance(other, Union) else (other,)
    if sum(bool(kinds(a) & kinds(b)) for a in union.branches for b in others) > _MOST_BRANCHES:
        return _wider(union, other)
    branches = [
        intersect(other, branch, resolve) if other_first else intersect(branch, other, resolve)
        for branch in union.branches
    ]
    return unite(branches, exclusive=union.exclusive)


def _dereferenced(left: Schema, right: Schema, resolve: Resolve) -> Schema:
    if isinstance(left, Reference) and isinstance(right, Reference) and left.name == right.name:
        return left
    found = [resolve(side.name) if isinstance(side, Reference) else side for side in (left, right)]
    if found[0] is None or found[1] is None:
        return _wider(left, right)
    return _intersect(found[0], found[1], resolve)


def _numbers(left: Number, right: Number) -> Schema:
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
        minimum=_most(left.minimum, right.minimum),
        maximum=_least(left.maximum, right.maximum),
        exclusive_minimum=_most(left.exclusive_minimum, right.exclusive_minimum),
        exclusive_maximum=_least(left.exclusive_maximum, right.exclusive_maximum),
        multiple_of=multiple,
        unsupported=extra,
    )


def _strings(left: String, right: String) -> Schema:
    both = left.pattern and right.pattern and left.pattern != right.pattern
    return replace(
        left,
        min_length=max(left.min_length, right.min_length),
        max_length=_least(left.max_length, right.max_length),
        pattern=left.pattern or right.pattern,
        unsupported=(UnsupportedKeyword(name="pattern", value=json_text(right.pattern)),) if both else (),
    )


def _arrays(left: Array, right: Array, resolve: Resolve) -> Schema:
    length = max(len(left.prefix), len(right.prefix))
    prefix = tuple(intersect(item_of(left, index), item_of(right, index), resolve) for index in range(length))
    return replace(
        left,
        prefix=prefix,
        items=intersect(left.items, right.items, resolve),
        min_items=max(left.min_items, right.min_items),
        max_items=_least(left.max_items, right.max_items),
        unique=left.unique or right.unique,
        unsupported=(),
    )


def _objects(left: Object, right: Object, resolve: Resolve) -> Schema:
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
        max_properties=_least(left.max_properties, right.max_properties),
        unsupported=(),
    )


def _wider(left: Schema, right: Schema) -> Schema:
    text: JsonValue = [to_json_schema(right)]
    return replace(left, unsupported=(*left.unsupported, UnsupportedKeyword(name="allOf", value=json_text(text))))


def _exclude_each_other(branches: list[Schema]) -> bool:
    """Whether certainly no value is admitted by two of `branches`; of too many, only values are compared."""
    values = [value for branch in branches if isinstance(branch, Enum) for value in branch.values]
    values += [json_text(None) for branch in branches if isinstance(branch, Null)]
    if len(set(values)) < len(values):
        return False
    others = [branch for branch in branches if not isinstance(branch, Enum | Null)]
    if not others or len(branches) > _MOST_ALTERNATIVES:
        return not others
    return all(are_disjoint(a, b) for i, a in enumerate(branches) for b in branches[i + 1 :])


def _flat(branches: list[Schema]) -> list[Schema]:
    flat: list[Schema] = []
    for branch in branches:
        if isinstance(branch, Union) and not branch.exclusive and not branch.unsupported:
            flat.extend(_flat(list(branch.branches)))
        else:
            flat.append(branch)
    return flat


def _distinct(branches: list[Schema]) -> list[Schema]:
    """Return `branches` without repetitions; a branch whose annotations differed keeps none."""
    found: dict[Schema, Schema] = {}
    for branch in branches:
        bare = replace(branch, annotations=Annotations())
        found[bare] = branch if found.get(bare, branch) == branch else bare
    return list(found.values())


def _one_choice(branches: list[Schema]) -> list[Schema]:
    """`branches` with plain choices, and ``null`` beside them, merged into the first, annotations kept if all agree."""
    choices = [branch for branch in branches if isinstance(branch, Enum) and not branch.unsupported]
    nulls = [branch for branch in branches if isinstance(branch, Null) and not branch.unsupported]
    if len(choices) + len(nulls) < 2 or not choices:
        return branches
    values = [value for choice in choices for value in choice.values] + [json_text(None) for _ in nulls]
    others = [branch for branch in branches if branch.unsupported or not isinstance(branch, Enum | Null)]
    annotations = choices[0].annotations if len({choice.annotations for choice in choices}) == 1 else Annotations()
    return [replace(choice_of(*values), annotations=annotations), *others]


def _most(left: NumberT | None, right: NumberT | None) -> NumberT | None:
    return max((bound for bound in (left, right) if bound is not None), default=None)


def _least(left: NumberT | None, right: NumberT | None) -> NumberT | None:
    return min((bound for bound in (left, right) if bound is not None), default=None)
