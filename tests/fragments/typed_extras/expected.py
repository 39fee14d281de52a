"""sample: model ``sample``."""

from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Integer, Number
from .._runtime.models.request import NestedModel, OpenRequest

__all__ = ["Sample"]


class SampleWeights(NestedModel):
    """An object for ``weights``."""

    model_config = ConfigDict(extra="allow")
    __schema_at__ = "/properties/weights"
    if not TYPE_CHECKING:
        __pydantic_extra__: dict[str, Number] = Field(init=False)

    base: Number | None = None


class Sample(OpenRequest[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    if not TYPE_CHECKING:
        __pydantic_extra__: dict[str, Integer] = Field(init=False)

    prompt: str

    weights: SampleWeights | None = None

    __schema__ = '{"type":"object","properties":{"prompt":{"type":"string"},"weights":{"type":"object","properties":{"base":{"type":"number"}},"additionalProperties":{"type":"number"}}},"required":["prompt"],"additionalProperties":{"type":"integer"}}'
