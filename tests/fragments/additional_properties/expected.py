"""sample: model ``sample``."""

from typing import Annotated

from pydantic import Field

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import JsonObject, Number
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    anything: JsonObject | None = None

    few: Annotated[JsonObject, Field(max_length=2, min_length=1)] | None = None

    sealed: Annotated[JsonObject, Field(max_length=0)] | None = None

    weights: dict[str, Annotated[Number, Field(ge=0)]] | None = None

    __schema__ = '{"type":"object","properties":{"weights":{"type":"object","additionalProperties":{"type":"number","minimum":0}},"anything":{"type":"object"},"sealed":{"type":"object","additionalProperties":false},"few":{"type":"object","minProperties":1,"maxProperties":2}}}'
