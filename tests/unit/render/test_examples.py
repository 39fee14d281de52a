"""Examples in documents are valid requests, or there are none."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from tests.loading import planned
from tests.parsing import parse_catalogue, self_contained
from tests.paths import SPECS
from tests.strategies import requests

from schemaloom.render.examples import example_request, full_request
from schemaloom.snapshot.layout import read_snapshot

TEXT = {"type": "string"}


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(requests)
def test_an_example_is_valid(schema: dict[str, Any]) -> None:
    model, _ = planned(schema)
    example = example_request(model)

    if model.request is not None and example is not None:
        assert Draft202012Validator(self_contained(model.request, model.definitions)).is_valid(example)


@pytest.mark.parametrize("provider", sorted(path.parent.name for path in SPECS.glob("*/provider.toml")))
def test_every_committed_model_with_parameters_has_an_example(provider: str) -> None:
    for model in parse_catalogue(read_snapshot(SPECS / provider), provider).models:
        assert (model.request is None) == (example_request(model) is None), model.id


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        ({"type": "string", "default": "a cat"}, "a cat"),
        ({"type": "string", "default": 5}, "A lighthouse at dusk, long exposure"),
        ({"enum": ["square", "wide"]}, "square"),
        ({"type": "number", "minimum": 3}, 3),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
        ({"type": "object", "properties": {"url": TEXT, "b": TEXT}, "required": ["url"]},
         {"url": "https://example.com/input.png"}),
        ({"type": "string", "pattern": "^[0-9]+$", "default": "12"}, "12"),
    ],
)  # fmt: skip
def test_examples_are_plausible(schema: Any, example: Any) -> None:
    model, _ = planned({"type": "object", "properties": {"it": schema}, "required": ["it"]})

    assert {"it": example} == example_request(model)


@pytest.mark.parametrize(
    ("name", "description", "file"),
    [
        ("image_url", "A video is made of it.", "input.png"),
        ("video_urls", "", "input.mp4"),
        ("reference_audio", "", "input.mp3"),
        ("image_or_video", "", "input.png"),
        ("url", "Address of the audio file.", "input.mp3"),
        ("url", "", "input.png"),
    ],
)
def test_a_file_of_an_example_is_of_the_kind_that_the_parameter_takes(name: str, description: str, file: str) -> None:
    schema = {"type": "string", "format": "uri", "description": description}
    model, _ = planned({"type": "object", "properties": {name: schema}, "required": [name]})

    assert example_request(model) == {name: f"https://example.com/{file}"}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[0-9]+$"},
        {"oneOf": [{"type": "integer"}, {"type": "number"}]},
        {"type": "array", "items": {"type": "integer"}, "minItems": 2, "uniqueItems": True},
        {"type": "array", "minItems": 2**31},
        {"type": "array", "minItems": 2**31, "maxItems": 2**32, "items": {"const": 1}},
        functools.reduce(lambda inner, _: {"type": "array", "items": inner, "minItems": 2}, range(40), TEXT),
        {"type": "string", "minLength": 2**31},
    ],
)
def test_where_nothing_is_known_to_be_valid_there_is_no_example(schema: Any) -> None:
    model, _ = planned({"type": "object", "properties": {"it": schema}, "required": ["it"]})

    assert example_request(model) is None


def test_what_is_too_large_to_show_is_left_out_of_the_full_request() -> None:
    model, _ = planned({"type": "object", "properties": {"many": {"type": "array", "minItems": 2**31}, "one": TEXT}})

    assert ["one"] == list(full_request(model, {}))
