"""Unions with very many branches: values become one choice, and too many shapes admit anything, and say so."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from tests.loading import namespace_of, planned

from schemaloom.ir.schema import Anything, Enum, Null, Number, Schema, Union
from schemaloom.ir.union import unite
from schemaloom.json.values import json_text


def choices(count: int) -> list[Schema]:
    return [Enum(values=(json_text(n),)) for n in range(count)]


def numbers(count: int) -> list[Schema]:
    return [Number(minimum=n, maximum=n) for n in range(count)]


def test_any_number_of_values_is_one_choice() -> None:
    united = unite([*choices(5_000), Null()], exclusive=True)

    assert isinstance(united, Enum)
    assert len(united.values) == 5_001


def test_a_value_that_two_branches_have_keeps_them_exclusive() -> None:
    assert unite([*choices(2), *choices(1)], exclusive=True) == Union(
        branches=(*choices(2), *choices(1)), exclusive=True
    )


@pytest.mark.parametrize("exclusive", [False, True])
def test_too_many_branches_admit_anything_and_are_listed(*, exclusive: bool) -> None:
    few, many = unite(numbers(512), exclusive=exclusive), unite(numbers(513), exclusive=exclusive)

    assert isinstance(few, Union)
    assert isinstance(many, Anything)
    assert [keyword.name for keyword in many.unsupported] == ["oneOf" if exclusive else "anyOf"]


def test_a_parameter_with_as_many_branches_as_there_may_be_has_a_type_that_works() -> None:
    branches: list[dict[str, Any]] = [
        {"type": "object", "properties": {f"p{n}": {"const": n}}, "required": [f"p{n}"]} for n in range(512)
    ]
    _, plan = planned({"type": "object", "properties": {"it": {"anyOf": branches}}})

    request = namespace_of(plan)[plan.names.cls]
    assert {f"p{n}" for n in range(512)} == {
        field
        for branch in get_args(request.model_fields["it"].annotation)
        for field in getattr(branch, "model_fields", ())
    }
    request.model_validate({"it": {"p511": 511}})
