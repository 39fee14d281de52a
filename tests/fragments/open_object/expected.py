"""sample: model ``sample``."""

from pydantic import ConfigDict

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.request import NestedModel, OpenRequest

__all__ = ["Sample"]


class SampleOptions(NestedModel):
    """An object for ``options``."""

    model_config = ConfigDict(extra="allow")
    __schema_at__ = "/properties/options"

    a: str | None = None


class Sample(OpenRequest[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    options: SampleOptions | None = None

    prompt: str

    __schema__ = '{"type":"object","properties":{"prompt":{"type":"string"},"options":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":true}},"required":["prompt"],"additionalProperties":true}'
