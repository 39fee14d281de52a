# note: sample#/properties/a/not: not is not expressed; more values are admitted than the schema says
# note: sample#/properties/b/if: if is not expressed; more values are admitted than the schema says
# note: sample#/properties/b/then: then is not expressed; more values are admitted than the schema says
# note: sample#/properties/c/patternProperties: patternProperties is not expressed; more values are admitted than the schema says
# note: sample#/properties/d/contains: contains is not expressed; more values are admitted than the schema says
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
    __nullable__ = frozenset({"b"})

    a: str | None = None

    b: JsonValue = None

    c: JsonObject | None = None

    d: JsonList | None = None
