"""File and line of a change."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.drift.report_samples import change, model_file

from schemaloom.drift.formats.source_lines import LineIndex, SourceLine, SourceLines, index_lines
from schemaloom.json.codec import canonical_bytes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=6), parts, max_size=3),
    max_leaves=12,
)


def shape(value: object) -> object:
    """The nesting of a JSON value, as an index of its lines must have it."""
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items()}
    if isinstance(value, list):
        return {str(number): shape(part) for number, part in enumerate(value)}
    return {}


def indexed(spot: LineIndex) -> object:
    return {key: indexed(part) for key, part in spot.parts.items()}


@given(JSON, st.sampled_from([None, 1, 4]), st.booleans())
def test_the_index_has_every_part_of_any_json(value, indent, ascii_only) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert indexed(index_lines(text)) == shape(value)


@given(st.dictionaries(st.text(max_size=6), st.integers(), min_size=1, max_size=6))
def test_lines_are_those_of_the_keys(value) -> None:
    text = json.dumps(value, indent=2)
    expected = {key: number for number, key in enumerate(value, 2)}
    assert {key: spot.line for key, spot in index_lines(text).parts.items()} == expected


def test_very_deep_json_is_indexed_without_recursion() -> None:
    spot = index_lines("[\n" * 50_000 + "]" * 50_000)
    assert spot.line == 1


@pytest.mark.parametrize(
    ("rule", "pointer", "text"),
    [
        ("input.bound.tightened", "/properties/steps/maximum", '"maximum": 20'),
        ("input.enum.value-removed", "/properties/size/enum/1", '"16:9"'),
        ("input.property.removed", "/properties/gone", '"properties": {'),
        ("input.property.removed", "/properties/style/properties/gone", '"properties": {'),
        ("input.bound.tightened", "/properties/style/properties/depth/minimum", '"minimum": 3'),
        ("output.type.changed", "/properties/url/type", '"type": "uri"'),
        ("price.increased", "/price/amount", '"amount": 2'),
        ("schema.unknown-keyword", "/properties/steps/invented", '"steps": {'),
        ("model.added", "", "{"),
    ],
)
def test_a_pointer_leads_to_its_line(rule: str, pointer: str, text: str) -> None:
    files = model_file(
        "m",
        {
            "steps": {"type": "integer", "maximum": 20},
            "size": {"enum": ["1:1", "16:9"]},
            "style": {"$ref": "#/$defs/Style"},
        },
        output={"type": "object", "properties": {"url": {"type": "uri"}}},
        price={"amount": 2},
    )
    content = json.loads(files["models/m.json"])
    content["input"]["$defs"] = {"Style": {"properties": {"depth": {"minimum": 3}}}}
    files = {"models/m.json": canonical_bytes(content)}
    place = SourceLines("specs/p", files).find(change(rule, "m", pointer))
    assert place.file == "specs/p/models/m.json"
    assert files["models/m.json"].decode().splitlines()[place.line - 1].strip().startswith(text)


def test_a_reference_that_runs_in_a_circle_ends() -> None:
    content = {"id": "m", "name": "m", "input": {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}}
    source_lines = SourceLines("specs/p", {"models/m.json": canonical_bytes(content)})
    assert source_lines.find(change("input.property.removed", "m")).line > 1


def test_a_removed_model_is_placed_in_the_file_it_had() -> None:
    assert SourceLines("specs/p", {}).find(change("model.removed", "a/b", "")) == SourceLine(
        "specs/p/models/a~b.json", 1
    )


def test_findings_about_the_catalogue_are_placed_in_the_files_they_come_from() -> None:
    files = {
        "openapi.json": canonical_bytes({"paths": {"/run": {"post": {}}}}),
        "provider.toml": b'name = "p"\n\n[api]\nbase_url = "x"\nrequests_per_minute = 60\n',
        "acknowledged.toml": b"\n[[acknowledged]]\na = 1\n\n[[acknowledged]]\na = 2\n",
    }
    source_lines = SourceLines("specs/p", files)
    assert source_lines.find(change("api.operation-removed", "", "/paths/~1run/put")) == SourceLine(
        "specs/p/openapi.json", 3
    )
    assert source_lines.find(change("provider.rate-limit-tightened", "", "/api/requests_per_minute")) == SourceLine(
        "specs/p/provider.toml", 5
    )
    assert source_lines.find(change("acknowledgement.expired", "", "/acknowledged/1")) == SourceLine(
        "specs/p/acknowledged.toml", 5
    )
