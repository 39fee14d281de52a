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
    __nullable__ = frozenset({"a", "b", "c"})

    a: Literal["low", "high"] | None = None

    b: Literal["low"] | None = None

    c: None = None

    __schema__ = '{"type":"object","properties":{"a":{"enum":["low","high",null]},"b":{"type":["string","null"],"enum":["low",null]},"c":{"enum":[null]}}}'
