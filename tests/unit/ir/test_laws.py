"""The algebra against a validator: whatever is done to schemas, the result is wider, never narrower.

And it is exact, unless `unsupported` of a node lists what was left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.strategies import near, schemas, values

from schemaloom.ir.close_objects import close_objects
from schemaloom.ir.intersection import intersect
from schemaloom.ir.membership import are_disjoint, is_exact, is_valid
from schemaloom.ir.schema import (
    Annotations,
    Anything,
    Array,
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
    with_parts,
)
from schemaloom.ir.to_json_schema import to_json_schema
from schemaloom.ir.union import merge_objects, unite
from schemaloom.json.values import json_text
from schemaloom.parse.resolve_recursion import RecursionResolver
from schemaloom.parse.schema import SchemaReader
from schemaloom.parse.source_schema import SourceSchema

quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def read(schema: dict[str, Any]) -> Schema:
    """The IR of a schema that need not be an object's."""
    reader = SchemaReader(SourceSchema({"type": "object", "properties": {"it": schema}}), "sample")
    whole = reader.read()
    assert isinstance(whole, Object)
    return whole.properties[0].schema


def valid(schema: Schema, value: Any) -> bool:
    return Draft202012Validator(to_json_schema(schema)).is_valid(value)


def exact(schema: Schema) -> bool:
    """Whether nothing was left out anywhere."""
    return RecursionResolver({}, unknown, hidden="readOnly").is_complete(schema, set())


def unknown(_: str) -> None:
    """No definition is known."""


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Schema, Schema, list[Any]]:
    """Two schemas, and values that one of them mostly admits."""
    sources = draw(schemas), draw(schemas)
    found = [draw(st.one_of(near(sources[0]), near(sources[1]), values)) for _ in range(5)]
    return read(sources[0]), read(sources[1]), found


@quick
@given(pairs())
def test_an_intersection_admits_what_both_admit(pair: tuple[Schema, Schema, list[Any]]) -> None:
    left, right, samples = pair
    both = intersect(left, right, unknown)
    for value in samples:
        wanted = valid(left, value) and valid(right, value)
        assert valid(both, value) or not wanted, "narrower"
        assert valid(both, value) == wanted or not exact(both), "wider, and does not say so"


@quick
@given(pairs())
def test_a_union_admits_what_one_admits(pair: tuple[Schema, Schema, list[Any]]) -> None:
    left, right, samples = pair
    either, only_one = unite([left, right]), unite([left, right], exclusive=True)
    for value in samples:
        one, other = valid(left, value), valid(right, value)
        assert (one or other) == valid(either, value)
        assert (one != other) == valid(only_one, value)


@quick
@given(pairs())
def test_disjoint_schemas_share_no_value_and_admits_never_refuses_a_valid_one(
    pair: tuple[Schema, Schema, list[Any]],
) -> None:
    left, right, samples = pair
    assert are_disjoint(left, right) == are_disjoint(right, left)
    for value in samples:
        assert not (are_disjoint(left, right) and valid(left, value) and valid(right, value))
        assert is_valid(left, value) or not valid(left, value)
        assert is_valid(left, value) == valid(left, value) or not is_exact(left)


@quick
@given(pairs())
def test_closing_refuses_unlisted_members_and_nothing_else(pair: tuple[Schema, Schema, list[Any]]) -> None:
    left, right, samples = pair
    one = Object(properties=(Property(name="a", schema=left), Property(name="b", schema=right, required=True)))
    shut = close_objects(Union(branches=(Array(items=one), one)))
    assert shut == close_objects(shut)
    for value in samples:
        for whole in ({"b": value}, {"a": value, "b": value}):
            assert valid(one, whole) == valid(shut, whole)
            assert not valid(shut, {**whole, "c": value})
            assert not valid(shut, [{**whole, "c": value}])


@quick
@given(pairs())
def test_the_widest_object_admits_what_any_branch_admits(pair: tuple[Schema, Schema, list[Any]]) -> None:
    left, right, samples = pair
    one = Object(properties=(Property(name="a", schema=left, required=True),), additional=Never())
    other = Object(properties=(Property(name="a", schema=right), Property(name="b", schema=left)), additional=right)
    merged = merge_objects([one, other])
    for value in samples:
        for whole in ({"a": value}, {"a": value, "b": value}, {"b": value}, {"c": value}, {}):
            assert valid(merged, whole) or not (valid(one, whole) or valid(other, whole))


@given(st.lists(st.sampled_from(["", "x", "y"]), min_size=2, max_size=2), st.sampled_from([["a", "b"], ["a", "a"]]))
def test_a_union_is_the_same_in_any_order(texts: list[str], names: list[str]) -> None:
    described = [Annotations(description=text) for text in texts]
    assert unite([Anything(annotations=described[0]), Never()]).annotations == described[0]
    for branches in (
        [Enum(values=(json_text(name),), annotations=text) for name, text in zip(names, described, strict=True)],
        [String(annotations=text) for text in described],
    ):
        assert unite(branches).annotations == unite(branches[::-1]).annotations
        assert unite(branches).annotations == (described[0] if described[0] == described[1] else Annotations())


A, B = Enum(values=(json_text("a"),)), Enum(values=(json_text("b"),))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (Anything(), String(), String()),
        (String(min_length=2), String(max_length=5), String(min_length=2, max_length=5)),
        (Number(), Number(integer=True, minimum=1), Number(integer=True, minimum=1)),
        (Number(multiple_of=4), Number(multiple_of=6), Number(multiple_of=12)),
        (String(), Number(), Never()),
        (A, B, Never()),
        (A, String(max_length=0), Never()),
        (Union(branches=(String(), Null())), String(), String()),
        (Union(branches=(String(), Null())), Null(), Null()),
        (Enum(values=(json_text("a"), json_text(None))), Null(), Null()),
        (Reference(name="A"), Reference(name="A"), Reference(name="A")),
        (Array(items=String()), Array(items=Number()), Array(items=Never())),
    ],
)
def test_intersections_are_simple(left: Schema, right: Schema, expected: Schema) -> None:
    assert expected == intersect(left, right, unknown)
    assert expected == intersect(right, left, unknown)


@pytest.mark.parametrize(
    ("branches", "exclusive", "expected"),
    [
        ([], False, Never()),
        ([Never(), String()], False, String()),
        ([A, B, Null()], False, Enum(values=(json_text("a"), json_text("b"), json_text(None)))),
        ([String(), String()], False, String()),
        ([String(), Anything()], False, Anything()),
        ([Union(branches=(String(), Null())), Number()], False, Union(branches=(String(), Null(), Number()))),
        ([A, B], True, Enum(values=(json_text("a"), json_text("b")))),
        ([String(), Number()], True, Union(branches=(String(), Number()))),
        ([Number(), Number(minimum=1)], True, Union(branches=(Number(), Number(minimum=1)), exclusive=True)),
    ],
)
def test_unions_are_simple(branches: list[Schema], exclusive: bool, expected: Schema) -> None:
    assert expected == unite(branches, exclusive=exclusive)


def test_what_a_choice_cannot_be_tested_for_is_listed_as_unsupported() -> None:
    choice = Enum(values=(json_text(["b"]), json_text([{}]), json_text("a")))
    for items, kept in ((String(pattern="^a"), ["b"]), (Reference(name="A"), [{}])):
        both = intersect(choice, Array(items=items), unknown)
        assert ("allOf",) == tuple(keyword.name for keyword in both.unsupported)
        assert Enum(values=(json_text(kept),)) == replace(both, unsupported=())  # type: ignore[arg-type]
    assert () == intersect(choice, Array(items=String()), unknown).unsupported


@pytest.mark.parametrize(
    ("schema", "admitted", "refused"),
    [
        (Number(), [1, 1.5], [True, "1", None]),
        (Number(integer=True), [1, 2.0], [1.5, False]),
        (Number(multiple_of=4), [8, 8.0, 0], [6, 4.5]),
        (Number(minimum=1, exclusive_maximum=2), [1, 1.5], [0.9, 2]),
        (Number(exclusive_minimum=1, maximum=2), [2], [1, 2.1]),
        (String(min_length=1, max_length=2), ["a", "é🦆"], ["", "abc", 1]),
        (Enum(values=(json_text(1), json_text(True))), [1, 1.0, True], [0, "1", False]),
        (Array(items=Number(), min_items=1, max_items=2, unique=True), [[1], [1, 2]], [[], [1, 1.0], [1, 2, 3], ["a"]]),
        (Array(prefix=(Null(),), items=Never()), [[], [None]], [[1], [None, None]]),
        (Object(properties=(Property(name="a", schema=Null(), required=True),)), [{"a": None, "b": 1}], [{}, {"a": 1}]),
        (Object(additional=Null(), min_properties=1, max_properties=1), [{"a": None}],
         [{}, {"a": 1}, {"a": None, "b": None}]),
        (Union(branches=(Null(), String())), [None, "a"], [1]),
        (Never(), [], [None, {}]),
        (Anything(), [None, {}, 1], []),
    ],
)  # fmt: skip
def test_membership_is_that_of_json_schema(schema: Schema, admitted: list[Any], refused: list[Any]) -> None:
    for value, wanted in [*((value, True) for value in admitted), *((value, False) for value in refused)]:
        assert wanted == is_valid(schema, value) == valid(schema, value), value


def test_too_many_alternatives_at_once_are_listed_as_unsupported() -> None:
    many = Union(branches=tuple(Number(minimum=n) for n in range(9)))
    more = Union(branches=tuple(Number(maximum=n) for n in range(9)))

    assert ("allOf",) == tuple(keyword.name for keyword in intersect(many, more, unknown).unsupported)


def test_a_schema_with_the_same_parts_is_itself() -> None:
    schema = Object(properties=(Property(name="a", schema=String()),), additional=Never(), max_properties=3)
    same = with_parts(schema, properties=(*schema.properties,), additional=schema.additional, max_properties=3)
    assert same is schema
    for parts in ({"properties": ()}, {"properties": schema.properties * 2}, {"additional": Anything()}):
        assert with_parts(schema, **parts) == replace(schema, **parts)
    whole = Number(minimum=1)
    assert type(with_parts(whole, minimum=1.0).minimum) is float
