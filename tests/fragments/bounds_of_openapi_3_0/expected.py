"""sample: model ``sample``."""

from typing import Annotated

from pydantic import Field

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Number
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    above: Annotated[Number, Field(gt=0)] | None = None
    """Above 0."""

    below: Annotated[Number, Field(lt=1)] | None = None
    """Below 1."""

    plain: Annotated[Number, Field(ge=0)] | None = None
    """At least 0."""

    __schema__ = '{"type":"object","properties":{"above":{"type":"number","exclusiveMinimum":0},"below":{"type":"number","exclusiveMaximum":1},"plain":{"type":"number","minimum":0}}}'
