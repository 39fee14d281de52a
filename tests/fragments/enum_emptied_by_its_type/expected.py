# warning: sample#/properties/empty: no value is valid, so there is no field to set
# warning: sample#/properties/gone: no value is valid, so there is no field to set
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

    kept: Literal["a"]

    __schema__ = '{"type":"object","properties":{"kept":{"type":"string","enum":["a",1]},"gone":{"type":"integer","enum":["a"]},"empty":{"enum":[]}},"required":["kept"]}'
