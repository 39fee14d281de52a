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
    __nullable__ = frozenset({"b", "c", "d"})

    a: str | None

    b: str | None = None

    c: str | None = None

    d: Literal["x", "y"] | None = None

    unset: str | None = None

    __schema__ = '{"type":"object","properties":{"a":{"type":["string","null"]},"b":{"type":["string","null"]},"c":{"anyOf":[{"type":"string"},{"type":"null"}]},"d":{"type":["string","null"],"enum":["x","y",null]},"unset":{"type":"string"}},"required":["a"]}'
