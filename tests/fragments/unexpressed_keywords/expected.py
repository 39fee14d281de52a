"""sample: model ``sample``."""

from pydantic import JsonValue

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import JsonList, JsonObject
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __rules__ = {
        "properties": {
            "a": {"not": {"const": "x"}, "type": "string"},
            "b": {"if": {"type": "string"}, "then": {"minLength": 2}},
            "c": {"patternProperties": {"^x-": {"type": "string"}}, "type": "object"},
            "d": {"contains": {"type": "string"}, "type": "array"},
        }
    }
    __nullable__ = frozenset({"b"})

    a: str | None = None

    b: JsonValue = None

    c: JsonObject | None = None

    d: JsonList | None = None

    __schema__ = '{"type":"object","properties":{"a":{"type":"string","not":{"const":"x"}},"b":{"if":{"type":"string"},"then":{"minLength":2}},"c":{"type":"object","patternProperties":{"^x-":{"type":"string"}}},"d":{"type":"array","contains":{"type":"string"}}}}'
