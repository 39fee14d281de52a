"""One oddity each: the module a schema becomes, word for word.

After a change that is meant to be seen, ``python -m tests.fragments`` writes the expectations
anew, and ``git diff`` shows what a user of a generated package would see.
"""

from __future__ import annotations

import json

import pytest
from tests.fragments.cases import FOLDER, NAMES, rendered
from tests.loading import request_class


@pytest.mark.parametrize("name", NAMES)
def test_a_fragment_becomes_the_expected_module(name: str) -> None:
    assert (FOLDER / name / "expected.py").read_text("utf-8") == rendered()[name]


@pytest.mark.parametrize("name", NAMES)
def test_the_module_of_a_fragment_runs(name: str) -> None:
    cls = request_class(json.loads((FOLDER / name / "schema.json").read_text("utf-8")))

    assert isinstance(cls.model_json_schema(), dict)  # the provider's own schema, which may have no type
