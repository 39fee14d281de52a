"""sample: model ``sample``."""

from typing import Annotated, Literal

from pydantic import Field

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Integer
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleSize(NestedModel):
    """An object for ``size``."""

    __schema_at__ = "/properties/size/oneOf/1"

    width: Annotated[Integer, Field(multiple_of=8)]
    """A multiple of 8."""

    height: Annotated[Integer, Field(multiple_of=8)]
    """A multiple of 8."""


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    size: Literal["square", "wide"] | SampleSize | None = None

    __schema__ = '{"type":"object","properties":{"size":{"oneOf":[{"type":"string","enum":["square","wide"]},{"type":"object","properties":{"width":{"type":"integer","multipleOf":8},"height":{"type":"integer","multipleOf":8}},"required":["width","height"]}]}}}'
