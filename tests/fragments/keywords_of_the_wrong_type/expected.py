# note: sample#/properties/a/minLength: minLength is not a number in range and is ignored
# note: sample#/properties/a/maxLength: maxLength is not a whole number from 0 to 2^53 and is ignored
# note: sample#/properties/a/pattern: pattern is not a text and is ignored
# note: sample#/properties/b/minimum: minimum is not a number in range and is ignored
# note: sample#/properties/b/multipleOf: multipleOf is not a number above 0 and is ignored
# note: sample#/properties/c/type: type is not one of null, boolean, integer, number, string, array, object and is ignored
# note: sample#/properties/d/enum: enum is not a list and is ignored
# note: sample#/properties/e: a schema is an object, true or false; this is neither, and anything is admitted
# note: sample#/properties/f/properties: properties is not an object and is ignored
# note: sample#/properties/f/required: required is not a list of texts and is ignored
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
    __nullable__ = frozenset({"c", "d", "e"})

    a: str | None = None

    b: Number | None = None

    c: JsonValue = None

    d: JsonValue = None

    e: JsonValue = None

    f: JsonObject | None = None
