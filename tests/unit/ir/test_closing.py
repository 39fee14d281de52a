"""The closing of a request whose schemas contain each other."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from schemaloom.ir.closing import Closing
from schemaloom.ir.references import References
from schemaloom.json.values import JsonObject


@pytest.mark.parametrize("identifier", [{}, {"$id": "#{"}, {"$id": ""}])
def test_a_property_that_contains_itself_through_an_alternative_is_closed_by_name(identifier: JsonObject) -> None:
    alternatives: JsonObject = {**identifier, "type": "object", "anyOf": [{"$ref": "#"}, {"$ref": "#/properties/a"}]}
    root: JsonObject = {"type": "object", "properties": {"a": alternatives}}
    closing = Closing(root, References(root))

    written = closing.write()

    judge = Draft202012Validator({**written, "$defs": closing.definitions})
    assert judge.is_valid({"a": {"a": {"a": {}}}})
    assert not judge.is_valid({"b": {}})
