"""sample: model ``sample``."""

from typing import Annotated

from pydantic import Field

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Integer, Number
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __rules__ = {
        "properties": {"n": {"oneOf": [{"type": "integer"}, {"minimum": 5, "type": "number"}]}}
    }

    n: Integer | Annotated[Number, Field(ge=5)] | None = None

    __schema__ = '{"type":"object","properties":{"n":{"oneOf":[{"type":"integer"},{"type":"number","minimum":5}]}}}'
