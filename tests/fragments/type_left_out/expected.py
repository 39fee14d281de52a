"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Boolean, JsonList, Number
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleOptions(NestedModel):
    """An object for ``options``."""

    __schema_at__ = "/properties/options"

    a: str | None = None


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __nullable__ = frozenset({"options"})

    options: SampleOptions | JsonList | str | Number | Boolean | None = None

    prompt: str

    __schema__ = '{"properties":{"prompt":{"type":"string"},"options":{"properties":{"a":{"type":"string"}}}},"required":["prompt"]}'
