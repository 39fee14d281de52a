"""Annotations are the same from the engine, shipped and cached, for any number of shapes in one call."""

from __future__ import annotations

import ast
from itertools import chain

import pytest
from benchmarks.corpus import catalogue
from tests.parsing import parse_catalogue
from tests.scale.conftest import RARE

from schemaloom.json.values import JsonObject, JsonText, json_text
from schemaloom.render.module_plan import ModelPlan, plan_model
from schemaloom.render.names.table import name_models
from schemaloom.render.types import engine
from schemaloom.render.types.engine import annotate, cached_annotations


def plans(distinct: float) -> list[ModelPlan]:
    made = parse_catalogue(catalogue(12, distinct), "made-up")
    names = name_models(made, {})
    return [plan_model(model, names[model.id]) for model in made.models]


def dumped(table: dict[JsonText, ast.expr | None]) -> dict[JsonText, str | None]:
    return {key: ast.dump(tree) if tree else None for key, tree in table.items()}


@pytest.mark.parametrize("distinct", [0.05, 0.2, 1.0])
def test_one_call_for_all_shapes_is_one_call_for_each_model(distinct: float) -> None:
    found = plans(distinct)
    table = dumped(annotate(chain.from_iterable(plan.keys() for plan in found)))

    assert None not in table.values()
    for plan in found:
        keys = set(plan.keys())
        assert {key: table[key] for key in keys} == dumped(annotate(keys)), plan.model.id


def test_cached_annotations_are_those_of_the_engine_which_is_not_called_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    rare: list[JsonObject] = [RARE, {"anyOf": [{"type": "string"}, {}]}]
    keys = {*chain.from_iterable(plan.keys() for plan in plans(0.2)), *map(json_text, rare)}
    first = dumped(cached_annotations(keys))
    calls: list[JsonText] = []
    monkeypatch.setattr(engine, "annotate", lambda missing: calls.extend(missing) or {})

    assert dumped(annotate(keys)) == first
    assert first == dumped(cached_annotations(keys))
    assert [] == calls
