"""The class of a request whose schema is not simply an object with properties."""

from __future__ import annotations

from typing import Any

import pytest

from schemaloom.ir.schema import Enum, Never
from schemaloom.parse.model import parse_model
from schemaloom.snapshot.model import ModelDocument

OBJECT: dict[str, Any] = {
    "type": "object",
    "properties": {"prompt": {"type": "string", "description": "What to draw."}, "n": {"type": "integer"}},
}
CHOICES = [{"prompt": "a"}, {"prompt": "b", "n": 1}]


@pytest.mark.parametrize(
    "schema",
    [
        {**OBJECT, "enum": CHOICES},
        {**OBJECT, "enum": [*CHOICES, 3, None]},
        {**OBJECT, "anyOf": [{"const": CHOICES[0]}, {"const": CHOICES[1]}]},
        {"enum": CHOICES},
        {"allOf": [OBJECT, {"enum": CHOICES}]},
        {"$ref": "#/$defs/It", "$defs": {"It": OBJECT}, "enum": CHOICES},
    ],
)
def test_values_listed_at_the_root_become_fields(schema: dict[str, Any]) -> None:
    model = parse_model(ModelDocument(id="m", name="m", provenance="documented", input=schema))

    assert () == model.problems
    assert model.request is not None
    assert isinstance(model.request.additional, Never)
    found = {item.name: (item.schema, item.required) for item in model.request.properties}
    prompt, n = found["prompt"], found["n"]
    assert isinstance(prompt[0], Enum)
    assert (('"a"', '"b"'), True) == (prompt[0].values, prompt[1])
    assert not n[1]
    if "properties" in schema:
        assert "What to draw." == prompt[0].annotations.description
