"""Classes of a union's alternatives are wide enough for each other's values."""

from __future__ import annotations

from typing import Any

import pytest

from schemaloom.ir.alternatives import with_wide_alternatives
from schemaloom.ir.schema import Object
from schemaloom.parse.schema import SchemaReader
from schemaloom.parse.source_schema import SourceSchema

TEXT, NULLABLE = {"type": "string"}, {"type": ["string", "null"]}


def object_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    ("ours", "theirs", "sends_null"),
    [
        (object_of(a=TEXT), object_of(a=NULLABLE, b=TEXT), True),
        (object_of(a=TEXT), object_of(a=TEXT, b=TEXT), False),
        (object_of(a=TEXT), {"type": "object", "properties": {"b": TEXT}, "additionalProperties": True}, True),
        (object_of(a=TEXT), {"type": "object", "properties": {"b": TEXT}, "additionalProperties": NULLABLE}, True),
        (object_of(a=TEXT), {"type": "object", "properties": {"b": TEXT}, "additionalProperties": TEXT}, False),
        (object_of(a=TEXT), {"enum": [{"a": None}]}, True),
        (object_of(a=TEXT), {"$ref": "#/$defs/nullable"}, True),
        (object_of(b=object_of(a=TEXT)), object_of(b=object_of(a=NULLABLE), c=TEXT), True),
        (object_of(b=object_of(a=TEXT)), object_of(b={"$ref": "#/$defs/nullable"}, c=TEXT), True),
        (object_of(b={"items": object_of(a=TEXT)}), object_of(b={"items": object_of(a=NULLABLE)}, c=TEXT), True),
        (
            object_of(b=object_of(a=TEXT)),
            object_of(b={"anyOf": [object_of(a=TEXT, d=TEXT), object_of(a=NULLABLE)]}, c=TEXT),
            True,
        ),
    ],
)
def test_an_alternative_sends_the_null_that_another_accepts(
    ours: dict[str, Any], theirs: dict[str, Any], sends_null: bool
) -> None:
    definitions: dict[str, Any] = {"nullable": object_of(a=NULLABLE, z=TEXT)}
    reader = SchemaReader(SourceSchema({**object_of(x={"anyOf": [ours, theirs]}), "$defs": definitions}), "model")
    request = reader.read_object()
    assert isinstance(request, Object)
    found, _ = with_wide_alternatives(request, reader.definitions)
    assert ("sends_null=True" in repr(found)) is sends_null
