"""Whoever annotates, and however many shapes at once: the answer for a shape is the same."""

from __future__ import annotations

import ast
from itertools import chain

import pytest
from benchmarks.corpus import catalogue

from schemaloom.errors import SchemaloomError
from schemaloom.json.values import JsonText
from schemaloom.parse.model import parse_catalogue
from schemaloom.render import annotating
from schemaloom.render.annotating import Annotator
from schemaloom.render.module_plan import ModelPlan, plan_model
from schemaloom.render.names.table import name_models
from schemaloom.render.types.engine import annotate


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


def test_another_process_and_a_memory_say_what_the_engine_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", "")
    keys = set(chain.from_iterable(plan.keys() for plan in plans(0.2)))
    with Annotator() as annotator:
        annotator.ask(keys)
        first = dict(annotator.answer())

    assert dumped(annotate(keys)) == dumped(first)


def test_what_is_remembered_is_not_asked_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", str(tmp_path_factory.mktemp("memory")))
    keys = set(chain.from_iterable(plan.keys() for plan in plans(0.2)))
    with Annotator() as annotator:
        annotator.ask(keys)
        first = dict(annotator.answer())
    monkeypatch.setattr(annotating, "_started", lambda: pytest.fail("the engine was started"))
    with Annotator() as annotator:
        annotator.ask(keys)

        assert dumped(first) == dumped(dict(annotator.answer()))


def test_an_engine_that_dies_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", "")
    monkeypatch.setattr(annotating, "_SERVE", "raise SystemExit('out of order')")
    with Annotator() as annotator:
        annotator.ask([JsonText('{"type":"string"}')])
        with pytest.raises(SchemaloomError, match="the type engine failed: out of order"):
            annotator.answer()
