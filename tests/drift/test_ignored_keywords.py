"""A keyword that the stated dialect lacks is an annotation: its edits are reported, and as no more than that."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from tests.dialect_rows import ROWS, TEXT, VALIDATORS, Row, follows, reads, request
from tests.drift.comparing import catalogue, read_for

from schemaloom.drift.catalogue.control_plane import ControlPlane, compare_planes
from schemaloom.drift.change import Change, Severity
from schemaloom.drift.compare import compare
from schemaloom.ir.dialects import DIALECTS_OF, dialect_of
from schemaloom.snapshot.model import ModelDocument

Json = dict[str, Any]


def changes(old: Json, new: Json) -> tuple[Change, ...]:
    sides = (ModelDocument(id="m", name="m", provenance="documented", input=schema) for schema in (old, new))
    return compare(*map(catalogue, sides)).changes


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.keyword)
def test_a_dialect_has_the_keywords_that_plain_jsonschema_reads_in_it(row: Row) -> None:
    for dialect in VALIDATORS:
        own = dialect_of({"$schema": dialect})
        by_table = own in DIALECTS_OF[row.keyword] and not (
            ("$ref" in row.schema and "draft-0" in dialect)
            or (isinstance(row.schema.get("items"), list) and "2020-12" in dialect)
        )
        assert by_table == reads(dialect, row), dialect


@pytest.mark.parametrize(("dialect", "row"), [*product(VALIDATORS, ROWS)])
def test_an_edit_of_a_keyword_matters_as_the_dialect_reads_it(dialect: str, row: Row) -> None:
    without = {name: value for name, value in row.schema.items() if name != row.keyword}
    old, new = request(dialect, without), request(dialect, row.schema)
    for first, second in ((old, new), (new, old)):
        found = changes(first, second)
        severities = {change.severity for change in found}
        if not reads(dialect, row):
            severity = "dangerous" if follows(dialect, row) else "info"
            assert [(change.pointer, change.severity) for change in found] == [
                (f"/properties/p/{row.keyword}", severity)
            ]
            assert "does not have" in found[0].message or "ignores keywords beside" in found[0].message
        elif second is new:
            assert Severity.BREAKING in severities
        assert severities


PLAIN: Json = {"$ref": "#/components/schemas/T"}
OPENAPI_ROWS: list[tuple[str, str, Json, Json, str]] = [
    ("3.0.3", "a rule beside a reference comes", PLAIN, {**PLAIN, "maxLength": 1}, "dangerous"),
    ("3.0.3", "a rule beside a reference changes", {**PLAIN, "maxLength": 2}, {**PLAIN, "maxLength": 1}, "dangerous"),
    ("3.0.3", "nullable beside a reference goes", {**PLAIN, "nullable": True}, PLAIN, "dangerous"),
    ("3.0.3", "a text beside a reference", PLAIN, {**PLAIN, "description": "A text"}, "info"),
    ("3.0.3", "nullable", {**TEXT, "nullable": True}, TEXT, "breaking"),
    ("3.0.3", "const", TEXT, {**TEXT, "const": "a"}, "info"),
    ("3.1.0", "a rule beside a reference", PLAIN, {**PLAIN, "maxLength": 1}, "breaking"),
    ("3.1.0", "nullable", {**TEXT, "nullable": True}, TEXT, "dangerous"),
    ("3.1.0", "const", TEXT, {**TEXT, "const": "a"}, "breaking"),
    ("3.1.0", "dependencies", {"type": "object"}, {"type": "object", "dependencies": {"a": ["b"]}}, "dangerous"),
    ("", "a rule beside a reference without a version", PLAIN, {**PLAIN, "maxLength": 1}, "breaking"),
    ("", "nullable without a version", {**TEXT, "nullable": True}, TEXT, "breaking"),
]


@pytest.mark.parametrize(("version", "name", "old", "new", "worst"), OPENAPI_ROWS, ids=[row[1] for row in OPENAPI_ROWS])
def test_a_document_of_openapi_states_the_dialect_of_its_schemas(
    version: str, name: str, old: Json, new: Json, worst: str
) -> None:
    planes = [ControlPlane(read_schema=read_for, openapi=document(version, schema)) for schema in (old, new)]
    found = [*compare_planes(*planes)]
    assert min(found, key=lambda change: [*Severity].index(change.severity)).severity == worst, name


def document(version: str, parameter: Json) -> Json:
    schema = {"type": "object", "properties": {"p": parameter}}
    content = {"content": {"application/json": {"schema": schema}}}
    operation = {"requestBody": content, "responses": {"200": {"description": "ok"}}}
    stated = {"openapi": version} if version else {}
    return {**stated, "paths": {"/run": {"post": operation}}, "components": {"schemas": {"T": TEXT}}}
