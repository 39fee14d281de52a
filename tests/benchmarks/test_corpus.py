"""The catalogues that speed is measured on: what they promise of themselves, and that every generator can read them."""

from __future__ import annotations

import json

import pytest
from benchmarks.corpus import catalogue, openapi
from openapi_spec_validator import validate
from tests.parsing import parse_catalogue


@pytest.mark.parametrize("distinct", [0.05, 0.2, 1.0])
def test_the_share_of_distinct_rules_is_what_was_asked_for(distinct: float) -> None:
    rules = [
        json.dumps({key: value for key, value in rule.items() if key != "description"}, sort_keys=True)
        for model in catalogue(60, distinct).models
        for rule in model.input["properties"].values()
    ]

    assert distinct == pytest.approx(len(set(rules)) / len(rules), abs=0.01)


def test_the_same_seed_makes_the_same_catalogue() -> None:
    assert catalogue(20, 0.2) == catalogue(20, 0.2)


def test_models_are_as_large_as_real_ones() -> None:
    sizes = sorted(len(model.input["properties"]) for model in catalogue(400, 0.05).models)

    assert (True, True) == (sizes[0] >= 3, sizes[-1] <= 40)
    assert 9 <= sizes[200] <= 13


def test_every_schema_is_understood_in_full() -> None:
    models = parse_catalogue(catalogue(60, 0.2), "made-up").models

    assert all(model.request and len(model.request.properties) >= 3 for model in models)
    assert set() == {problem.message for model in models for problem in model.problems}


def test_peers_are_given_a_valid_document_with_one_operation_for_each_model() -> None:
    snapshot = catalogue(12, 0.2)
    document = openapi(snapshot)
    validate(document)

    assert {f"/models/{model.id}/run" for model in snapshot.models} == set(document["paths"])
