# note: sample#/properties/empty/enum: enum is empty and is ignored
# warning: sample#/properties/gone: no value is valid, so there is no field to set
"""sample: model ``sample``."""

from typing import Literal

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
    __rules__ = {"properties": {"empty": True}}
    __nullable__ = frozenset({"empty"})

    empty: JsonValue = None

    kept: Literal["a"]
