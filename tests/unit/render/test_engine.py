"""The type engine: one call for all shapes returns what a call for each would, and cannot be fed code."""

from __future__ import annotations

import ast
from itertools import chain
from typing import Any

import pytest
from tests.loading import planned
from tests.parsing import parse_catalogue
from tests.paths import SPECS

from schemaloom.ir.schema import Anything, Array, Boolean, Enum, Null, Number, Object, Schema, String, Union
from schemaloom.ir.to_json_schema import to_json_schema
from schemaloom.json.values import json_text
from schemaloom.render.module_plan import ModelPlan, plan_model, refused_shapes, shape_keys
from schemaloom.render.names.names_json import names_from_json
from schemaloom.render.names.table import name_models
from schemaloom.render.types.annotations import Annotations
from schemaloom.render.types.engine import annotate
from schemaloom.render.types.shapes import Shape, TypeShapes
from schemaloom.snapshot.layout import read_snapshot

PROVIDERS = sorted(path.parent.name for path in SPECS.glob("*/provider.toml"))


def plans_of(provider: str) -> list[ModelPlan]:
    snapshot = read_snapshot(SPECS / provider)
    catalogue = parse_catalogue(snapshot, provider)
    names = name_models(catalogue, names_from_json(snapshot.names, where="names.json"))  # type: ignore[arg-type]
    return [plan_model(model, names[model.id]) for model in catalogue.models]


def choice(*values: str | None) -> Enum:
    return Enum(values=tuple(map(json_text, values)))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_one_call_for_all_shapes_is_one_call_for_each_model(provider: str) -> None:
    plans = [plan for plan in plans_of(provider) if plan.request]
    table = annotate(chain.from_iterable(plan.keys() for plan in plans))

    assert any(len(set(plan.keys())) > 1 for plan in plans)
    for plan in plans:
        alone = annotate(plan.keys())
        dumped = {key: ast.dump(tree) for key, tree in alone.items() if tree is not None}
        assert dumped.keys() == set(plan.keys()), plan.model.id
        assert dumped == {key: ast.dump(table[key]) for key in alone if table[key] is not None}, plan.model.id  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "schema",
    [
        *(
            Number(integer=integer, minimum=low)
            for integer in (True, False)
            for low in (0, -0.0, 1.0, 0.5, 2**53, 1e22)
        ),
        *(Number(integer=integer, exclusive_maximum=high) for integer in (True, False) for high in (7, -0.5, 1e16)),
        Number(minimum=0.25, maximum=32.239999999999995),
        Number(integer=True, minimum=1, exclusive_minimum=0, maximum=2, exclusive_maximum=3),
        Number(integer=True, minimum=5, maximum=2, multiple_of=2),
        Number(integer=True, minimum=-(2**63), maximum=2**64 - 1),
        Number(integer=True, minimum=256, maximum=2048, multiple_of=64),
        *(Number(integer=integer, multiple_of=step) for integer in (True, False) for step in (1, 2, 2**70)),
        Number(minimum=1, multiple_of=3),
        String(min_length=1, max_length=2**53),
        String(max_length=0),
        String(min_length=1, pattern="^a$"),
        *(String(max_length=9, pattern=pattern) for pattern in ("'", '"""', "\n", "\u202e", "^[^'\"]+$")),
        Array(items=String(), min_items=3, max_items=2),
        Array(max_items=0),
        *(choice(*values) for values in (["a", "it's \\ \u202e"], [None, "a", ""], [None])),
        Union(branches=(choice("a", None), String(), Array(items=choice("b", None)), Number())),
        Union(branches=(Null(), Array(), Union(branches=(Object(additional=Array()), Boolean(), Null())))),
        Array(items=Union(branches=(Array(items=String()), Null(), Object()))),
        Object(additional=Union(branches=(Number(integer=True), Anything()))),
    ],
    ids=str,
)
def test_limits_choices_and_nested_types_are_written_as_the_engine_writes_them(schema: Schema) -> None:
    whole, shape = (
        Shape(key=json_text(to_json_schema(schema))),
        TypeShapes(lambda *_: "", lambda *_: False).of(schema, ""),
    )
    annotations = Annotations(annotate([whole.key, *shape_keys(shape)]))

    assert annotations.of(whole) == annotations.of(shape)
    assert not annotations.refused


def test_a_shape_that_the_engine_cannot_take_costs_that_shape_only() -> None:
    good, bad = json_text({"type": "string"}), json_text({"$ref": "#/$defs/Nowhere"})
    table = annotate([good, bad])

    assert table[bad] is None
    assert "Name(id='str', ctx=Load())" == ast.dump(table[good])  # type: ignore[arg-type]
    assert {} == annotate([])


@pytest.mark.parametrize(
    "source",
    [
        "__import__('os').system('x')",
        "os.system",
        "list[open('x')]",
        "dict[int, str]",
        "Literal[f'{x}']",
        "Literal[b'x']",
        "Literal[(1, 2), 3]",
        "Literal[x]",
        "Annotated[str, Evil()]",
        "Annotated[str, Field(alias='x')]",
        "Annotated[str, Field(ge=x)]",
        "Annotated[str, Field(ge=[1])]",
        "Annotated[str, Field('x')]",
        "Annotated[str, Field(**x)]",
        "list[Annotated[str, Field(ge=1)]]",
        "str & int",
        "Unknown",
        "(lambda: str)()",
        "[str]",
        "'str'",
        "...",
    ],
)
def test_what_is_not_a_plain_annotation_is_refused(source: str) -> None:
    key = json_text({"type": "string"})
    annotations = Annotations({key: ast.parse(source, mode="eval").body})

    assert "JsonValue" == annotations.of(Shape(key=key)).text
    assert {key} == annotations.refused


@pytest.mark.parametrize(
    ("source", "text", "names"),
    [
        ("str", "str", set()),
        ("StrictInt | None", "Integer | None", {"Integer"}),
        ("list[StrictFloat]", "list[Number]", {"Number"}),
        ("list[Any]", "JsonList", {"JsonList"}),
        ("dict[str, Any]", "JsonObject", {"JsonObject"}),
        ("dict[str, StrictBool]", "dict[str, Boolean]", {"Boolean"}),
        ("Literal['a', \"it's\", None, True]", 'Literal["a", "it\'s", None, True]', {"Literal"}),
        ("Annotated[StrictFloat, Field(le=8.0, ge=-1.5)]", "Annotated[Number, Field(ge=-1.5, le=8)]",
         {"Annotated", "Field", "Number"}),
    ],
)  # fmt: skip
def test_a_plain_annotation_comes_through_in_our_words(source: str, text: str, names: set[str]) -> None:
    key = json_text({})
    found = Annotations({key: ast.parse(source, mode="eval").body}).of(Shape(key=key))

    assert (text, names) == (found.text, set(found.names))


def test_a_refused_shape_inside_another_is_reported() -> None:
    schema: Any = {
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"type": "string", "minLength": 2}}},
    }
    _, plan = planned(schema)
    assert plan.request is not None
    outer, inner = shape_keys(plan.request.fields[0].shape)
    table = annotate([outer]) | {inner: None}
    annotations = Annotations(table)

    assert "list[JsonValue]" == annotations.of(plan.request.fields[0].shape).text
    assert ["the type engine has no type for Sample.a; the field accepts anything"] == [
        problem.message for problem in refused_shapes(plan, annotations)
    ]
