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
    __defaults__ = {"ratio": "1:1"}

    ratio: Literal["1:1", "16:9"] | None = None
    """Width to height.

    Default ``"1:1"``.
    """

    __schema__ = '{"type":"object","properties":{"ratio":{"allOf":[{"title":"Ratio","type":"string","enum":["1:1","16:9"],"description":"Width to height."}],"default":"1:1"}}}'
