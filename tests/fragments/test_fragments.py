"""One oddity each: the module a schema becomes, word for word.

After a change that is meant to be seen, ``python -m tests.fragments`` writes the expectations
anew, and ``git diff`` shows what a user of a generated package would see.
"""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from tests.fragments.cases import FOLDER, NAMES, rendered
from tests.loading import request_class

META_SCHEMA = Draft202012Validator(Draft202012Validator.META_SCHEMA)


@pytest.mark.parametrize("name", NAMES)
def test_a_fragment_becomes_the_expected_module(name: str) -> None:
    assert (FOLDER / name / "expected.py").read_text("utf-8") == rendered()[name]


@pytest.mark.parametrize("name", NAMES)
def test_the_module_of_a_fragment_runs(name: str) -> None:
    schema = json.loads((FOLDER / name / "schema.json").read_text("utf-8"))

    published = request_class(schema).model_json_schema()
    assert is_schema(published) or not is_schema(schema)


def is_schema(document: object) -> bool:
    return not any(META_SCHEMA.iter_errors(document))
