"""The published JSON Schema of a generated class, for tools that build on pydantic's schemas."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, cast

from ..core.json_document import find

if TYPE_CHECKING:
    from ..core.json_document import JsonValue
    from .request import NestedModel, Request


def class_schema(cls: type[NestedModel]) -> dict[str, JsonValue]:
    """Return the schema of a request class, or the part of its request's schema that describes a nested class."""
    if cls.__schema_at__ is None:
        return cast("dict[str, JsonValue]", json.loads(cast("type[Request[object]]", cls).__schema__))
    module = sys.modules[cls.__module__]
    request = cast("type[Request[object]]", getattr(module, cast("list[str]", module.__all__)[0]))
    document = cast("dict[str, JsonValue]", json.loads(request.__schema__))
    schema = dict(cast("dict[str, JsonValue]", find(document, cls.__schema_at__)))
    if isinstance(schema.get("type"), list):  # null is a value of the parameter, not of the object
        schema["type"] = "object"
    return schema | {keyword: document[keyword] for keyword in ("$id", "$defs") if keyword in document}
