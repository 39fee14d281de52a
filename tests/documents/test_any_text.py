"""No text breaks the reader, and none keeps it busy."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from schemaloom.json.codec import canonical_bytes
from schemaloom.sources.documents.document import read_document

PIECES = [
    "# Probe API", "## Input Parameters", "## Endpoint", "## Overview", "### One (`one-1`)",
    "## Image Models (2 available)", "POST https://sable.example/api/v1/models/probe/run", "```", "```json", "---",
    "| Parameter | Type | Default |", "|---|---|---|", "| `a` | string | - |", "| b | enum | x | y |", "Parameter",
    "Type", "Required", "Default", "Description", "ParameterTypeDefault", "prompt", "required", "string", "-", "—",
    "yes", "Yes", "enum", "array<url>", "1-8", "(min: 1)", "(Options: a, b...)", "string or object",
    "{width, height}", '"a", "b", or {c}', "- Cost: 1 credit(s)", "**Type:** Image", "Credit Cost",
    '-d \'{"a": 1}\'', "Example Request", "{", "}", "|", "\\|", "> Quote", "\t", "", "\u2028", "é", "&amp;", "<b>",
    "Code", "Status", "401", "Field", "Header", "X-Key", "## See also", "Supported Aspect Ratios", "1:1", "id: x",
    "a: &b [*b]",
]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["\n", "\n\n", " ", ""])), max_size=40))
def test_whatever_is_read_is_a_schema_and_a_value_of_json(lumen, sable, pieces):
    text = "".join(piece + end for piece, end in pieces)
    for provider in (lumen, sable):
        found = read_document("any.md", text, provider)
        canonical_bytes(found.contract)
        for model in found.models:
            if model.parameters is not None:
                Draft202012Validator.check_schema(model.parameters.schema)
        assert all(problem.message for problem in found.problems)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_characters_are_read(sable, text):
    read_document("any.md", text, sable)


PAGE = """# A

## Endpoint

POST https://sable.example/api/v1/models/x/run

| Parameter | Type | Description |
|---|---|---|
"""


@pytest.mark.parametrize(
    "text",
    [
        "Parameter\n\n" * 3000,
        "# A ## B | Parameter | Type | |---| ---| " + "| a | b | c | " * 5000,
        "# A ## B " + "| " * 20_000,
        "# A ## B " + "|---" * 20_000,
        f"{PAGE}| a | string | {'(Options: ' * 5000} |\n",
        f"{PAGE}| a | string | {'(Options: b) ' * 5000} |\n",
        f"{PAGE}| a | object | object with a{', b' * 5000} |\n",
        "data = " + "{" * 20_000,
        "https://sable.example/api/v1/models/" * 3000,
        "# A\n\nParameter" + "Type" * 5000,
        "POST x\n" + "A: b\n" * 10_000,
    ],
    ids=range(11),
)
def test_repetition_costs_no_more_than_its_length(sable, text):
    started = time.process_time()
    read_document("long.md", text, sable)
    assert time.process_time() - started < 2.0
