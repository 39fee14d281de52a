# note: sample#/properties/a/minLength: expected a whole number from 0; minLength is ignored
# note: sample#/properties/a/maxLength: expected a whole number from 0; maxLength is ignored
# note: sample#/properties/a/pattern: expected a string; pattern is ignored
# note: sample#/properties/b/minimum: expected a number in range; minimum is ignored
# note: sample#/properties/b/multipleOf: expected a number above 0; multipleOf is ignored
# note: sample#/properties/c/type: expected one of null, boolean, integer, number, string, array, object; type is ignored
# note: sample#/properties/d/enum: expected a list; enum is ignored
# note: sample#/properties/e: expected a schema (an object or a boolean); anything is accepted here
# note: sample#/properties/f/properties: properties is not an object and is ignored
# note: sample#/properties/f/required: expected a list of strings; required is ignored
"""sample: model ``sample``."""

from pydantic import JsonValue

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import JsonObject, Number
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __rules__ = {"properties": {"c": True, "d": True, "e": True}}
    __nullable__ = frozenset({"c", "d", "e"})

    a: str | None = None

    b: Number | None = None

    c: JsonValue = None

    d: JsonValue = None

    e: JsonValue = None

    f: JsonObject | None = None

    __schema__ = '{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"number"},"c":{},"d":{},"e":true,"f":{"type":"object","properties":[]}}}'
