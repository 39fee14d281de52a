"""Between two dialects, each schema counts as its own dialect reads it."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from jsonschema import Draft4Validator, Draft7Validator, Draft202012Validator
from tests.drift.comparing import read_for
from tests.drift.openapi_sample import body

from schemaloom.drift.catalogue.control_plane import ControlPlane, compare_planes
from schemaloom.drift.change import Change, Severity
from schemaloom.json.codec import canonical_bytes
from schemaloom.pipeline.drift import compare_content
from schemaloom.pipeline.spec_files import SpecFiles

Json = dict[str, Any]
DRAFT_4, DRAFT_7 = (f"http://json-schema.org/draft-0{number}/schema#" for number in (4, 7))
DRAFT_2020_12 = "https://json-schema.org/draft/2020-12/schema"
VALIDATORS = {DRAFT_4: Draft4Validator, DRAFT_7: Draft7Validator, DRAFT_2020_12: Draft202012Validator}
STRING, PROPERTIES = {"type": "string"}, {"a": {}, "b": {}}
SIZED_REF = {"$ref": "#/definitions/Text", "maxLength": 3}
DEPENDENT = {"type": "object", "properties": PROPERTIES, "dependentRequired": {"a": ["b"]}}
DEPENDENCIES = {"type": "object", "properties": PROPERTIES, "dependencies": {"a": ["b"]}}
TUPLE = {"type": "array", "items": [STRING]}
FLAG = {"type": "number", "minimum": 0, "exclusiveMinimum": True}


class Row(NamedTuple):
    """A parameter whose text is the same in both dialects, and the worst change there and back."""

    name: str
    old: str
    new: str
    parameter: Json
    there: str
    back: str


ROWS = [
    Row("beside a reference", DRAFT_7, DRAFT_2020_12, SIZED_REF, "breaking", "safe"),
    Row("prefixItems", DRAFT_7, DRAFT_2020_12, {"type": "array", "prefixItems": [STRING]}, "breaking", "safe"),
    Row("dependentRequired", DRAFT_7, DRAFT_2020_12, DEPENDENT, "breaking", "safe"),
    Row("minContains", DRAFT_7, DRAFT_2020_12, {"type": "array", "contains": {"const": 1}, "minContains": 2},
        "breaking", "safe"),
    Row("dependencies", DRAFT_7, DRAFT_2020_12, DEPENDENCIES, "dangerous", "breaking"),
    Row("a list of items", DRAFT_7, DRAFT_2020_12, TUPLE, "dangerous", "breaking"),
    Row("const", DRAFT_4, DRAFT_7, {"const": "a"}, "breaking", "safe"),
    Row("if", DRAFT_4, DRAFT_7, {"type": "string", "if": {"minLength": 1}, "then": {"maxLength": 3}},
        "breaking", "safe"),
    Row("a flag beside a bound", DRAFT_4, DRAFT_7, FLAG, "dangerous", "dangerous"),
    Row("a plain reference", DRAFT_4, DRAFT_2020_12, {"$ref": "#/definitions/Text"}, "info", "info"),
]  # fmt: skip


def model(dialect: str, parameter: Json) -> Json:
    schema = {"$schema": dialect, "type": "object", "properties": {"p": parameter, "q": STRING},
              "additionalProperties": False, "definitions": {"Text": STRING}}  # fmt: skip
    return {"id": "m", "name": "m", "input": schema}


def changes(old: Json, new: Json) -> tuple[Change, ...]:
    sides = (
        SpecFiles(label=label, folder="p", files={"models/m.json": canonical_bytes(content)})
        for label, content in (("old", old), ("new", new))
    )
    return compare_content(*sides).changes


def worst(found: tuple[Change, ...]) -> str:
    return str(next(severity for severity in Severity if any(change.severity is severity for change in found)))


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_a_parameter_counts_as_its_dialect_reads_it(row: Row) -> None:
    for first, second, expected in ((row.old, row.new, row.there), (row.new, row.old, row.back)):
        old, new = model(first, row.parameter), model(second, row.parameter)
        found = changes(old, new)
        assert worst(found) == expected, [(change.rule, change.pointer) for change in found]
        assert {"/$schema"} <= {change.pointer for change in found}
        for change in found:
            if change.proof == "witness" and row.parameter is not TUPLE:  # which jsonschema cannot read in 2020-12
                assert VALIDATORS[first](old["input"]).is_valid(change.witness)
                assert not VALIDATORS[second](new["input"]).is_valid(change.witness)
            assert change.severity != "breaking" or change.proof == "witness"


def document(version: str, parameter: Json) -> Json:
    holder = {"type": "object", "properties": {"p": parameter}}
    return {
        "openapi": version, "info": {"title": "t", "version": "1"},
        "components": {"schemas": {"Text": STRING, "Run": holder, "Job": holder}},
        "paths": {"/run": {"post": {
            "requestBody": body({"$ref": "#/components/schemas/Run"}),
            "responses": {"200": {"description": "ok", **body({"$ref": "#/components/schemas/Job"})}},
        }}},
    }  # fmt: skip


REF = {"$ref": "#/components/schemas/Text"}
OPENAPI_ROWS: list[tuple[str, Json, str, str]] = [
    ("beside a reference", {**REF, "maxLength": 3}, "breaking", "safe"),
    ("a text beside a reference", {**REF, "description": "A text"}, "info", "info"),
    ("nullable", {**STRING, "nullable": True}, "breaking", "breaking"),
    ("nullable beside a reference", {**REF, "nullable": True}, "info", "info"),
    ("nullable around a reference", {"allOf": [REF], "nullable": True}, "breaking", "breaking"),
    ("a flag beside a bound", FLAG, "dangerous", "dangerous"),
    ("a list of types", {"type": ["string", "null"]}, "dangerous", "dangerous"),
    ("const", {"const": "a"}, "breaking", "breaking"),
    ("a plain string", STRING, "info", "info"),
]


@pytest.mark.parametrize(("name", "parameter", "there", "back"), OPENAPI_ROWS, ids=[row[0] for row in OPENAPI_ROWS])
def test_a_document_of_openapi_counts_as_its_version_reads_it(
    name: str, parameter: Json, there: str, back: str
) -> None:
    for versions, expected in ((("3.0.3", "3.1.0"), there), (("3.1.0", "3.0.3"), back)):
        sides = [ControlPlane(read_schema=read_for, openapi=document(version, parameter)) for version in versions]
        found = tuple(compare_planes(*sides))
        assert worst(found) == expected, (name, versions, [(change.rule, change.pointer) for change in found])


def test_one_meaning_in_the_words_of_two_dialects_is_no_change() -> None:
    pairs = [
        ({**STRING, "nullable": True}, {"type": ["string", "null"]}),
        (FLAG, {"type": "number", "exclusiveMinimum": 0}),
    ]
    for old, new in pairs:
        sides = [
            ControlPlane(read_schema=read_for, openapi=document(*side)) for side in (("3.0.3", old), ("3.1.0", new))
        ]
        assert [change.pointer for change in compare_planes(*sides) if change.rule != "input.annotation.changed"] == [
            "/openapi"
        ]
