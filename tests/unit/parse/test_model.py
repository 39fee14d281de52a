"""The class of a request whose schema is not simply an object with properties."""

from __future__ import annotations

from typing import Any

import pytest

from schemaloom.ir.schema import Enum, Never, Number
from schemaloom.parse.model import parse_model
from schemaloom.snapshot.layout import model_documents
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


def nested(levels: int) -> str:
    return '{"type": "array", "items": ' * levels + "{}" + "}" * levels


@pytest.mark.parametrize(
    ("part", "pointer", "sentence"),
    [
        (nested(200), "/items" * 64, "nested too deep or too large; the type here is any JSON"),
        ('{"default": ' + "[" * 200 + "]" * 200 + "}", "/default", "nested too deep; default is ignored"),
        ('{"enum": [1, ' + "[" * 200 + "]" * 200 + "]}", "/enum", "nested too deep; enum is ignored"),
        ('{"not": {"const": ' + "[" * 200 + "]" * 200 + "}}", "/not/const", "nested too deep; const is ignored"),
        (r'{"enum": ["a", "\ud800"]}', "/enum", "holds U+FFFD: the document lost a character"),
        (r'{"properties": {"\udfff": {}}}', "/properties", "holds U+FFFD: the document lost a character"),
    ],
)
def test_what_a_document_cannot_hold_costs_its_place_alone(part: str, pointer: str, sentence: str) -> None:
    schema = '{"type": "object", "properties": {"good": {"type": "integer", "maximum": 5}, "x": ' + part + "}}"
    raw = f'{{"id": "m", "name": "m", "provenance": "documented", "input": {schema}}}'.encode()
    (document,) = model_documents([("models/m.json", raw)], where="specs")
    model = parse_model(document)

    assert (f"/properties/x{pointer}", sentence) in [(problem.pointer, problem.message) for problem in model.problems]
    assert model.request is not None
    good = next(item.schema for item in model.request.properties if item.name == "good")
    assert isinstance(good, Number)
    assert 5 == good.maximum


def test_a_character_without_meaning_is_replaced_in_texts() -> None:
    raw = rb'{"id": "m", "name": "m", "description": "cut \ud83d, whole \ud83d\ude00, escaped \\ud800"}'
    (document,) = model_documents([("models/m.json", raw)], where="specs")

    assert "cut \ufffd, whole \U0001f600, escaped \\ud800" == document.description
