"""Which pairs of schemas are known to share no value: numbers by range, choices by value, objects by a tag."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from schemaloom.ir.membership import are_disjoint
from schemaloom.ir.schema import Anything, Boolean, Enum, Number, Object, Property, Reference, Schema, String, Union
from schemaloom.json.values import json_text


def choice(*values: str) -> Enum:
    return Enum(values=tuple(json_text(value) for value in values))


def tagged(schema: Schema, *, required: bool = True) -> Object:
    return Object(properties=(Property(name="kind", schema=schema, required=required),), additional=Anything())


def nested(schema: Schema, depth: int) -> Schema:
    return schema if depth == 0 else nested(tagged(schema), depth - 1)


DISJOINT = [
    (Number(maximum=1), Number(exclusive_minimum=1)),
    (Number(integer=True, maximum=1), Number(minimum=2)),
    (choice("a"), choice("b", "c")),
    (choice("ab"), String(min_length=3)),
    (Union(branches=(Boolean(), choice("a"))), Union(branches=(Number(), choice("b")))),
    (tagged(choice("a")), tagged(choice("b"), required=False)),
    (nested(Boolean(), 3), nested(String(), 3)),
]
SHARING = [
    (Number(maximum=1), Number(minimum=1)),
    (Number(integer=True, maximum=1), Number(maximum=5)),
    (choice("a"), choice("b", "a")),
    (choice("abc"), String(min_length=3)),
    (tagged(choice("a"), required=False), tagged(choice("b"), required=False)),
]


@pytest.mark.parametrize(("left", "right"), DISJOINT)
def test_disjoint(left: Schema, right: Schema) -> None:
    assert are_disjoint(left, right)
    assert are_disjoint(right, left)


@pytest.mark.parametrize(("left", "right"), SHARING)
def test_sharing_a_value(left: Schema, right: Schema) -> None:
    assert not are_disjoint(left, right)
    assert not are_disjoint(right, left)


def test_each_side_has_its_own_references_and_patterns_count_with_them() -> None:
    def follow(definitions: Mapping[str, Schema], schema: Schema) -> Schema:
        return definitions.get(schema.name, schema) if isinstance(schema, Reference) else schema

    reference = Reference(name="it")
    lower = {"it": tagged(choice("a"))}
    upper = {"it": tagged(String(pattern="^[A-Z]$"))}
    assert are_disjoint(reference, reference, lambda it: follow(lower, it), lambda it: follow(upper, it))
    assert not are_disjoint(reference, reference, lambda it: follow(lower, it))
    assert not are_disjoint(lower["it"], upper["it"])


def test_a_schema_that_contains_itself_has_an_end() -> None:
    loop = tagged(Reference(name="it"))
    assert not are_disjoint(loop, loop, lambda schema: loop if isinstance(schema, Reference) else schema)
