"""Union of schemas, which is the meaning of ``anyOf`` and ``oneOf``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from schemaloom.ir.membership import are_disjoint, choice_of
from schemaloom.ir.schema import (
    NO_ANNOTATIONS,
    Anything,
    Array,
    Boolean,
    Enum,
    Never,
    Null,
    Number,
    Object,
    Property,
    Schema,
    String,
    Union,
    UnsupportedKeyword,
    with_parts,
)
from schemaloom.ir.to_json_schema import to_json_schema
from schemaloom.json.values import JsonValue, json_text

_ANY: frozenset[Schema] = frozenset({Null(), Boolean(), Number(), String(), Array(), Object()})
"""The branches that together admit any value."""
_MOST_ALTERNATIVES = 512
"""A union of more branches, not counting the values of one enum, admits anything: checking whether
branches exclude each other is work for each pair, and a type of so many alternatives is of no use."""


def unite(branches: Iterable[Schema], *, exclusive: bool = False) -> Schema:
    """Return the simplest schema for any of `branches`, or, if `exclusive`, for exactly one of them."""
    found: list[Schema] = [branch for branch in branches if not isinstance(branch, Never)]
    if len(found) == 1:
        return found[0]
    if exclusive and _exclude_each_other(found):
        exclusive = False
    if not exclusive:
        found = _flat(found)
        found = _one_choice(_distinct(found))
        if any(isinstance(branch, Anything) and not branch.unsupported for branch in found) or _admit_any(found):
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
    """Return the closest single object that admits whatever any of `branches` admits.

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


def object_of(schema: Schema) -> Object | None:
    """Return the object that a schema without a type describes: its only constrained branch, or None."""
    branches = schema.branches if isinstance(schema, Union) and not schema.exclusive else ()
    constrained = [branch for branch in branches if branch not in _ANY]
    found = constrained[0] if len(constrained) == 1 else None
    return found if isinstance(found, Object) and len(branches) == len(_ANY) else None


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


def _admit_any(branches: list[Schema]) -> bool:
    return len(branches) >= len(_ANY) and _ANY.issubset(branches)


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
        bare = with_parts(branch, annotations=NO_ANNOTATIONS)
        found[bare] = branch if found.get(bare, branch) == branch else bare
    return list(found.values())


def _one_choice(branches: list[Schema]) -> list[Schema]:
    """Return `branches` with plain choices, and ``null`` beside them, merged into one.

    It keeps the annotations if those of all choices are equal.
    """
    choices = [branch for branch in branches if isinstance(branch, Enum) and not branch.unsupported]
    nulls = [branch for branch in branches if isinstance(branch, Null) and not branch.unsupported]
    if len(choices) + len(nulls) < 2 or not choices:
        return branches
    values = [value for choice in choices for value in choice.values] + [json_text(None) for _ in nulls]
    others = [branch for branch in branches if branch.unsupported or not isinstance(branch, Enum | Null)]
    annotations = choices[0].annotations if len({choice.annotations for choice in choices}) == 1 else NO_ANNOTATIONS
    return [replace(choice_of(*values), annotations=annotations), *others]
