"""The published JSON Schema of a generated class, for tools that build on pydantic's schemas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from ..core.json_document import find

if TYPE_CHECKING:
    from ..core.json_document import JsonValue


def class_schema(request_schema: str, place: str | None) -> dict[str, JsonValue]:
    """Return the schema of a request, which is JSON, or the part of it that describes the nested class at `place`."""
    document = cast("dict[str, JsonValue]", json.loads(request_schema))
    if place is None:
        return document
    schema = dict(cast("dict[str, JsonValue]", find(document, place)))
    if isinstance(schema.get("type"), list):  # null is a value of the parameter, not of the object
        schema["type"] = "object"
    return schema | {keyword: document[keyword] for keyword in ("$id", "$defs") if keyword in document}
