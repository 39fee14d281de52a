"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Number
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleStyle_2(NestedModel):
    """An object for ``style``."""

    __schema_at__ = "/properties/style"

    strength: Number | None = None


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    SampleStyle: str | None = None

    style: SampleStyle_2 | None = None

    __schema__ = '{"type":"object","properties":{"SampleStyle":{"type":"string"},"style":{"type":"object","properties":{"strength":{"type":"number"}}}}}'
