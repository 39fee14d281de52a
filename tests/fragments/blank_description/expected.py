"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleB(NestedModel):
    """An object for ``b``."""

    __schema_at__ = "/properties/b"

    x: str | None = None


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    a: str | None = None

    b: SampleB | None = None

    __schema__ = '{"type":"object","properties":{"a":{"type":"string","description":" \\n\u200b"},"b":{"type":"object","properties":{"x":{"type":"string"}},"description":"\\n"}}}'
