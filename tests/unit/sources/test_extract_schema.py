"""A schema inside an OpenAPI document is read in the dialect of that document."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemaloom.parse.model import parse_model
from schemaloom.settings.catalogue import Catalogue, SchemaSource
from schemaloom.snapshot.lock import Entry
from schemaloom.snapshot.model import ModelDocument
from schemaloom.sources.api.extract_schema import extract_schema

REF = {"$ref": "#/components/schemas/Text"}
PARAMETERS: dict[str, Any] = {
    "beside": {**REF, "maxLength": 3}, "plain": REF, "choice": {"type": "string", "const": "a"},
    "dependent": {"type": "object", "dependencies": {"a": ["b"]}},
}  # fmt: skip


def extracted(version: str, *names: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {name: PARAMETERS[name] for name in names}}
    document: Any = {"openapi": version, "components": {"schemas": {"Text": {"type": "string"}, "Run": schema}}}
    source = SchemaSource(path="/m/{id}", pointer="/components/schemas/Run", document="/api")
    found = extract_schema({"api": document}, source, Entry(), Catalogue(kind="api"))
    assert found is not None
    assert found.input is not None
    return dict(found.input)


@pytest.mark.parametrize(
    ("version", "names", "dialect"),
    [
        ("3.0.3", ["beside"], "3.0"),
        ("3.0.3", ["plain", "choice"], "3.0"),
        ("3.0.3", ["plain"], None),
        ("3.1.0", ["beside", "choice"], None),
        ("3.1.0", ["dependent"], "3.1"),
        ("", ["beside", "choice", "dependent"], None),
    ],
)
def test_the_dialect_is_stated_where_it_ignores_a_keyword(version: str, names: list[str], dialect: str | None) -> None:
    stated = extracted(version, *names).get("$schema")
    assert stated is None if dialect is None else f"/oas/{dialect}/" in stated


def test_a_rule_beside_a_reference_of_openapi_3_0_is_a_note() -> None:
    for version, notes in (("3.0.3", ["/properties/beside/maxLength"]), ("3.1.0", [])):
        schema = extracted(version, "beside")
        model = parse_model(ModelDocument(id="m", name="m", provenance="documented", input=schema))
        assert model.request is not None
        (parameter,) = model.request.properties
        assert (getattr(parameter.schema, "max_length", None) is None) == bool(notes)
        assert [problem.pointer for problem in model.problems] == notes
        assert Draft202012Validator.check_schema(schema) is None
