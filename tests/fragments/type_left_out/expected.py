# note: sample#/properties/options/properties: properties without a type is not expressed; more values are admitted than the schema says
"""sample: model ``sample``."""

from pydantic import JsonValue

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __nullable__ = frozenset({"options"})

    options: JsonValue = None

    prompt: str
