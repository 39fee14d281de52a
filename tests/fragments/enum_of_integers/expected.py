"""sample: model ``sample``."""

from typing import Annotated, Literal

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Boolean, Integer, OneOf
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __defaults__ = {"steps": 8}

    both: Annotated[Boolean | Integer, OneOf((1, True, 0, False))] | None = None

    steps: Annotated[Literal[4, 8, 12], OneOf((4, 8, 12))] | None = None
    """Default ``8``."""

    __schema__ = '{"type":"object","properties":{"steps":{"type":"integer","enum":[4,8,12],"default":8},"both":{"enum":[1,true,1.0,0,false]}}}'
