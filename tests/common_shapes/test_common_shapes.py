"""The shipped annotations are the engine's, and no usual catalogue needs others."""

from __future__ import annotations

from itertools import chain

import pytest
from benchmarks.corpus import catalogue
from tests.common_shapes.cases import rendered
from tests.loading import planned
from tests.parsing import parse_catalogue
from tests.paths import SPECS

from schemaloom.ir.model import Catalogue
from schemaloom.render.module_plan import plan_model
from schemaloom.render.names.table import name_models
from schemaloom.render.types import engine
from schemaloom.render.types.engine import COMMON_SHAPES, cached_annotations
from schemaloom.snapshot.layout import read_snapshot

CATALOGUES = {
    **{
        path.parent.name: parse_catalogue(read_snapshot(path.parent), "committed") for path in SPECS.glob("*/lock.json")
    },
    "made up": parse_catalogue(catalogue(50, 1.0), "made-up"),
}


def test_the_engine_still_says_what_is_shipped() -> None:
    """After an upgrade of the engine, ``python -m tests.common_shapes`` writes what it says now."""
    assert COMMON_SHAPES.read_text("utf-8") == rendered()


@pytest.mark.parametrize("made", CATALOGUES.values(), ids=CATALOGUES)
def test_the_shapes_of_whole_catalogues_are_common(made: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(engine, "annotate")
    names = name_models(made, {})
    keys = set(chain.from_iterable(plan_model(model, names[model.id]).keys() for model in made.models))

    assert keys
    assert keys == cached_annotations(keys).keys()


def test_neither_numbers_nor_texts_make_a_shape_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(engine, "annotate")
    choice, pattern = {"enum": ["square", "wide"]}, {"type": "string", "maxLength": 9, "pattern": "^#[0-9a-f]+$"}
    rules = [
        {"anyOf": [choice, {"type": "string"}, {"type": "null"}]},
        {"type": "integer", "minimum": 256, "maximum": 2048, "multipleOf": 64},
        {"type": "array", "items": {"anyOf": [pattern, {"type": "array", "items": choice}]}, "maxItems": 4},
        {"enum": [5, 10]},
    ]
    _, plan = planned({"type": "object", "properties": {f"p{n}": rule for n, rule in enumerate(rules)}})

    assert set(plan.keys()) == cached_annotations(plan.keys()).keys()
