"""sample: model ``sample``."""

from typing import Annotated

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Integer, Number, OneOf
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    scale: Annotated[Integer | Number, OneOf((0.5, 1, 1.5, 2))] | None = None

    __schema__ = '{"type":"object","properties":{"scale":{"type":"number","enum":[0.5,1,1.5,2.0]}}}'
