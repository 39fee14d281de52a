"""What the fields of a class show: descriptions as they are structured, titles, examples, and no secret."""

from __future__ import annotations

import ast
from textwrap import dedent
from typing import Any

import pytest
from pydantic import ValidationError
from tests.loading import planned, request_class, source_of

from runtime.models.request import to_wire
from schemaloom.ir.schema import Object
from schemaloom.render.documentation import nested_doc, place_doc


def doc(schema: dict[str, Any]) -> str:
    """The docstring of a field with this schema."""
    _, plan = planned({"type": "object", "properties": {"it": schema}})
    (cls,) = [node for node in ast.parse(source_of(plan)).body if isinstance(node, ast.ClassDef)]
    found = [
        node.value.value for node in cls.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    return dedent("    " + str(found[1])).strip()


LONG = "word " * 30


@pytest.mark.parametrize(
    ("description", "shown"),
    [
        ("One line\nthat goes on.", "One line that goes on."),
        ("First.\n\n\nSecond\ngoes on.\n", "First.\n\nSecond goes on."),
        ("Modes:\n- fast: less\n- slow: more\n  steps", "Modes:\n- fast: less\n- slow: more steps"),
        ("1. one\n2) two", "1. one\n2) two"),
        ("See:\n```json\n{\n  \"a\": 1\n}\n```\nDone.", "See:\n```json\n{\n  \"a\": 1\n}\n```\nDone."),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("# Title\ntext", "# Title\ntext"),
        ("```\nnever closed\n  x", "```\nnever closed\n  x"),
        ("\n\n", ""),
    ],
)  # fmt: skip
def test_the_lines_of_a_description_keep_their_structure(description: str, shown: str) -> None:
    assert doc({"type": "string", "description": description, "default": "x"}) == f'{shown}\n\nDefault ``"x"``.'.strip()


def test_a_long_item_is_wrapped_below_its_text() -> None:
    lines = doc({"type": "string", "description": f"- {LONG}\n- b"}).splitlines()

    assert lines[0].startswith("- word")
    assert lines[1].startswith("  word")
    assert lines[-1] == "- b"


PASSWORD = {"type": "string", "format": "password"}


def test_titles_of_constants_and_examples_are_shown() -> None:
    alternatives = [{"const": "a", "title": "Fast"}, {"const": "b", "description": "Slow."}, {"const": "c"}]

    shown = doc({"oneOf": alternatives, "description": "Mode.", "examples": ["a", "b", "c", "a"]})

    titles = '- ``"a"``: Fast\n- ``"b"``: Slow.'
    assert shown == f'Mode.\n\n{titles}\n\nExamples: ``"a"``, ``"b"``, ``"c"``.'


@pytest.mark.parametrize("mark", [{"format": "password"}, {"x-cog-secret": True}])
def test_a_secret_is_sent_and_never_shown(mark: dict[str, Any]) -> None:
    inner = {"type": "object", "properties": {"token": {"type": "string", **mark}, "size": {"type": "integer"}}}
    cls = request_class({"type": "object", "properties": {"token": {"type": "string", **mark}, "inner": inner}})
    values = {"token": "hunter2", "inner": {"token": "hunter2"}}

    request = cls.model_validate(values)

    assert to_wire(request) == values
    assert "hunter2" not in f"{request!r} {request}"
    for wrong in (
        {**values, "unknown": "hunter2"},
        {"token": ["hunter2"]},
        {"inner": {"token": "hunter2", "size": "x"}},
    ):
        with pytest.raises(ValidationError) as caught:
            cls.model_validate(wrong)
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ({"anyOf": [PASSWORD, {"type": "null"}]}, "hunter2"),
        ({"oneOf": [{"type": "string", "x-cog-secret": True}, {"type": "integer"}]}, "hunter2"),
        ({"type": "array", "items": PASSWORD}, ["hunter2"]),
        ({"type": "array", "prefixItems": [PASSWORD]}, ["hunter2"]),
        ({"type": "object", "additionalProperties": {"type": "array", "items": PASSWORD}}, {"a": ["hunter2"]}),
    ],
)
def test_a_secret_inside_another_value_is_not_shown(form: dict[str, Any], value: object) -> None:
    assert doc({**form, "description": "For the gate."}) == "For the gate.\n\nA secret, which is never shown."
    cls = request_class({"type": "object", "properties": {"login": form}})
    request = cls.model_validate({"login": value})
    assert to_wire(request) == {"login": value}
    assert "hunter2" not in repr(request)
    with pytest.raises(ValidationError) as caught:
        cls.model_validate({"login": [value, {"a": value}]})
    assert "hunter2" not in str(caught.value)


def test_choices_of_another_type_keep_their_field_with_a_note() -> None:
    schema = {"type": "object", "properties": {"steps": {"type": "integer", "enum": ["1", "2"]}}}
    model, _ = planned(schema)
    cls = request_class(schema)

    assert to_wire(cls(steps="1")) == {"steps": "1"}
    with pytest.raises(ValidationError):
        cls(steps="3")
    assert [problem.pointer for problem in model.problems] == ["/properties/steps/type"]


def test_a_reference_at_the_root_makes_one_class() -> None:
    root = {"type": "object", "properties": {"inner": {"$ref": "#/$defs/Inner"}}}
    inner = {"type": "object", "properties": {"a": {"type": "integer"}}}
    _, plan = planned({"$ref": "#/$defs/Root", "$defs": {"Root": root, "Inner": inner}})

    assert [cls.name for cls in plan.classes] == ["SampleInner", "Sample"]


@pytest.mark.parametrize(
    "order",
    [
        {"x-provider-order": ["b", "c", "a"]},
        {"properties": {"a": {"x-order": 2}, "b": {"x-order": 0}, "c": {"x-order": 1}}},
    ],
)
def test_properties_come_in_the_order_of_their_schema(order: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, **order}
    cls = request_class({**schema, "properties": {**schema["properties"], "d": schema}})
    nested = cls.model_fields["d"].annotation.__args__[0]

    assert list(nested.model_fields) == ["b", "c", "a"]
    published = cls.model_json_schema()["properties"]
    assert list(published["d"]["properties"]) == ["b", "c", "a"]


def test_an_object_that_no_parameter_names_has_a_docstring() -> None:
    assert nested_doc(Object(), "") == nested_doc(Object(), "0") == '"""An object of the request."""'


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("", "An object of the output."),
        ("/1", "An object of the output."),
        ("/*", "An item of the output."),
        ("/chunks/*", "An item of ``chunks``."),
        ("/*/usage/2", "An object for ``usage``."),
        ("$Word", "The object ``Word`` of the provider's schema."),
        ("$Word/start", "An object for ``start``."),
    ],
)
def test_an_object_of_an_output_is_described_by_its_place(path: str, sentence: str) -> None:
    assert place_doc(path, "output") == sentence
