# note: sample#/properties/gone/type: no choice is of this type; the choices count, and more is accepted
# warning: sample#/properties/empty: no value is valid, so there is no field to set
"""sample: model ``sample``."""

from typing import Literal

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
    __constants__ = frozenset({"kept"})
    __rules__ = {"properties": {"gone": {"enum": ["a"]}}}

    gone: Literal["a"] | None = None

    kept: Literal["a"] = "a"

    __schema__ = '{"type":"object","properties":{"kept":{"type":"string","enum":["a",1]},"gone":{"type":"integer","enum":["a"]},"empty":{"enum":[]}},"required":["kept"]}'
